/**
 * The peers of one swarm that share an address family and a kind of network, in parallel arrays.
 * Invariants: slots 0 to seeders − 1 are seeders and the rest, up to size − 1, leechers; `older` and
 * `newer` link all slots in the order of their last announce; above a few peers every slot is in the
 * index. Adding, refreshing and removing take constant time, whatever the size of the swarm.
 */
import { PeerIndex } from './peer-index.ts';

/** Up to here a linear search beats hashing and saves the table. */
const indexedFrom = 17;
const peerIdLength = 20;

export class PeerPool {
  /** 6 or 18: address and port. */
  readonly recordLength: number;
  readonly #keepsPeerIds: boolean;
  readonly #hashSeed: number;
  #index: PeerIndex | undefined;
  #records: Uint8Array;
  #peerIds: Uint8Array;
  #lastSeen = new Uint32Array(1);
  /** 1 once the peer's download has been counted. */
  #counted = new Uint8Array(1);
  #older = new Int32Array(1);
  #newer = new Int32Array(1);
  #oldest = -1;
  #newest = -1;
  #size = 0;
  #seeders = 0;

  constructor(recordLength: number, keepsPeerIds: boolean, hashSeed: number) {
    this.recordLength = recordLength;
    this.#keepsPeerIds = keepsPeerIds;
    this.#hashSeed = hashSeed;
    this.#records = new Uint8Array(recordLength);
    this.#peerIds = new Uint8Array(keepsPeerIds ? peerIdLength : 0);
  }

  get size(): number {
    return this.#size;
  }

  get seeders(): number {
    return this.#seeders;
  }

  get leechers(): number {
    return this.#size - this.#seeders;
  }

  /** Slot of the peer, −1 when unknown. Any change to the pool may move a peer to another slot. */
  find(record: Uint8Array): number {
    if (this.#index !== undefined) return this.#index.find(this.#records, record);
    for (let slot = 0; slot < this.#size; slot++) {
      const start = slot * this.recordLength;
      let i = 0;
      while (i < this.recordLength && this.#records[start + i] === record[i]) i++;
      if (i === this.recordLength) return slot;
    }
    return -1;
  }

  /** Adds the peer or refreshes it; returns its slot. */
  put(record: Uint8Array, peerId: Uint8Array, isSeeder: boolean, nowSeconds: number): number {
    let slot = this.find(record);
    if (slot === -1) slot = this.#append(record);
    else this.#unlink(slot);
    this.#linkNewest(slot);
    this.#lastSeen[slot] = nowSeconds;
    if (this.#keepsPeerIds) this.#peerIds.set(peerId, slot * peerIdLength);
    return this.#setSeeder(slot, isSeeder);
  }

  /** True the first time it is called for a peer. */
  countDownload(slot: number): boolean {
    if (this.#counted[slot] === 1) return false;
    this.#counted[slot] = 1;
    return true;
  }

  remove(slot: number): void {
    this.#unlink(slot);
    let hole = slot;
    if (hole < this.#seeders) {
      this.#index?.remove(this.#records, hole);
      this.#seeders--;
      if (hole !== this.#seeders) this.#move(this.#seeders, hole);
      hole = this.#seeders;
    } else {
      this.#index?.remove(this.#records, hole);
    }
    this.#size--;
    if (hole !== this.#size) this.#move(this.#size, hole);
    if (this.#index !== undefined && 2 * this.#size < indexedFrom) this.#index = undefined;
    if (this.#lastSeen.length > 8 && 4 * this.#size < this.#lastSeen.length) {
      this.#resize(this.#lastSeen.length >> 1);
    }
  }

  /** When the peer that was silent for longest was last heard of, in seconds; undefined when empty. */
  get oldestSeconds(): number | undefined {
    return this.#oldest === -1 ? undefined : this.#lastSeen[this.#oldest];
  }

  /** Removes at most `budget` peers last heard of before `cutoffSeconds`; returns how many. */
  expire(cutoffSeconds: number, budget: number): number {
    let removed = 0;
    while (
      removed < budget &&
      this.#oldest !== -1 &&
      this.#lastSeen[this.#oldest]! < cutoffSeconds
    ) {
      this.remove(this.#oldest);
      removed++;
    }
    return removed;
  }

  copyRecord(slot: number, into: Uint8Array, offset: number): void {
    const start = slot * this.recordLength;
    for (let i = 0; i < this.recordLength; i++) into[offset + i] = this.#records[start + i]!;
  }

  copyPeerId(slot: number, into: Uint8Array, offset: number): void {
    if (!this.#keepsPeerIds) return;
    const start = slot * peerIdLength;
    for (let i = 0; i < peerIdLength; i++) into[offset + i] = this.#peerIds[start + i]!;
  }

  lastSeenSeconds(slot: number): number {
    return this.#lastSeen[slot]!;
  }

  #append(record: Uint8Array): number {
    if (this.#size === this.#lastSeen.length) this.#resize(2 * this.#size);
    const slot = this.#size++;
    this.#records.set(record, slot * this.recordLength);
    this.#counted[slot] = 0;
    if (this.#index !== undefined) {
      this.#index.add(this.#records, slot);
    } else if (this.#size >= indexedFrom) {
      this.#index = new PeerIndex(this.recordLength, this.#hashSeed);
      for (let known = 0; known < this.#size; known++) this.#index.add(this.#records, known);
    }
    return slot;
  }

  /** Moves the peer to the right side of the border between seeders and leechers; returns its slot. */
  #setSeeder(slot: number, isSeeder: boolean): number {
    if (slot < this.#seeders === isSeeder) return slot;
    const border = isSeeder ? this.#seeders++ : --this.#seeders;
    if (slot !== border) this.#exchange(slot, border);
    return border;
  }

  /** `from` keeps its links and takes the place of `to`, which is in no list and no index. */
  #move(from: number, to: number): void {
    this.#index?.renumber(this.#records, from, to);
    this.#records.copyWithin(
      to * this.recordLength,
      from * this.recordLength,
      (from + 1) * this.recordLength,
    );
    if (this.#keepsPeerIds) {
      this.#peerIds.copyWithin(to * peerIdLength, from * peerIdLength, (from + 1) * peerIdLength);
    }
    this.#lastSeen[to] = this.#lastSeen[from]!;
    this.#counted[to] = this.#counted[from]!;
    const older = this.#older[from]!;
    const newer = this.#newer[from]!;
    this.#older[to] = older;
    this.#newer[to] = newer;
    if (older === -1) this.#oldest = to;
    else this.#newer[older] = to;
    if (newer === -1) this.#newest = to;
    else this.#older[newer] = to;
  }

  /** By way of the spare slot behind the last one. */
  #exchange(a: number, b: number): void {
    if (this.#size === this.#lastSeen.length) this.#resize(2 * this.#size);
    const spare = this.#size;
    this.#move(a, spare);
    this.#move(b, a);
    this.#move(spare, b);
  }

  #unlink(slot: number): void {
    const older = this.#older[slot]!;
    const newer = this.#newer[slot]!;
    if (older === -1) this.#oldest = newer;
    else this.#newer[older] = newer;
    if (newer === -1) this.#newest = older;
    else this.#older[newer] = older;
  }

  #linkNewest(slot: number): void {
    this.#older[slot] = this.#newest;
    this.#newer[slot] = -1;
    if (this.#newest === -1) this.#oldest = slot;
    else this.#newer[this.#newest] = slot;
    this.#newest = slot;
  }

  #resize(capacity: number): void {
    this.#records = resized(this.#records, capacity * this.recordLength);
    if (this.#keepsPeerIds) this.#peerIds = resized(this.#peerIds, capacity * peerIdLength);
    this.#counted = resized(this.#counted, capacity);
    const keep = Math.min(capacity, this.#lastSeen.length);
    const lastSeen = new Uint32Array(capacity);
    const older = new Int32Array(capacity);
    const newer = new Int32Array(capacity);
    lastSeen.set(this.#lastSeen.subarray(0, keep));
    older.set(this.#older.subarray(0, keep));
    newer.set(this.#newer.subarray(0, keep));
    this.#lastSeen = lastSeen;
    this.#older = older;
    this.#newer = newer;
  }
}

function resized(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(0, Math.min(length, bytes.length)));
  return copy;
}
