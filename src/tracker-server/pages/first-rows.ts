/**
 * The smallest `limit` of many numbered rows in some order, sorted: a heap of those kept so far with the
 * worst on top, so that most rows cost one comparison and none costs more than a few dozen.
 */
import type { Pacer } from './pacer.ts';

/** Negative when `a` comes first; 0 only for a row and itself. */
export type Compare = (a: number, b: number) => number;

export async function firstOf(
  count: number,
  compare: Compare,
  limit: number,
  pacer: Pacer,
): Promise<number[]> {
  const heap: number[] = [];
  for (let row = 0; row < count; row++) {
    if (pacer.isDue()) await pacer.breathe();
    if (heap.length < limit) {
      heap.push(row);
      siftUp(heap, heap.length - 1, compare);
    } else if (limit > 0 && compare(row, heap[0]!) < 0) {
      siftDown(heap, row, heap.length, compare);
    }
  }
  // The worst goes behind the rest of the heap, until the heap is empty.
  for (let end = heap.length - 1; end > 0; end--) {
    if (pacer.isDue()) await pacer.breathe();
    const moved = heap[end]!;
    heap[end] = heap[0]!;
    siftDown(heap, moved, end, compare);
  }
  return heap;
}

function siftUp(heap: number[], from: number, compare: Compare): void {
  const row = heap[from]!;
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (compare(heap[parent]!, row) >= 0) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = row;
}

/** Puts `row` in the place of the top, among the first `length`. */
function siftDown(heap: number[], row: number, length: number, compare: Compare): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= length) break;
    if (child + 1 < length && compare(heap[child + 1]!, heap[child]!) > 0) child++;
    if (compare(heap[child]!, row) <= 0) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = row;
}
