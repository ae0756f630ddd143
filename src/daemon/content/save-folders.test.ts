import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SaveFolders } from './save-folders.ts';

const root = mkdtempSync(join(tmpdir(), 'shoal-folders-'));
after(() => rmSync(root, { recursive: true }));
const dir = join(root, 'downloads');
const media = join(root, 'media');
for (const one of [dir, media, join(root, 'downloads-of-others')]) mkdirSync(one);
symlinkSync(root, join(dir, 'out'));
symlinkSync(media, join(dir, 'media'));
symlinkSync('loop', join(dir, 'loop'));
const folders = new SaveFolders(dir, [media]);

test('the folder itself, what is below it, and what is allowed', () => {
  assert.equal(folders.choose(undefined), dir);
  assert.equal(folders.choose('films/new'), join(dir, 'films/new'));
  assert.equal(folders.choose('foo... bar'), join(dir, 'foo... bar'));
  assert.equal(folders.choose(`${dir}/`), dir);
  assert.equal(folders.choose(join(media, 'a')), join(media, 'a'));
  assert.equal(folders.choose('media/a'), join(dir, 'media/a'));
});

test('nothing else, however it is written', () => {
  const outside = ['..', '../x', '/', '/etc', root, join(root, 'downloads-of-others'), 'a/../../b'];
  for (const path of [...outside, 'out', 'out/x', 'out/not/there', 'loop', 'loop/x']) {
    assert.throws(() => folders.choose(path), { code: 'FORBIDDEN_DIR' }, path);
  }
});
