/**
 * The slabs of one simulated client, under a byte budget.
 * Invariant: slabs that are out never exceed the budget, except for a single one; a slab that came
 * back is overwritten, so that whoever still uses it is found out.
 */
import type { Slab, SlabPool } from '../engine/ports.ts';
import { ensure } from './sim-failure.ts';
import type { World } from './world.ts';

export class SimSlabPool implements SlabPool {
  readonly budgetBytes: number;
  readonly #world: World;
  readonly #out = new Set<Slab>();
  readonly #free = new Map<number, Uint8Array[]>();
  #outBytes = 0;
  #waiting: (() => void)[] = [];

  constructor(world: World, budgetBytes: number) {
    this.#world = world;
    this.budgetBytes = budgetBytes;
  }

  get outBytes(): number {
    return this.#outBytes;
  }

  get outCount(): number {
    return this.#out.size;
  }

  tryAcquire(lengthBytes: number): Slab | undefined {
    if (this.#out.size > 0 && this.#outBytes + lengthBytes > this.budgetBytes) return undefined;
    const bytes = this.#free.get(lengthBytes)?.pop() ?? new Uint8Array(lengthBytes);
    const slab = { bytes };
    this.#out.add(slab);
    this.#outBytes += lengthBytes;
    return slab;
  }

  release(slab: Slab): void {
    ensure(this.#out.delete(slab), () => 'a slab was released that is not out');
    const { bytes } = slab;
    bytes.fill(0xee);
    this.#outBytes -= bytes.length;
    const free = this.#free.get(bytes.length);
    if (free === undefined) this.#free.set(bytes.length, [bytes]);
    else free.push(bytes);
    if (this.#waiting.length === 0) return;
    const woken = this.#waiting;
    this.#waiting = [];
    this.#world.after(0, () => {
      for (const callback of woken) callback();
    });
  }

  fill(slab: Slab, offset: number, block: Uint8Array): void {
    ensure(this.#out.has(slab), () => 'a slab was filled that is not out');
    slab.bytes.set(block, offset);
  }

  onRoom(callback: () => void): void {
    this.#waiting.push(callback);
  }
}
