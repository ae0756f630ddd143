import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  FileTooLargeError,
  readFileCapped,
  writeChunksAtomically,
  writeFileAtomically,
} from './atomic-file.ts';

test('a file is replaced whole, privately, and leaves nothing behind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'state');
  assert.equal(await readFileCapped(path, 10), undefined);
  await writeFileAtomically(path, Uint8Array.of(1, 2, 3));
  writeFileSync(`${path}.new`, 'left by a crash');
  await writeFileAtomically(path, Uint8Array.of(4, 5));
  assert.deepEqual(await readFileCapped(path, 2), Uint8Array.of(4, 5));
  assert.deepEqual(readdirSync(folder), ['state']);
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a file longer than allowed is refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'state');
  writeFileSync(path, Buffer.alloc(11));
  await assert.rejects(readFileCapped(path, 10), FileTooLargeError);
  assert.equal((await readFileCapped(path, 11))?.length, 11);
});

test('a failed write leaves the old file and no other', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'state');
  writeFileSync(path, 'old');
  await assert.rejects(writeFileAtomically(join(path, 'below'), Uint8Array.of(1)), {
    code: 'ENOTDIR',
  });
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.deepEqual(readdirSync(folder), ['state']);
});

test('chunks are written in turn, and a failure in their making leaves the old file', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'state');
  function* chunks(fails: boolean): Generator<Uint8Array> {
    yield Uint8Array.of(1, 2);
    if (fails) throw new Error('no more');
    yield Uint8Array.of(3);
  }
  await writeChunksAtomically(path, chunks(false));
  await assert.rejects(writeChunksAtomically(path, chunks(true)), /no more/);
  assert.deepEqual(await readFileCapped(path, 10), Uint8Array.of(1, 2, 3));
  assert.deepEqual(readdirSync(folder), ['state']);
});
