import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maxQueuedRequests, UploadQueue } from './upload-queue.ts';

const request = (piece: number) => ({ piece, begin: 0, lengthBytes: 16_384 });

test('serves in the order asked and skips what was cancelled', () => {
  const queue = new UploadQueue();
  for (const piece of [1, 2, 3]) queue.push(request(piece));
  assert.equal(queue.cancel(2, 0, 16_384), true);
  assert.equal(queue.cancel(2, 0, 16_384), false);
  assert.equal(queue.cancel(1, 0, 5), false, 'another length is another request');
  assert.equal(queue.peek()?.piece, 1);
  queue.shift();
  assert.equal(queue.peek()?.piece, 3);
  queue.shift();
  assert.equal(queue.peek(), undefined);
  assert.equal(queue.size, 0);
});

test('is bounded, and room comes back', () => {
  const queue = new UploadQueue();
  for (let i = 0; i < maxQueuedRequests; i++) assert.equal(queue.push(request(i)), true);
  assert.equal(queue.push(request(9999)), false);
  queue.peek();
  queue.shift();
  assert.equal(queue.push(request(9999)), true);
  assert.equal(queue.drain().length, maxQueuedRequests);
  assert.equal(queue.size, 0);
});

test('behaves as a plain list does', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('push' as const), piece: fc.nat(20) }),
    fc.record({ kind: fc.constant('cancel' as const), piece: fc.nat(20) }),
    fc.record({ kind: fc.constant('shift' as const), piece: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3000 }), (steps) => {
      const queue = new UploadQueue();
      const model: number[] = [];
      for (const { kind, piece } of steps) {
        if (kind === 'push') {
          assert.equal(queue.push(request(piece)), model.length < maxQueuedRequests);
          if (model.length < maxQueuedRequests) model.push(piece);
        } else if (kind === 'cancel') {
          const at = model.indexOf(piece);
          assert.equal(queue.cancel(piece, 0, 16_384), at >= 0);
          if (at >= 0) model.splice(at, 1);
        } else {
          assert.equal(queue.peek()?.piece, model[0]);
          if (model.length > 0) {
            queue.shift();
            model.shift();
          }
        }
        assert.equal(queue.size, model.length);
      }
      assert.deepEqual(
        queue.drain().map(({ piece }) => piece),
        model,
      );
    }),
    { numRuns: 60 },
  );
});
