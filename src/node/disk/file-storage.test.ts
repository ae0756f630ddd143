import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { nodeHashes } from '../hashes.ts';
import { filesOf, StorageFixture } from './storage-fixture.test.ts';

const kib = 1024;

function checkFiles(fixture: StorageFixture): void {
  fixture.files.forEach((file, index) => {
    const path = join(fixture.folder, ...file.path);
    if (file.padding) assert.equal(existsSync(path), false);
    else assert.deepEqual(readFileSync(path), Buffer.from(fixture.fileContent(index)));
  });
}

test('pieces written in any order over any files give the content back', async () => {
  const sizes = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90 * kib })), {
    minLength: 1,
    maxLength: 8,
  });
  const property = fc.asyncProperty(
    sizes,
    fc.constantFrom(16 * kib, 32 * kib),
    async (list, length) => {
      const named = list.map((size, i): [string, number] => [
        i % 3 === 2 ? `.pad/${i}` : `d${i % 2}/f${i}`,
        size,
      ]);
      const files = filesOf([...named, ['last', 1]]);
      const fixture = new StorageFixture(files, length);
      try {
        const order = Array.from({ length: fixture.layout.pieceCount }, (_, i) => i).reverse();
        for (const { kind } of await Promise.all(order.map((piece) => fixture.write(piece)))) {
          assert.equal(kind, 'written');
        }
        assert.equal((await fixture.check()).valid.length, fixture.layout.pieceCount);
        for (let file = 0; file < files.length; file++) fixture.storage.finishFile(file);
        await fixture.closeStorage();
        assert.deepEqual(fixture.problems, []);
        checkFiles(fixture);
      } finally {
        await fixture.close();
      }
    },
  );
  await fc.assert(property, { numRuns: 8 });
});

test('an incomplete file carries .part until it is finished', async () => {
  const fixture = new StorageFixture(filesOf([['a/x', 40 * kib]]), 16 * kib);
  await fixture.write(1);
  assert.deepEqual(readdirSync(join(fixture.folder, 'a')), ['x.part']);
  await fixture.writeAll();
  fixture.storage.finishFile(0);
  await fixture.closeStorage();
  assert.deepEqual(readdirSync(join(fixture.folder, 'a')), ['x']);
  checkFiles(fixture);
  await fixture.close();
});

test('a corrupt piece is not written and reports the digest of each block', async () => {
  const fixture = new StorageFixture(filesOf([['x', 100 * kib]]), 64 * kib);
  const wrong = Uint8Array.from(fixture.piece(1));
  wrong[20 * kib]! ^= 1;
  const { kind, digests } = await fixture.write(1, wrong);
  assert.equal(kind, 'corrupt');
  assert.equal(digests!.length, 20 * 3);
  assert.deepEqual(digests!.slice(20, 40), nodeHashes.sha1(wrong.slice(16 * kib, 32 * kib)));
  assert.deepEqual(readdirSync(fixture.folder), []);
  const right = await fixture.write(1, fixture.piece(1), true);
  assert.equal(right.kind, 'written');
  assert.deepEqual(right.digests!.slice(0, 20), digests!.slice(0, 20));
  assert.notDeepEqual(right.digests!.slice(20, 40), digests!.slice(20, 40));
  assert.equal((await fixture.write(0)).digests, undefined);
  await fixture.close();
});

test('a parked piece is loaded back after a restart', async () => {
  const fixture = new StorageFixture(
    filesOf([
      ['x', 10 * kib],
      ['y', 200 * kib],
    ]),
    64 * kib,
  );
  const slab = fixture.slabs.tryAcquire(64 * kib)!;
  slab.bytes.set(fixture.piece(0));
  fixture.storage.parkPiece(0, slab, Uint8Array.of(1, 0, 1, 1));
  assert.equal((await fixture.next((c) => c.kind === 'parked')).error, undefined);
  await fixture.closeStorage();
  fixture.open();
  slab.bytes.fill(9);
  fixture.storage.loadPiece(0, slab, Uint8Array.of(1, 0, 1, 1));
  assert.equal((await fixture.next((c) => c.kind === 'loaded')).error, undefined);
  const expected = Uint8Array.from(fixture.piece(0)).fill(9, 16 * kib, 32 * kib);
  assert.deepEqual(slab.bytes.slice(0, 64 * kib), expected);
  await fixture.close();
});

test('a check finds exactly the damaged pieces', async () => {
  const fixture = new StorageFixture(
    filesOf([
      ['x', 100 * kib],
      ['y', 300 * kib],
    ]),
    32 * kib,
  );
  await fixture.writeAll();
  await fixture.closeStorage();
  const path = join(fixture.folder, 'y.part');
  const bytes = readFileSync(path);
  bytes[150 * kib]! ^= 255;
  writeFileSync(path, bytes.subarray(0, bytes.length - 1));
  fixture.open();
  const all = Array.from({ length: fixture.layout.pieceCount }, (_, i) => i);
  const { valid, error } = await fixture.check();
  assert.equal(error, undefined);
  assert.deepEqual(
    valid,
    all.filter((i) => i !== 7 && i !== 12),
  );
  assert.deepEqual((await fixture.check([3, 12, 0])).valid, [0, 3]);
  await fixture.close();
});

test('reads are served from memory once read, and afresh after a write', async () => {
  const fixture = new StorageFixture(filesOf([['x', 900 * kib]]), 256 * kib);
  await fixture.writeAll();
  assert.deepEqual(
    await fixture.read(1, 16 * kib, 16 * kib),
    fixture.piece(1).slice(16 * kib, 32 * kib),
  );
  const lease = fixture.storage.tryRead(1, 0, 16 * kib)!;
  assert.deepEqual(Uint8Array.from(lease.bytes), fixture.piece(1).slice(0, 16 * kib));
  const path = join(fixture.folder, 'x.part');
  const old = readFileSync(path);
  old.fill(7, 256 * kib, 512 * kib);
  writeFileSync(path, old);
  await fixture.write(1);
  assert.deepEqual(Uint8Array.from(lease.bytes), fixture.piece(1).slice(0, 16 * kib));
  lease.release();
  assert.deepEqual(await fixture.read(1, 0, 16 * kib), fixture.piece(1).slice(0, 16 * kib));
  await fixture.close();
});

test('any request within the content is served, also across runs and small pieces', async () => {
  const fixture = new StorageFixture(
    filesOf([
      ['x', 700 * kib],
      ['.pad/1', 4 * kib],
      ['y', 900 * kib],
    ]),
    32 * kib,
    {
      budgetBytes: 1024 * kib,
    },
  );
  await fixture.writeAll();
  const requests = fc.array(
    fc.tuple(fc.nat(49), fc.nat(31 * kib), fc.integer({ min: 1, max: kib })),
    {
      maxLength: 20,
    },
  );
  const property = fc.asyncProperty(requests, async (list) => {
    for (const [piece, begin, length] of list) {
      const expected = fixture.piece(piece).slice(begin, begin + length);
      assert.deepEqual(await fixture.read(piece, begin, length), expected);
    }
  });
  await fc.assert(property, { numRuns: 10 });
  await fixture.close();
});

test('a run of many tiny files and padding is read with few of them open', async () => {
  const entries = Array.from({ length: 300 }, (_, i): [string, number] => [
    i % 4 === 3 ? `.pad/${i}` : `${i}`,
    100 + i,
  ]);
  const files = filesOf([...entries, ['.pad/x', 70 * kib], ['last', 5]]);
  const fixture = new StorageFixture(files, 16 * kib, { maxOpenFiles: 8 });
  await fixture.writeAll();
  const { pieceCount } = fixture.layout;
  // Asking never reports from inside the call, not even where all of a piece is padding.
  let reported = false;
  const all = Array.from({ length: pieceCount }, (_, i) => i);
  for (const piece of all) fixture.storage.prefetch(piece, 0);
  void fixture
    .next((c) => c.kind === 'readable')
    .then(() => {
      reported = true;
    });
  assert.equal(fixture.storage.tryRead(pieceCount - 2, 0, 100), undefined);
  assert.equal(reported, false);
  for (const piece of all) {
    assert.deepEqual(await fixture.read(piece, 0, 3), fixture.piece(piece).slice(0, 3));
    const { length } = fixture.piece(piece);
    assert.deepEqual(await fixture.read(piece, 0, length), Uint8Array.from(fixture.piece(piece)));
  }
  await fixture.close();
});

test('leases hold their memory: at the budget a read waits for a release', async () => {
  const fixture = new StorageFixture(filesOf([['x', 1024 * kib]]), 256 * kib, {
    budgetBytes: 512 * kib,
  });
  await fixture.writeAll();
  for (const piece of [0, 1]) await fixture.read(piece, 0, 1);
  const leases = [0, 1].map((piece) => fixture.storage.tryRead(piece, 0, 16 * kib)!);
  assert.equal(fixture.storage.tryRead(2, 0, 16 * kib), undefined);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(fixture.storage.tryRead(2, 0, 16 * kib), undefined);
  leases[1]!.release();
  assert.deepEqual(await fixture.read(2, 0, 9), fixture.piece(2).slice(0, 9));
  assert.deepEqual(Uint8Array.from(leases[0]!.bytes), fixture.piece(0).slice(0, 16 * kib));
  leases[0]!.release();
  await fixture.close();
});

test('shares of unwanted files wait in the parts file until they are wanted', async () => {
  const files = filesOf([
    ['a', 20 * kib],
    ['b', 30 * kib],
    ['c', 40 * kib],
    ['empty', 0],
  ]);
  const fixture = new StorageFixture(files, 16 * kib, { wanted: [true, false, true, false] });
  await fixture.write(1);
  await fixture.write(3);
  assert.deepEqual(readdirSync(fixture.folder).sort(), ['.test.parts', 'a.part', 'c.part']);
  assert.deepEqual((await fixture.check()).valid, [1, 3]);
  assert.deepEqual(await fixture.read(1, 0, 16 * kib), fixture.piece(1));
  fixture.storage.setFilesWanted([true, true, true, true]);
  assert.deepEqual((await fixture.check()).valid, [1, 3]);
  assert.deepEqual(await fixture.read(1, 0, 16 * kib), fixture.piece(1));
  await fixture.writeAll();
  for (let file = 0; file < files.length; file++) fixture.storage.finishFile(file);
  await fixture.closeStorage();
  assert.deepEqual(fixture.problems, []);
  assert.deepEqual(readdirSync(fixture.folder).sort(), ['a', 'b', 'c', 'empty']);
  checkFiles(fixture);
  await fixture.close();
});

test('a file that ends in zeros has its whole length once it is wanted', async () => {
  const files = filesOf([
    ['a', 16 * kib],
    ['b', 3072 * kib],
  ]);
  const fixture = new StorageFixture(files, 1024 * kib, { wanted: [true, false] });
  await fixture.closeStorage();
  fixture.content.fill(0, 1024 * kib);
  fixture.open({ wanted: [true, false] });
  await fixture.writeAll();
  fixture.storage.setFilesWanted([true, true]);
  for (let file = 0; file < files.length; file++) fixture.storage.finishFile(file);
  assert.deepEqual(await fixture.read(3, 0, 16 * kib), fixture.piece(3).slice(0, 16 * kib));
  await fixture.closeStorage();
  assert.deepEqual(fixture.problems, []);
  checkFiles(fixture);
  await fixture.close();
});

test('names of 255 bytes leave room for the suffixes', async () => {
  const files = filesOf([
    [`${'🐟'.repeat(60)}${'n'.repeat(15)}`, 20 * kib],
    [`${'d'.repeat(255)}/${'m'.repeat(251)}.bin`, 30 * kib],
  ]);
  const name = 't'.repeat(255);
  const fixture = new StorageFixture(files, 16 * kib, { wanted: [true, false], name });
  await fixture.write(1);
  for (const entry of readdirSync(fixture.folder)) assert.match(entry, /~[0-9a-f]{12}\.parts?$/);
  assert.equal(readdirSync(fixture.folder).length, 2);
  fixture.storage.setFilesWanted([true, true]);
  await fixture.writeAll();
  await fixture.closeStorage();
  fixture.open({ name });
  assert.deepEqual((await fixture.check()).valid, [0, 1, 2, 3]);
  for (let file = 0; file < files.length; file++) fixture.storage.finishFile(file);
  await fixture.closeStorage();
  assert.deepEqual(fixture.problems, []);
  checkFiles(fixture);
  await fixture.close();
});

test('full preallocation gives a file its whole length at once', async () => {
  const fixture = new StorageFixture(filesOf([['x', 3000 * kib + 5]]), 256 * kib, {
    preallocation: 'full',
  });
  await Promise.all([fixture.write(0), fixture.write(5)]);
  assert.equal(readFileSync(join(fixture.folder, 'x.part')).length, 3000 * kib + 5);
  assert.deepEqual((await fixture.check()).valid, [0, 5]);
  await fixture.close();
});

test('facts tell size and name, and sync succeeds', async () => {
  const fixture = new StorageFixture(
    filesOf([
      ['x', 16 * kib],
      ['y', 5],
      ['z', 7],
    ]),
    16 * kib,
  );
  await fixture.write(0);
  fixture.storage.finishFile(0);
  await fixture.write(1);
  await new Promise<void>((resolve) => fixture.storage.whenSettled(resolve));
  const [x, y, z] = await fixture.storage.facts();
  assert.deepEqual([x?.lengthBytes, x?.finished], [16 * kib, true]);
  assert.deepEqual([y?.lengthBytes, y?.finished], [5, false]);
  assert.equal(z?.lengthBytes, 7);
  await fixture.close();
});
