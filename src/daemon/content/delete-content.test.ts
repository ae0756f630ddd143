import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createTorrent } from '../torrent-files/create-torrent.ts';
import { deleteContent } from './delete-content.ts';

const root = mkdtempSync(join(tmpdir(), 'shoal-delete-'));
after(() => rmSync(root, { recursive: true }));

function write(...path: string[]): void {
  const file = join(root, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, 'content');
}

function everything(folder: string): string[] {
  return (readdirSync(join(root, folder), { recursive: true }) as string[]).sort();
}

write('origin', 'set', 'a', 'one');
write('origin', 'set', 'b', 'two');
write('origin', 'set', 'three');
const { metainfo } = await createTorrent(join(root, 'origin', 'set'));

test('files whole and unfinished go, and the folders with them', async () => {
  write('whole', 'set', 'a', 'one');
  write('whole', 'set', 'b', 'two.part');
  write('whole', '.set.parts');
  write('whole', 'other');
  await deleteContent(metainfo, join(root, 'whole'));
  assert.deepEqual(everything('whole'), ['other']);
  await deleteContent(metainfo, join(root, 'whole'));
  await deleteContent(metainfo, join(root, 'never was there'));
});

test('what the torrent does not name stays, and its folders', async () => {
  write('mixed', 'set', 'a', 'one');
  write('mixed', 'set', 'a', 'mine');
  write('mixed', 'set', 'three', 'a folder now');
  await deleteContent(metainfo, join(root, 'mixed'));
  const kept = ['set', 'set/a', 'set/a/mine', 'set/three', 'set/three/a folder now'];
  assert.deepEqual(everything('mixed'), kept);
});

test('links lead nowhere', async () => {
  write('elsewhere', 'one');
  mkdirSync(join(root, 'linked', 'set'), { recursive: true });
  symlinkSync(join(root, 'elsewhere'), join(root, 'linked', 'set', 'a'));
  symlinkSync(join(root, 'elsewhere', 'one'), join(root, 'linked', 'set', 'three'));
  await deleteContent(metainfo, join(root, 'linked'));
  assert.deepEqual(everything('elsewhere'), ['one']);
  assert.deepEqual(readdirSync(join(root, 'linked', 'set')).sort(), ['a', 'three']);
});
