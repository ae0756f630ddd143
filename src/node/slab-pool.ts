/**
 * The memory that pieces are filled in: shared memory, so that a worker hashes and writes a piece
 * without a copy. Slabs are carved from regions, a region holding slabs of one size class; workers
 * learn a region once and from then on get positions in it.
 *
 * A slab is a promise of memory, kept when it is first used: requests reserve slabs long before their
 * blocks arrive, and the memory that was freed last, which is still in the processor's cache, then
 * goes to the piece that arrives next.
 * Invariant: regions in memory never exceed the byte budget, except that a request is always granted
 * while no slab is out. Each class has a free place for every slab that is out and unused.
 */
import { assert } from '../base/assert.ts';
import type { Slab, SlabPool } from '../engine/ports.ts';
import { BlockCopier } from './block-copy.ts';

/** The default byte budget of a process. */
export const defaultSlabBudgetBytes = 64 * 1024 * 1024;

const smallestSlabBytes = 16 * 1024;
/** Small slabs share a region of this size; larger ones have a region each. */
const regionBytes = 1024 * 1024;

export interface SlabRegion {
  /** Never used twice by a pool. */
  readonly id: number;
  readonly memory: SharedArrayBuffer;
}

export interface SharedSlab extends Slab {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly region: SlabRegion;
  /** Position of the slab in its region. */
  readonly offsetBytes: number;
}

interface Region extends SlabRegion {
  /** Places of it that a slab uses. */
  usedCount: number;
  readonly placeCount: number;
}

interface Place {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly region: Region;
  readonly offsetBytes: number;
}

interface SizeClass {
  readonly slabBytes: number;
  /** The one used last at the end. */
  readonly free: Place[];
  /** Slabs out that have no place yet; never more than `free` has. */
  promised: number;
}

class PooledSlab implements SharedSlab {
  readonly sizeClass: SizeClass;
  place: Place | undefined;
  released = false;

  constructor(sizeClass: SizeClass) {
    this.sizeClass = sizeClass;
  }

  get bytes(): Uint8Array<SharedArrayBuffer> {
    return this.#use().bytes;
  }

  get region(): SlabRegion {
    return this.#use().region;
  }

  get offsetBytes(): number {
    return this.#use().offsetBytes;
  }

  #use(): Place {
    if (this.place !== undefined) return this.place;
    assert(!this.released, 'a released slab is not used');
    const place = this.sizeClass.free.pop();
    assert(place !== undefined, 'there is a place for every slab that is out');
    this.sizeClass.promised--;
    place.region.usedCount++;
    this.place = place;
    return place;
  }
}

export class SharedSlabPool implements SlabPool {
  readonly budgetBytes: number;
  readonly #copier = new BlockCopier();
  readonly #classes = new Map<number, SizeClass>();
  #regionBytes = 0;
  #outCount = 0;
  #outBytes = 0;
  #nextRegionId = 0;
  #waiting: (() => void)[] = [];
  #wakeScheduled = false;
  readonly #dropListeners: ((regionId: number) => void)[] = [];

  constructor(budgetBytes = defaultSlabBudgetBytes) {
    this.budgetBytes = budgetBytes;
  }

  /** Bytes of slabs handed out. */
  get outBytes(): number {
    return this.#outBytes;
  }

  tryAcquire(lengthBytes: number): SharedSlab | undefined {
    const sizeClass = this.#classOf(slabBytesFor(lengthBytes));
    if (sizeClass.free.length === sizeClass.promised && !this.#addRegion(sizeClass)) {
      return undefined;
    }
    sizeClass.promised++;
    this.#outCount++;
    this.#outBytes += sizeClass.slabBytes;
    return new PooledSlab(sizeClass);
  }

  release(slab: Slab): void {
    assert(slab instanceof PooledSlab, 'a slab comes from a shared pool');
    assert(!slab.released, 'a slab is released once');
    slab.released = true;
    const { sizeClass, place } = slab;
    if (place === undefined) sizeClass.promised--;
    else {
      place.region.usedCount--;
      sizeClass.free.push(place);
    }
    this.#outCount--;
    this.#outBytes -= sizeClass.slabBytes;
    this.#scheduleWake();
  }

  fill(slab: Slab, offset: number, block: Uint8Array): void {
    this.#copier.copy(block, slab.bytes, offset);
  }

  onRoom(callback: () => void): void {
    this.#waiting.push(callback);
  }

  /** Called when a region's memory left the pool, so that workers let go of it too. */
  onRegionDropped(listener: (regionId: number) => void): void {
    this.#dropListeners.push(listener);
  }

  #classOf(slabBytes: number): SizeClass {
    let sizeClass = this.#classes.get(slabBytes);
    if (sizeClass === undefined) {
      sizeClass = { slabBytes, free: [], promised: 0 };
      this.#classes.set(slabBytes, sizeClass);
    }
    return sizeClass;
  }

  #addRegion({ slabBytes, free }: SizeClass): boolean {
    const placeCount = Math.max(1, Math.floor(regionBytes / slabBytes));
    const lengthBytes = slabBytes * placeCount;
    this.#dropUnused(lengthBytes);
    if (this.#regionBytes + lengthBytes > this.budgetBytes && this.#outCount > 0) return false;
    const memory = new SharedArrayBuffer(lengthBytes);
    const region: Region = { id: this.#nextRegionId++, memory, usedCount: 0, placeCount };
    const places: Place[] = [];
    for (let i = placeCount - 1; i >= 0; i--) {
      const offsetBytes = i * slabBytes;
      places.push({ bytes: new Uint8Array(memory, offsetBytes, slabBytes), region, offsetBytes });
    }
    // Behind those that were in use: untouched memory is the most expensive.
    free.unshift(...places);
    this.#regionBytes += lengthBytes;
    return true;
  }

  /** Frees regions that nobody uses and nobody was promised, until `wantedBytes` fit into the budget. */
  #dropUnused(wantedBytes: number): void {
    for (const { free, promised } of this.#classes.values()) {
      for (const region of new Set(free.map((place) => place.region))) {
        if (this.#regionBytes + wantedBytes <= this.budgetBytes) return;
        if (region.usedCount > 0 || free.length - region.placeCount < promised) continue;
        const kept = free.filter((place) => place.region !== region);
        free.splice(0, free.length, ...kept);
        this.#drop(region);
      }
    }
  }

  #drop(region: Region): void {
    this.#regionBytes -= region.memory.byteLength;
    for (const listener of this.#dropListeners) listener(region.id);
  }

  #scheduleWake(): void {
    if (this.#wakeScheduled || this.#waiting.length === 0) return;
    this.#wakeScheduled = true;
    setImmediate(() => {
      this.#wakeScheduled = false;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const callback of waiting) callback();
    });
  }
}

/** The engine only holds slabs this pool gave it. */
export function asShared(slab: Slab): SharedSlab {
  assert(slab instanceof PooledSlab, 'a slab comes from a shared pool');
  return slab;
}

/** Rounds up to one of four classes per doubling, so that odd piece lengths waste at most a quarter. */
function slabBytesFor(lengthBytes: number): number {
  if (lengthBytes <= smallestSlabBytes) return smallestSlabBytes;
  const doubling = 2 ** Math.floor(Math.log2(lengthBytes));
  const step = Math.max(doubling / 4, 4096);
  return Math.ceil(lengthBytes / step) * step;
}
