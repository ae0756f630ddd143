import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IndexedHeap } from './indexed-heap.ts';

interface Item {
  weight: number;
  readonly id: number;
}

const precedes = (a: Item, b: Item) => a.weight < b.weight;

const operation = fc.oneof(
  fc.record({ kind: fc.constant('update' as const), id: fc.nat(20), weight: fc.nat(50) }),
  fc.record({ kind: fc.constant('remove' as const), id: fc.nat(20) }),
  fc.record({ kind: fc.constant('pop' as const) }),
);

test('a heap behaves like a sorted list, whatever is added, moved and removed', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
      const items = Array.from({ length: 21 }, (_, id): Item => ({ weight: 0, id }));
      const heap = new IndexedHeap<Item>(precedes);
      const model = new Set<Item>();
      for (const step of operations) {
        if (step.kind === 'update') {
          const item = items[step.id]!;
          item.weight = step.weight;
          heap.update(item);
          model.add(item);
        } else if (step.kind === 'remove') {
          assert.equal(heap.remove(items[step.id]!), model.delete(items[step.id]!));
        } else {
          const least = Math.min(...[...model].map((item) => item.weight));
          const popped = heap.pop();
          assert.equal(popped === undefined, model.size === 0);
          if (popped === undefined) continue;
          assert.equal(popped.weight, least);
          assert.ok(model.delete(popped));
        }
        assert.equal(heap.size, model.size);
        for (const item of items) assert.equal(heap.has(item), model.has(item));
        if (model.size > 0) {
          assert.equal(heap.peek()?.weight, Math.min(...[...model].map((item) => item.weight)));
        }
      }
    }),
  );
});
