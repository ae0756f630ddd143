import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedSlabPool } from '../slab-pool.ts';
import { diskOp, opStatus } from './disk-ops.ts';
import { DiskPool, storageErrorOf } from './disk-pool.ts';
import { filesOf, StorageFixture } from './storage-fixture.test.ts';

test('a worker that dies fails its operations, and the next ones get a new worker', async () => {
  const slabs = new SharedSlabPool();
  const disk = new DiskPool({ slabs, workers: 1 });
  const fixture = new StorageFixture(filesOf([['x', 64 * 1024]]), 16 * 1024, { disk });
  const spec = {
    id: disk.newStorageId(),
    rootDir: fixture.folder,
    partsName: '.parts',
    files: fixture.files,
    pieceLength: 16 * 1024,
    shortPieces: [],
    check: undefined,
    preallocation: 'sparse',
    states: new Int32Array(new SharedArrayBuffer(4)),
    preallocated: new Int32Array(new SharedArrayBuffer(4)),
  } as const;
  const run = (op: number): Promise<string> =>
    new Promise((resolve) => {
      const done = (status: number, answer: Parameters<typeof storageErrorOf>[0]): void =>
        resolve(status === opStatus.failed ? storageErrorOf(answer).code : 'done');
      disk.submit(spec, { op, piece: 0, detail: 1, costBytes: 0, done });
    });
  // Closing without forgetting, and then going on, breaks the worker's own invariant.
  const outcomes = await Promise.all([
    run(diskOp.check),
    run(diskOp.close),
    run(diskOp.check),
    run(diskOp.check),
  ]);
  assert.deepEqual(outcomes.slice(2), ['EWORKER', 'EWORKER']);
  assert.equal(await run(diskOp.check), 'done');
  await fixture.close();
});

test('many small pieces leave in few messages and all come back', async () => {
  const fixture = new StorageFixture(filesOf([['x', 2000 * 1024]]), 16 * 1024);
  const count = fixture.layout.pieceCount;
  const results = await Promise.all(Array.from({ length: count }, (_, i) => fixture.write(i)));
  assert.ok(results.every(({ kind }) => kind === 'written'));
  assert.equal(fixture.slabs.outBytes, 0);
  await fixture.close();
});
