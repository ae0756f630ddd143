import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesOf, makeFolder, StorageFixture } from './storage-fixture.test.ts';

const kib = 1024;
const posix = process.platform !== 'win32' ? false : 'needs POSIX file types';

test('a link, a folder or a pipe in place of a file is refused', { skip: posix }, async () => {
  const outside = makeFolder();
  writeFileSync(join(outside, 'secret'), 'untouched');
  const files = filesOf([
    ['link', 16 * kib],
    ['folder', 16 * kib],
    ['pipe', 16 * kib],
  ]);
  const fixture = new StorageFixture(files, 16 * kib);
  symlinkSync(join(outside, 'secret'), join(fixture.folder, 'link'));
  mkdirSync(join(fixture.folder, 'folder'));
  execFileSync('mkfifo', [join(fixture.folder, 'pipe')]);
  const codes = ['ELOOP', 'EISDIR', 'ENOTREG'];
  for (const [piece, code] of codes.entries()) {
    const { kind, error } = await fixture.write(piece);
    assert.equal(kind, 'write failed');
    assert.equal(error?.code, code);
    const read = await fixture.read(piece, 0, 10);
    assert.ok('code' in read && read.code === code, `reading gives ${JSON.stringify(read)}`);
  }
  assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), 'untouched');
  rmSync(outside, { recursive: true });
  await fixture.close();
});

test('a linked folder is passed through inside the root only', { skip: posix }, async () => {
  const outside = makeFolder();
  const fixture = new StorageFixture(
    filesOf([
      ['out/x', 16 * kib],
      ['in/y', 16 * kib],
    ]),
    16 * kib,
  );
  symlinkSync(outside, join(fixture.folder, 'out'));
  mkdirSync(join(fixture.folder, 'real'));
  symlinkSync(join(fixture.folder, 'real'), join(fixture.folder, 'in'));
  const { error } = await fixture.write(0);
  assert.equal(error?.code, 'EXDEV');
  assert.match(error?.message ?? '', /outside the download folder/);
  assert.deepEqual(readdirSync(outside), []);
  assert.equal((await fixture.write(1)).kind, 'written');
  assert.ok(existsSync(join(fixture.folder, 'real', 'y.part')));
  writeFileSync(join(outside, 'x'), fixture.piece(0));
  const read = await fixture.read(0, 0, 10);
  assert.ok('code' in read && read.code === 'EXDEV');
  rmSync(outside, { recursive: true });
  await fixture.close();
});

test('a file where a folder should be is named', async () => {
  const fixture = new StorageFixture(filesOf([['a/b/x', 16 * kib]]), 16 * kib);
  writeFileSync(join(fixture.folder, 'a'), '');
  const { error } = await fixture.write(0);
  assert.equal(error?.code, 'ENOTDIR');
  assert.match(error?.message ?? '', /cannot write .*a.*file is where a folder should be/);
  await fixture.close();
});

test('a longer file that is there already is not cut', async () => {
  const fixture = new StorageFixture(filesOf([['x', 20 * kib]]), 16 * kib);
  const path = join(fixture.folder, 'x');
  writeFileSync(path, Buffer.alloc(50 * kib, 1));
  assert.deepEqual((await fixture.check()).valid, []);
  assert.equal((await fixture.write(1)).kind, 'written');
  assert.equal(statSync(path).size, 50 * kib);
  assert.deepEqual(readdirSync(fixture.folder), ['x']);
  await fixture.close();
});

test('finishing never overwrites another file', async () => {
  const fixture = new StorageFixture(filesOf([['x', 16 * kib]]), 16 * kib);
  await fixture.write(0);
  const path = join(fixture.folder, 'x');
  writeFileSync(path, 'mine');
  fixture.storage.finishFile(0);
  const { error } = await fixture.next((c) => c.kind === 'problem');
  assert.equal(error?.code, 'EEXIST');
  assert.equal(readFileSync(path, 'utf8'), 'mine');
  assert.deepEqual(readFileSync(`${path}.part`), Buffer.from(fixture.content));
  await fixture.close();
});

test('a file that vanishes is an error until it was checked', async () => {
  const fixture = new StorageFixture(filesOf([['x', 64 * kib]]), 16 * kib);
  await fixture.write(0);
  const path = join(fixture.folder, 'x.part');
  rmSync(path);
  for (let i = 0; i < 3; i++) {
    const { error } = await fixture.write(1);
    assert.equal(error?.code, 'ENOENT');
    assert.match(error?.message ?? '', /removed while in use/);
  }
  assert.equal(existsSync(path), false);
  assert.deepEqual((await fixture.check()).valid, []);
  assert.equal((await fixture.write(1)).kind, 'written');
  await fixture.close();
});

test('a missing download folder is not made', async () => {
  const fixture = new StorageFixture(
    filesOf([
      ['x', 16 * kib],
      ['d/y', 16 * kib],
    ]),
    16 * kib,
  );
  renameSync(fixture.folder, `${fixture.folder}-moved`);
  for (const piece of [0, 1]) {
    const { error } = await fixture.write(piece);
    assert.equal(error?.message, `the download folder ${fixture.folder} is missing`);
  }
  assert.equal(existsSync(fixture.folder), false);
  renameSync(`${fixture.folder}-moved`, fixture.folder);
  assert.equal((await fixture.write(0)).kind, 'written');
  await fixture.close();
});

test('a truncated file fails reads of what it lacks, and only those', async () => {
  const fixture = new StorageFixture(filesOf([['x', 64 * kib]]), 16 * kib);
  await fixture.writeAll();
  truncateSync(join(fixture.folder, 'x.part'), 40 * kib);
  const short = await fixture.read(2, 0, 16 * kib);
  assert.ok('code' in short && short.code === 'ESHORT');
  assert.deepEqual(await fixture.read(1, 0, 16 * kib), fixture.piece(1));
  await fixture.close();
});

test('two torrents may share a file to read it, and not to write it', async () => {
  const files = filesOf([
    ['t/x', 16 * kib],
    ['t/y', 16 * kib],
  ]);
  const fixture = new StorageFixture(files, 16 * kib);
  await fixture.writeAll();
  const first = fixture.storage;
  fixture.open({
    files: filesOf([
      ['t/X', 16 * kib],
      ['t/z', 16 * kib],
    ]),
  });
  const { kind, error } = await fixture.write(0);
  assert.deepEqual([kind, error?.code], ['write failed', 'ESHARED']);
  assert.equal((await fixture.write(1)).kind, 'written');
  await new Promise<void>((resolve) => first.close(resolve));
  assert.equal((await fixture.write(0)).kind, 'written');
  await fixture.close();
});

test('two thousand files work with sixteen descriptors', async () => {
  const files = filesOf(Array.from({ length: 2000 }, (_, i): [string, number] => [`f/${i}`, 100]));
  const fixture = new StorageFixture(files, 16 * kib, { maxOpenFiles: 16 });
  await fixture.writeAll();
  const open = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
  assert.ok(open < 100, `${open} descriptors are open`);
  assert.equal((await fixture.check()).valid.length, fixture.layout.pieceCount);
  for (const piece of [0, 5, 12]) {
    assert.deepEqual(await fixture.read(piece, 0, 3000), fixture.piece(piece).slice(0, 3000));
  }
  for (let file = 0; file < files.length; file++) fixture.storage.finishFile(file);
  await fixture.closeStorage();
  assert.deepEqual(fixture.problems, []);
  assert.deepEqual(
    readFileSync(join(fixture.folder, 'f/1999')),
    Buffer.from(fixture.fileContent(1999)),
  );
  await fixture.close();
});

test('a full disk is told with what is missing, and goes on once there is room', async (t) => {
  const mount = makeFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount], { stdio: 'ignore' });
  } catch {
    rmSync(mount, { recursive: true });
    t.skip('mounting a small file system is not permitted here');
    return;
  }
  t.after(() => {
    execFileSync('umount', [mount]);
    rmSync(mount, { recursive: true });
  });
  const ballast = join(mount, 'ballast');
  writeFileSync(ballast, Buffer.alloc(900 * kib));
  const folder = join(mount, 'd');
  mkdirSync(folder);
  const fixture = new StorageFixture(filesOf([['x', 512 * kib]]), 256 * kib, { rootDir: folder });
  const { kind, error } = await fixture.write(0);
  assert.deepEqual([kind, error?.code], ['write failed', 'ENOSPC']);
  assert.match(error?.message ?? '', /^disk full: .*x\.part needs \d+(\.\d)? KiB more$/);
  rmSync(ballast);
  await fixture.writeAll();
  assert.deepEqual((await fixture.check()).valid, [0, 1]);
  await fixture.close();
});

test('closing the workers fails operations instead of losing them', async () => {
  const fixture = new StorageFixture(filesOf([['x', 64 * kib]]), 16 * kib);
  const writing = [0, 1, 2, 3].map((piece) => fixture.write(piece));
  await fixture.disk.close();
  for (const { kind } of await Promise.all(writing)) assert.match(kind, /written|write failed/);
  const { error } = await fixture.write(0);
  assert.equal(error?.code, 'EWORKER');
  await fixture.close();
});
