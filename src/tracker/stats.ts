/**
 * What the tracker counts about itself. Every thread that answers clients counts into cells of its own
 * in one shared memory, so counting needs no lock; whoever reads adds the threads up.
 * Invariant: a count only grows, and counting takes constant time and no memory.
 */
import { assert } from '../base/assert.ts';

export const transports = ['http', 'udp', 'websocket'] as const;
export type Transport = (typeof transports)[number];

export interface TransportCounts {
  readonly announces: number;
  readonly scrapes: number;
  /** Answered with a failure reason or an error packet. */
  readonly refused: number;
  /** Not understood: a malformed request, or a packet dropped in silence. */
  readonly invalid: number;
  /** Dropped or refused because its network asked too often. */
  readonly limited: number;
}

export type Counted = keyof TransportCounts;

export type CountsByTransport = Readonly<Record<Transport, TransportCounts>>;

/** Cells of a thread: looked up by names that are constant, so that counting a packet costs nothing. */
const firstCells = { http: 0, udp: 5, websocket: 10 } as const;
const cellOffsets = { announces: 0, scrapes: 1, refused: 2, invalid: 3, limited: 4 } as const;
const cellsPerThread = 15;

/** One thread's cells; `thread` counts from 0. */
export class TrackerCounters {
  readonly #cells: Float64Array;
  readonly #first: number;

  constructor(memory: ArrayBufferLike, thread: number) {
    this.#cells = new Float64Array(memory);
    this.#first = thread * cellsPerThread;
    assert(this.#first + cellsPerThread <= this.#cells.length, `no counters for thread ${thread}`);
  }

  count(what: Counted, transport: Transport): void {
    this.#cells[this.#first + cellOf(what, transport)]!++;
  }
}

/** Zeros, for `threads` threads. */
export function countersMemory(threads: number): SharedArrayBuffer {
  return new SharedArrayBuffer(threads * cellsPerThread * Float64Array.BYTES_PER_ELEMENT);
}

/** The counts of all threads together. */
export function sumCounters(memory: ArrayBufferLike): CountsByTransport {
  const cells = new Float64Array(memory);
  const sum = (what: Counted, transport: Transport): number => {
    let total = 0;
    for (let at = cellOf(what, transport); at < cells.length; at += cellsPerThread) {
      total += cells[at]!;
    }
    return total;
  };
  const of = (transport: Transport): TransportCounts => ({
    announces: sum('announces', transport),
    scrapes: sum('scrapes', transport),
    refused: sum('refused', transport),
    invalid: sum('invalid', transport),
    limited: sum('limited', transport),
  });
  return { http: of('http'), udp: of('udp'), websocket: of('websocket') };
}

function cellOf(what: Counted, transport: Transport): number {
  return firstCells[transport] + cellOffsets[what];
}
