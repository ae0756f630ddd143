import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type SharedSlab, SharedSlabPool } from './slab-pool.ts';

const mib = 1024 * 1024;

test('a slab has what was asked for, and the budget holds', () => {
  const lengths = fc.array(
    fc.oneof(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 5 * mib })),
    {
      maxLength: 60,
    },
  );
  const property = fc.property(lengths, fc.infiniteStream(fc.boolean()), (list, releases) => {
    const pool = new SharedSlabPool(8 * mib);
    const out: SharedSlab[] = [];
    for (const length of list) {
      const slab = pool.tryAcquire(length);
      if (slab === undefined) assert.ok(out.length > 0, 'the only slab is always granted');
      else {
        assert.ok(slab.bytes.length >= length);
        assert.ok(slab.bytes.length <= Math.max(16_384, length * 1.25 + 4096));
        out.push(slab);
      }
      const places = new Set(out.map((each) => `${each.region.id}:${each.offsetBytes}`));
      assert.equal(places.size, out.length);
      assert.ok(pool.outBytes <= 8 * mib);
      assert.equal(
        pool.outBytes,
        out.reduce((sum, each) => sum + each.bytes.length, 0),
      );
      if (releases.next().value === true && out.length > 0) pool.release(out.shift()!);
    }
  });
  fc.assert(property, { numRuns: 60 });
});

test('one slab beyond the budget is granted while none is out', () => {
  const pool = new SharedSlabPool(mib);
  const large = pool.tryAcquire(16 * mib)!;
  assert.equal(large.bytes.length, 16 * mib);
  assert.equal(pool.tryAcquire(1), undefined);
  pool.release(large);
  assert.ok(pool.tryAcquire(1) !== undefined);
});

test('room is announced once, after a release', async () => {
  const pool = new SharedSlabPool(mib);
  const slab = pool.tryAcquire(mib)!;
  let calls = 0;
  pool.onRoom(() => calls++);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(calls, 0);
  pool.release(slab);
  assert.equal(calls, 0);
  await new Promise((resolve) => setImmediate(resolve));
  const again = pool.tryAcquire(mib)!;
  pool.release(again);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(calls, 1);
});

test('regions of another size make way, and are announced as dropped', () => {
  const pool = new SharedSlabPool(2 * mib);
  const dropped: number[] = [];
  pool.onRegionDropped((id) => dropped.push(id));
  const small = [pool.tryAcquire(16_384)!, pool.tryAcquire(16_384)!];
  assert.equal(small[0]!.region.id, small[1]!.region.id);
  for (const slab of small) pool.release(slab);
  assert.ok(pool.tryAcquire(2 * mib) !== undefined);
  assert.deepEqual(dropped, [small[0]!.region.id]);
});

test('memory is taken at first use, and what was used last is taken first', () => {
  const pool = new SharedSlabPool(4 * mib);
  const first = pool.tryAcquire(mib)!;
  first.bytes.fill(7);
  const { id } = first.region;
  const reserved = pool.tryAcquire(mib)!;
  pool.release(first);
  const later = pool.tryAcquire(mib)!;
  assert.equal(pool.tryAcquire(3 * mib), undefined, 'reserved memory counts');
  assert.equal(later.region.id, id);
  assert.notEqual(reserved.region.id, id);
});

test('releasing twice is a bug that is noticed', () => {
  const pool = new SharedSlabPool();
  const slab = pool.tryAcquire(1)!;
  pool.release(slab);
  assert.throws(() => pool.release(slab), /released once/);
});
