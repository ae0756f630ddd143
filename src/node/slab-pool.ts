/**
 * The memory that pieces are filled in: shared memory, so that a worker hashes and writes a piece
 * without a copy. Slabs are carved from regions, a region holding slabs of one size class; workers
 * learn a region once and from then on get positions in it.
 * Invariant: regions in memory never exceed the byte budget, except that a request is always granted
 * while no slab is out. A slab is either out or in its region's free list.
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
  readonly slabBytes: number;
  readonly slabCount: number;
  readonly free: SharedSlab[];
}

export class SharedSlabPool implements SlabPool {
  readonly budgetBytes: number;
  readonly #copier = new BlockCopier();
  #regionBytes = 0;
  #outCount = 0;
  #outBytes = 0;
  #nextRegionId = 0;
  /** The regions of a class that have a free slab. */
  readonly #roomy = new Map<number, Set<Region>>();
  readonly #regions = new Map<number, Region>();
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
    const slabBytes = sizeClass(lengthBytes);
    const region = this.#regionWithRoom(slabBytes) ?? this.#addRegion(slabBytes);
    if (region === undefined) return undefined;
    const slab = region.free.pop();
    assert(slab !== undefined, 'a region with room has a free slab');
    if (region.free.length === 0) this.#roomy.get(slabBytes)?.delete(region);
    this.#outCount++;
    this.#outBytes += slabBytes;
    return slab;
  }

  release(slab: Slab): void {
    const region = this.#regionOf(slab);
    const shared = asShared(slab);
    assert(!region.free.includes(shared), 'a slab is released once');
    region.free.push(shared);
    if (region.free.length === 1) setOf(this.#roomy, region.slabBytes).add(region);
    this.#outCount--;
    this.#outBytes -= region.slabBytes;
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

  /** Asserts that the slab is this pool's. */
  #regionOf(slab: Slab): Region {
    const region = this.#regions.get(asShared(slab).region.id);
    assert(region !== undefined, 'a slab belongs to the pool that made it');
    return region;
  }

  #regionWithRoom(slabBytes: number): Region | undefined {
    const roomy = this.#roomy.get(slabBytes);
    if (roomy === undefined) return undefined;
    for (const region of roomy) return region;
    return undefined;
  }

  #addRegion(slabBytes: number): Region | undefined {
    const slabCount = Math.max(1, Math.floor(regionBytes / slabBytes));
    const lengthBytes = slabBytes * slabCount;
    this.#dropUnused(lengthBytes);
    if (this.#regionBytes + lengthBytes > this.budgetBytes && this.#outCount > 0) return undefined;
    const memory = new SharedArrayBuffer(lengthBytes);
    const id = this.#nextRegionId++;
    const free: SharedSlab[] = [];
    const region: Region = { id, memory, slabBytes, slabCount, free };
    for (let i = slabCount - 1; i >= 0; i--) {
      const offsetBytes = i * slabBytes;
      free.push({ bytes: new Uint8Array(memory, offsetBytes, slabBytes), region, offsetBytes });
    }
    this.#regions.set(id, region);
    setOf(this.#roomy, slabBytes).add(region);
    this.#regionBytes += lengthBytes;
    return region;
  }

  /** Frees regions of which no slab is out, until `wantedBytes` fit into the budget. */
  #dropUnused(wantedBytes: number): void {
    for (const roomy of this.#roomy.values()) {
      for (const region of roomy) {
        if (this.#regionBytes + wantedBytes <= this.budgetBytes) return;
        if (region.free.length < region.slabCount) continue;
        roomy.delete(region);
        this.#regions.delete(region.id);
        this.#regionBytes -= region.memory.byteLength;
        for (const listener of this.#dropListeners) listener(region.id);
      }
    }
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
  assert('region' in slab && 'offsetBytes' in slab, 'a slab comes from the shared pool');
  return slab as SharedSlab;
}

function setOf(map: Map<number, Set<Region>>, key: number): Set<Region> {
  let set = map.get(key);
  if (set === undefined) {
    set = new Set();
    map.set(key, set);
  }
  return set;
}

/** Rounds up to one of four classes per doubling, so that odd piece lengths waste at most a quarter. */
function sizeClass(lengthBytes: number): number {
  if (lengthBytes <= smallestSlabBytes) return smallestSlabBytes;
  const doubling = 2 ** Math.floor(Math.log2(lengthBytes));
  const step = Math.max(doubling / 4, 4096);
  return Math.ceil(lengthBytes / step) * step;
}
