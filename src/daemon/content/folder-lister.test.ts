import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FolderLister } from './folder-lister.ts';
import { SaveFolders } from './save-folders.ts';

const root = mkdtempSync(join(tmpdir(), 'shoal-lister-'));
after(() => rmSync(root, { recursive: true }));
const dir = join(root, 'downloads');
const media = join(root, 'media');
for (const name of ['b10', 'b9', '.hidden', 'a']) mkdirSync(join(dir, name), { recursive: true });
mkdirSync(media);
writeFileSync(join(dir, 'file'), '');
symlinkSync(root, join(dir, 'out'));
symlinkSync(media, join(dir, 'media'));
symlinkSync(join(dir, 'file'), join(dir, 'to a file'));
symlinkSync('nowhere', join(dir, 'broken'));
const lister = new FolderLister(new SaveFolders(dir, [media]));

test('folders in the order people read them, without what leads outside', async () => {
  const { path, parent, freeBytes, folders } = await lister.list(undefined);
  assert.equal(path, dir);
  assert.equal(parent, undefined, 'above it nothing is told');
  assert.ok(freeBytes > 0);
  assert.deepEqual(
    folders.map(({ name }) => name),
    ['a', 'b9', 'b10', 'media', '.hidden'],
  );
  assert.equal(folders[0]?.path, join(dir, 'a'));
  assert.equal((await lister.list('a')).parent, dir);
  assert.deepEqual((await lister.list('media')).folders, []);
});

test('nothing outside is listed or measured, however it is written', async () => {
  const outside = ['../../etc', '..', '/etc', root, 'out', 'out/media/..', 'a/../..', 'a\0b'];
  for (const path of [...outside, '\\\\server\\share', '//server/share']) {
    await assert.rejects(lister.list(path), { code: 'FORBIDDEN_DIR' }, path);
    await assert.rejects(lister.freeBytes(path), { code: 'FORBIDDEN_DIR' }, path);
    assert.throws(() => lister.choose(path), { code: 'FORBIDDEN_DIR' }, path);
  }
});

test('what is not there or no folder is said', async () => {
  await assert.rejects(lister.list('missing'), { code: 'NOT_FOUND' });
  await assert.rejects(lister.list('file'), { code: 'DISK_FOLDER' });
  assert.ok((await lister.freeBytes('missing/deeper')) > 0, 'of the file system it would be on');
});

test('a folder of very many entries is told in part', async () => {
  const crowd = join(media, 'crowd');
  mkdirSync(crowd);
  for (let i = 0; i < 5100; i++) mkdirSync(join(crowd, `${i}`));
  assert.equal((await lister.list(crowd)).folders.length, 5000);
});
