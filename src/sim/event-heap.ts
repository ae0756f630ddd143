/**
 * What is going to happen, ordered by time and, within one moment, by the order it was scheduled in.
 * Invariant: `pop` never returns an event that was cancelled, and never an earlier one than before.
 */

export interface ScheduledEvent {
  readonly atMs: number;
  readonly sequence: number;
  /** Undefined once cancelled or run. */
  run: (() => void) | undefined;
}

export class EventHeap {
  readonly #heap: ScheduledEvent[] = [];
  #nextSequence = 0;

  /** Cancelled ones included until they come up. */
  get size(): number {
    return this.#heap.length;
  }

  push(atMs: number, run: () => void): ScheduledEvent {
    const event: ScheduledEvent = { atMs, sequence: this.#nextSequence++, run };
    const heap = this.#heap;
    let i = heap.length;
    heap.push(event);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = event;
    return event;
  }

  pop(): ScheduledEvent | undefined {
    for (let first = this.#take(); first !== undefined; first = this.#take()) {
      if (first.run !== undefined) return first;
    }
    return undefined;
  }

  #take(): ScheduledEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function isBefore(a: ScheduledEvent, b: ScheduledEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}
