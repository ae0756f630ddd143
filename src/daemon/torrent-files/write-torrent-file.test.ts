import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { writeTorrentFile } from './write-torrent-file.ts';

const bytes = Buffer.from('d4:infode');
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shoal-write-'));
});
afterEach(() => rm(dir, { recursive: true }));

test('a new file appears whole, and nothing else with it', async () => {
  await writeTorrentFile(join(dir, 'a.torrent'), bytes, { overwrite: false });
  assert.deepEqual(await readFile(join(dir, 'a.torrent')), bytes);
  assert.deepEqual(await readdir(dir), ['a.torrent']);
});

test('an existing file stays unless it may be replaced', async () => {
  const path = join(dir, 'a.torrent');
  await writeFile(path, 'before', { mode: 0o640 });
  await assert.rejects(writeTorrentFile(path, bytes, { overwrite: false }), {
    code: 'DISK_EXISTS',
    message: /a\.torrent exists already\. Overwrite it with --force/,
  });
  assert.equal(await readFile(path, 'utf8'), 'before');
  await writeTorrentFile(path, bytes, { overwrite: true });
  assert.deepEqual(await readFile(path), bytes);
  assert.equal((await stat(path)).mode & 0o777, 0o640);
  assert.deepEqual(await readdir(dir), ['a.torrent']);
});

test('replacing through a link changes the file it names', async () => {
  await writeFile(join(dir, 'real.torrent'), 'before');
  await symlink('real.torrent', join(dir, 'link.torrent'));
  await writeTorrentFile(join(dir, 'link.torrent'), bytes, { overwrite: true });
  assert.deepEqual(await readFile(join(dir, 'real.torrent')), bytes);
  assert.deepEqual((await readdir(dir)).sort(), ['link.torrent', 'real.torrent']);
});

test('a place that cannot be written is named with the cause', async () => {
  for (const overwrite of [false, true]) {
    await assert.rejects(writeTorrentFile(join(dir, 'no', 'a.torrent'), bytes, { overwrite }), {
      code: 'DISK_WRITE',
      message: /cannot write .*a\.torrent: there is no folder .*no\. Make it, or choose another/,
    });
  }
});
