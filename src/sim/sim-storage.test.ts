import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { SeededRandom } from '../base/random.ts';
import type { StorageSink } from '../engine/ports.ts';
import { SimContent } from './sim-content.ts';
import { SimDisk } from './sim-disk.ts';
import { SimSlabPool } from './sim-slab-pool.ts';
import { SimStorage } from './sim-storage.ts';
import { World } from './world.ts';

const pieceLength = 32_768;
const hashes = {
  sha1: (bytes: Uint8Array) => new Uint8Array(createHash('sha1').update(bytes).digest()),
  sha256: (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest()),
};

function setUp() {
  const world = new World(1);
  const random = new SeededRandom(1);
  const content = new SimContent({ pieceLength, fileBytes: [50_000, 0, 30_000] }, random);
  const disk = new SimDisk(content);
  const told: string[] = [];
  const sink: StorageSink = {
    onPieceWritten: (piece) => told.push(`written ${piece}`),
    onPieceCorrupt: (piece, digests) => told.push(`corrupt ${piece} ${digests.length}`),
    onPieceWriteFailed: (piece, error) => told.push(`failed ${piece} ${error.code}`),
    onPieceParked: (piece, error) => told.push(`parked ${piece} ${error?.code ?? ''}`),
    onPieceLoaded: (piece) => told.push(`loaded ${piece}`),
    onReadable: () => told.push('readable'),
    onReadFailed: (piece, _begin, error) => told.push(`unreadable ${piece} ${error.code}`),
    onPieceChecked: (piece, valid) => told.push(`checked ${piece} ${valid}`),
    onCheckDone: () => told.push('check done'),
  };
  const storage = new SimStorage({ world, disk, random, hashes, sink });
  const run = (): string[] => {
    world.runUntil(world.nowMs() + 1000, () => false);
    return told.splice(0);
  };
  const slabOf = (piece: number) => ({ bytes: content.piece(piece).slice() });
  return { content, disk, storage, run, slabOf };
}

test('a right piece is written, a wrong one is not, a full disk refuses', () => {
  const { disk, storage, run, slabOf } = setUp();
  const wrong = slabOf(0);
  wrong.bytes[20_000]! ^= 1;
  storage.writePiece(0, wrong, false);
  assert.deepEqual(run(), ['corrupt 0 40']);
  assert.equal(disk.isGood(0), false);
  disk.fault = 'full';
  storage.writePiece(0, slabOf(0), false);
  assert.deepEqual(run(), ['failed 0 ENOSPC']);
  disk.fault = 'none';
  storage.writePiece(0, slabOf(0), false);
  assert.deepEqual(run(), ['written 0']);
  assert.equal(disk.isGood(0), true);
});

test('parked blocks come back, also in the next run', () => {
  const { content, storage, run, slabOf } = setUp();
  storage.parkPiece(1, slabOf(1), Uint8Array.of(0, 1));
  run();
  const slab = { bytes: new Uint8Array(pieceLength).fill(9) };
  storage.loadPiece(1, slab, Uint8Array.of(0, 1));
  assert.deepEqual(run(), ['loaded 1']);
  assert.deepEqual(slab.bytes.subarray(16_384), content.view(1, 16_384, 16_384));
  assert.ok(slab.bytes.subarray(0, 16_384).every((byte) => byte === 9));
});

test('only what was verified is lent, and each lease ends once', () => {
  const { content, disk, storage, run, slabOf } = setUp();
  assert.throws(() => storage.tryRead(0, 0, 16_384), /uploaded but not verified/);
  storage.writePiece(0, slabOf(0), false);
  run();
  assert.equal(storage.tryRead(0, 0, 16_384), undefined);
  assert.deepEqual(run(), ['readable']);
  const lease = storage.tryRead(0, 16_384, 100);
  assert.deepEqual(lease?.bytes, content.view(0, 16_384, 100));
  assert.equal(storage.leasedCount, 1);
  lease!.release();
  assert.throws(() => lease!.release(), /twice/);
  disk.damage(0);
  assert.throws(() => storage.tryRead(0, 0, 16_384), /uploaded but not verified/);
});

test('a crash loses what was not written; a check finds out what is there', () => {
  const { storage, run, slabOf, disk } = setUp();
  storage.writePiece(0, slabOf(0), false);
  run();
  storage.writePiece(1, slabOf(1), false);
  storage.abandon();
  assert.deepEqual(run(), []);
  assert.deepEqual([disk.check(0), disk.check(1), disk.check(2)], [true, false, false]);
});

test('the slab budget holds, but one slab is always granted', () => {
  const world = new World(1);
  const pool = new SimSlabPool(world, 100);
  const big = pool.tryAcquire(150);
  assert.ok(big !== undefined);
  assert.equal(pool.tryAcquire(1), undefined);
  let woken = 0;
  pool.onRoom(() => woken++);
  pool.release(big);
  assert.equal(woken, 0, 'never from inside the release');
  world.runUntil(1, () => false);
  assert.equal(woken, 1);
  assert.throws(() => pool.release(big), /not out/);
});
