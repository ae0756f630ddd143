import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makePrivateFolder, stateFolderFor } from './state-folder.ts';

test('each platform has its place', () => {
  assert.equal(stateFolderFor('linux', {}, '/home/u'), '/home/u/.local/state/shoal');
  assert.equal(stateFolderFor('linux', { XDG_STATE_HOME: '/s' }, '/home/u'), '/s/shoal');
  assert.equal(stateFolderFor('linux', { XDG_STATE_HOME: 'rel' }, '/h'), '/h/.local/state/shoal');
  assert.equal(
    stateFolderFor('darwin', {}, '/Users/u'),
    '/Users/u/Library/Application Support/Shoal',
  );
  assert.equal(stateFolderFor('win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\u'), 'C:\\L\\Shoal');
  assert.equal(stateFolderFor('win32', {}, 'C:\\u'), 'C:\\u\\AppData\\Local\\Shoal');
});

test('a state folder is private, also one that was there before', {
  skip: process.platform === 'win32' ? 'no POSIX rights' : false,
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a', 'b');
  makePrivateFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  chmodSync(path, 0o755);
  makePrivateFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
});

test('a folder that cannot be made is an error, wherever that is', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'shoal-test-'));
  t.after(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'file'), '');
  assert.throws(() => makePrivateFolder(join(root, 'file')), { code: 'EEXIST' });
  assert.throws(() => makePrivateFolder(join(root, 'file', 'below')), { code: 'ENOTDIR' });
  if (process.platform === 'linux') assert.throws(() => makePrivateFolder('/proc/x/y'));
});
