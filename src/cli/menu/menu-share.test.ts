import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { droppedPath } from './menu-share.ts';

const noEscapes = process.platform === 'win32' ? 'a backslash is a separator here' : false;

test('a path is what was meant, however a terminal writes it', { skip: noEscapes }, () => {
  assert.equal(droppedPath("'/tmp/my film.mkv'"), '/tmp/my film.mkv');
  assert.equal(droppedPath('"/tmp/my film.mkv"'), '/tmp/my film.mkv');
  assert.equal(droppedPath('/tmp/my\\ film\\(1\\).mkv'), '/tmp/my film(1).mkv');
  assert.equal(droppedPath('~/film'), `${homedir()}/film`);
  assert.equal(droppedPath("it's"), "it's");
});
