import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { blockBytes, Layout } from '../../engine/layout.ts';
import type { ContentFile } from '../disk/content-map.ts';
import { DiskPool } from '../disk/disk-pool.ts';
import { contentOf, filesOf, makeFolder } from '../disk/storage-fixture.test.ts';
import { SharedSlabPool } from '../slab-pool.ts';
import { HashFilesError, hashFiles, pieceTreeWidths } from './hash-files.ts';
import { ScanError, scanFolder } from './scan-folder.ts';
import { verifyFiles } from './verify-files.ts';

const kib = 1024;

function folderFor(t: TestContext): string {
  const folder = makeFolder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function diskFor(t: TestContext): DiskPool {
  const disk = new DiskPool({ slabs: new SharedSlabPool(), workers: 2 });
  t.after(() => disk.close());
  return disk;
}

/** Puts the content on the disk and returns each file's path; padding has none. */
function materialise(folder: string, files: readonly ContentFile[], content: Uint8Array): string[] {
  return files.map(({ path, offsetBytes, lengthBytes, padding }) => {
    if (padding) return '';
    const target = join(folder, ...path);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, content.subarray(offsetBytes, offsetBytes + lengthBytes));
    return target;
  });
}

/** The definition of BEP 52, recursively: leaves of a power of two, missing ones zero. */
function referenceRoot(data: Uint8Array, leaves: number): Buffer {
  const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
  let row = Array.from({ length: leaves }, (_, i) =>
    i * blockBytes < data.length
      ? sha256(data.subarray(i * blockBytes, (i + 1) * blockBytes))
      : Buffer.alloc(32),
  );
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, i) =>
      sha256(Buffer.concat([row[2 * i]!, row[2 * i + 1]!])),
    );
  }
  return row[0]!;
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)));
}

test('a scan is sorted by the bytes of path components', async (t) => {
  const folder = folderFor(t);
  for (const path of ['b', 'a/z', 'a-b/x', 'a.b', 'B', 'é', 'z', '\u{1F41F}', '\uFF5E']) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
  chmodSync(join(folder, 'z'), 0o755);
  const scan = await scanFolder(folder);
  assert.deepEqual(
    scan.files.map(({ path }) => path.join('/')),
    ['B', 'a/z', 'a-b/x', 'a.b', 'b', 'z', 'é', '\uFF5E', '\u{1F41F}'],
  );
  assert.equal(scan.singleFile, false);
  assert.equal(scan.files[0]!.lengthBytes, 1);
  const single = await scanFolder(join(folder, 'a.b'));
  assert.deepEqual([single.name, single.singleFile, single.files[0]!.path], ['a.b', true, ['a.b']]);
});

test('excluded, linked and odd files are left out and told', async (t) => {
  const folder = folderFor(t);
  mkdirSync(join(folder, 'sub/deep'), { recursive: true });
  for (const path of ['keep', 'x.tmp', 'sub/x.tmp', 'sub/deep/keep', 'sub/note']) {
    writeFileSync(join(folder, path), '1');
  }
  symlinkSync(join(folder, 'keep'), join(folder, 'link'));
  symlinkSync(folder, join(folder, 'sub', 'loop'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const paths = async (symlinks: 'skip' | 'follow') => {
    const scan = await scanFolder(folder, { exclude: ['*.tmp', 'sub/note'], symlinks });
    return [scan.files.map(({ path }) => path.join('/')), scan.skipped.length];
  };
  assert.deepEqual(await paths('skip'), [['keep', 'sub/deep/keep'], 6]);
  assert.deepEqual(await paths('follow'), [['keep', 'link', 'sub/deep/keep'], 5]);
});

test('what cannot become a torrent is refused in words', async (t) => {
  const folder = folderFor(t);
  await assert.rejects(
    scanFolder(join(folder, 'none')),
    new ScanError(`${join(folder, 'none')} is missing`),
  );
  await assert.rejects(scanFolder(folder), new ScanError(`${folder} holds no files to share`));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0x66, 0xff)]), '');
  await assert.rejects(scanFolder(folder), /is not UTF-8/);
  await assert.rejects(scanFolder(folder, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

for (const pieceLength of [16 * kib, 256 * kib, 8192 * kib]) {
  test(`digests of pieces of ${pieceLength} bytes equal the definition`, async (t) => {
    const align = (bytes: number): number => (pieceLength - (bytes % pieceLength)) % pieceLength;
    const sizes = [pieceLength * 2 + 5, 100, 40 * kib, Math.min(pieceLength, 512 * kib), 300 * kib];
    const files = filesOf(
      sizes.flatMap((size, i): [string, number][] =>
        i < sizes.length - 1
          ? [
              [`f${i}`, size],
              [`.pad/${i}`, align(size)],
            ]
          : [[`f${i}`, size]],
      ),
    );
    const content = contentOf(files, pieceLength);
    const sources = materialise(folderFor(t), files, content);
    const layout = new Layout(pieceLength, files, false);
    let progress = 0;
    const { pieces, trees } = await hashFiles({
      files,
      sources,
      layout,
      v1: true,
      v2: true,
      disk: diskFor(t),
      onProgress: (hashed, total) => {
        assert.ok(hashed > progress && total === layout.lengthBytes);
        progress = hashed;
      },
    });
    assert.equal(progress, layout.lengthBytes);
    for (let i = 0; i < layout.pieceCount; i++) {
      const data = content.subarray(i * pieceLength, (i + 1) * pieceLength);
      const expected = createHash('sha1').update(data).digest();
      assert.deepEqual(Buffer.from(pieces.subarray(i * 20, i * 20 + 20)), expected);
    }
    for (const [index, { offsetBytes, lengthBytes, padding }] of files.entries()) {
      const tree = trees[index];
      assert.equal(tree === undefined, padding);
      if (tree === undefined) continue;
      const data = content.subarray(offsetBytes, offsetBytes + lengthBytes);
      const leaves = powerOfTwo(Math.ceil(lengthBytes / blockBytes));
      assert.deepEqual(Buffer.from(tree.root), referenceRoot(data, leaves));
      assert.equal(tree.layer === undefined, lengthBytes <= pieceLength);
      for (let at = 0; tree.layer !== undefined && at < lengthBytes; at += pieceLength) {
        const expected = referenceRoot(
          data.subarray(at, at + pieceLength),
          pieceLength / blockBytes,
        );
        const start = (at / pieceLength) * 32;
        assert.deepEqual(Buffer.from(tree.layer.subarray(start, start + 32)), expected);
      }
    }
  });
}

test('a file that shrank or vanished is an error, and an abort ends the work', async (t) => {
  const files = filesOf([
    ['a', 100 * kib],
    ['b', 100 * kib],
  ]);
  const sources = materialise(folderFor(t), files, contentOf(files));
  const layout = new Layout(32 * kib, files, false);
  const options = { files, sources, layout, v1: true, v2: false, disk: diskFor(t) };
  truncateSync(sources[1]!, 99 * kib);
  await assert.rejects(hashFiles(options), (error) => {
    assert.ok(error instanceof HashFilesError);
    assert.match(error.message, /changed while it was read/);
    return true;
  });
  rmSync(sources[0]!);
  await assert.rejects(hashFiles(options), HashFilesError);
  await assert.rejects(hashFiles({ ...options, signal: AbortSignal.abort() }), {
    name: 'AbortError',
  });
});

test('verifying finds the damaged pieces and names the files', async (t) => {
  const folder = folderFor(t);
  const files = filesOf([
    ['a', 100 * kib],
    ['d/b', 50 * kib],
    ['d/c', 50 * kib],
    ['d/e', 10],
  ]);
  const sources = materialise(folder, files, contentOf(files));
  const layout = new Layout(16 * kib, files, false);
  const disk = diskFor(t);
  const { pieces } = await hashFiles({ files, sources, layout, v1: true, v2: false, disk });
  const options = {
    rootDir: folder,
    files,
    layout,
    check: { kind: 'sha1', digests: pieces } as const,
    disk,
  };
  const whole = await verifyFiles(options);
  assert.equal(whole.valid.isFull, true);
  assert.deepEqual(whole.problems, []);
  truncateSync(sources[0]!, 99 * kib);
  rmSync(sources[2]!);
  writeFileSync(sources[3]!, 'much longer than it was');
  const damaged = await verifyFiles(options);
  const bad = Array.from({ length: layout.pieceCount }, (_, i) => i).filter(
    (i) => !damaged.valid.has(i),
  );
  assert.deepEqual(bad, [6, 9, 10, 11, 12]);
  assert.deepEqual(
    damaged.problems.map(({ message }) => message),
    [
      `${sources[0]} is 1 KiB too short`,
      `${sources[2]} is missing`,
      `${sources[3]} is 13 B too long`,
    ],
  );
  await assert.rejects(verifyFiles({ ...options, signal: AbortSignal.abort() }), {
    name: 'AbortError',
  });
});

test('version 2 pieces end with their file and verify', async (t) => {
  const folder = folderFor(t);
  const length = 64 * kib;
  const sizes = [150 * kib, 20 * kib, 64 * kib];
  let offsetBytes = 0;
  const files = sizes.map((lengthBytes, i) => {
    const file = { path: [`f${i}`], offsetBytes, lengthBytes, padding: false };
    offsetBytes += Math.ceil(lengthBytes / length) * length;
    return file;
  });
  const content = contentOf(files);
  const sources = materialise(folder, files, content);
  const layout = new Layout(length, files, true);
  const disk = diskFor(t);
  const { trees, pieces } = await hashFiles({ files, sources, layout, v1: false, v2: true, disk });
  assert.equal(pieces.length, 0);
  const roots = new Uint8Array(32 * layout.pieceCount);
  files.forEach((file, i) => {
    roots.set(trees[i]!.layer ?? trees[i]!.root, (file.offsetBytes / length) * 32);
  });
  const check = { kind: 'merkle', roots, widths: pieceTreeWidths(files, layout) } as const;
  assert.equal(
    (await verifyFiles({ rootDir: folder, files, layout, check, disk })).valid.isFull,
    true,
  );
  writeFileSync(sources[1]!, content.subarray(0, 20 * kib));
  const { valid } = await verifyFiles({ rootDir: folder, files, layout, check, disk });
  assert.deepEqual([...valid.indices()], [0, 1, 2, 4]);
});
