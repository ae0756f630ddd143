/**
 * Takes a snapshot of all swarms while announces go on, also in other threads. Only a swarm, or a part
 * of a large one, is held at a time; which part a peer is in follows from its hash, so a peer that stays
 * is written exactly once, wherever it is moved meanwhile.
 */

import { kindIsIpv6, kinds } from './memory/peer-key.ts';
import { downloadMark } from './memory/peer-pools.ts';
import { hotWords, pool } from './memory/pool-blocks.ts';
import { ageOf, stampMask } from './memory/step-clock.ts';
import { swarm } from './memory/swarm-table.ts';
import { SwarmWalk } from './memory/swarm-walk.ts';
import type { Swarms } from './memory/swarms.ts';
import { keyEnd } from './memory/tag-table.ts';
import type { WordLock } from './memory/word-lock.ts';
import { SnapshotChunks } from './snapshot-chunks.ts';
import { rowCounted, rowMaxAge, rowSeeder } from './snapshot-format.ts';

/** Chunks of at most 64 KiB, each the caller's own; a step between two of them takes a few ms at most. */
export function* snapshotSwarms(
  swarms: Swarms,
  lock: WordLock,
  step: number,
): Generator<Uint8Array, void, undefined> {
  const { memory } = swarms;
  const chunks = new SnapshotChunks(memory.keepsPeerIds, memory.stepMs);
  const writer = new SwarmWriter(swarms, chunks, step);
  const walk = new SwarmWalk(memory, swarms, lock, true);
  while (walk.next()) {
    const hash = swarms.table.hash(walk.infoHash);
    const line = swarms.table.lineOf(hash);
    lock.lock(line);
    const first = swarms.table.find(line, hash, walk.infoHash);
    const large = first === 0 ? 0 : writer.writeSmall(first, walk.infoHash);
    lock.unlock(line);
    for (let kind = 0; kind < kinds; kind++) {
      for (let key = 0; (large & (1 << kind)) !== 0 && key < keyEnd; ) {
        lock.lock(line);
        const record = swarms.table.find(line, hash, walk.infoHash);
        key = record === 0 ? keyEnd : writer.writePart(record, walk.infoHash, kind, key);
        lock.unlock(line);
        yield* taken(chunks);
      }
    }
    yield* taken(chunks);
  }
  chunks.end();
  yield* taken(chunks);
}

function* taken(chunks: SnapshotChunks): Generator<Uint8Array, void, undefined> {
  for (let chunk = chunks.ready.shift(); chunk !== undefined; chunk = chunks.ready.shift()) {
    yield chunk;
  }
}

/** Under the lock of the swarm's shard. */
class SwarmWriter {
  readonly #swarms: Swarms;
  readonly #chunks: SnapshotChunks;
  readonly #step: number;
  readonly #slots: Int32Array;

  constructor(swarms: Swarms, chunks: SnapshotChunks, step: number) {
    this.#swarms = swarms;
    this.#chunks = chunks;
    this.#step = step;
    this.#slots = new Int32Array(2 ** swarms.memory.pageShift);
  }

  /** Writes what is not in parts; returns a bit for each kind of pool that is. */
  writeSmall(record: number, infoHash: Int32Array): number {
    const { words } = this.#swarms.memory;
    const downloads = words[record + swarm.downloads]!;
    let at = this.#swarms.firstPool(record);
    let large = 0;
    if (at === 0 && downloads !== 0) {
      this.#chunks.openGroup(infoHash, downloads, 4);
      this.#chunks.closeGroup();
    }
    for (; at !== 0; at = this.#swarms.nextPool(record, at)) {
      const kind = this.#swarms.pools.blocks.kindOf(at);
      const size = words[at + pool.size]!;
      if (size < this.#slots.length / 2) {
        this.#open(infoHash, downloads, kind);
        for (let slot = 0; slot < size; slot++) this.#addRow(at, slot, kind);
        this.#chunks.closeGroup();
      } else {
        large |= 1 << kind;
      }
    }
    return large;
  }

  /** Writes the part of a pool that begins at `key`; returns where the next one begins. */
  writePart(record: number, infoHash: Int32Array, kind: number, key: number): number {
    const at = this.#swarms.poolOf(record, kind);
    if (at === 0) return keyEnd;
    const next = this.#swarms.pools.list(at, key, this.#slots);
    this.#open(infoHash, this.#swarms.memory.words[record + swarm.downloads]!, kind);
    for (let i = 1; i <= this.#slots[0]!; i++) this.#addRow(at, this.#slots[i]! - 1, kind);
    this.#chunks.closeGroup();
    return next;
  }

  #open(infoHash: Int32Array, downloads: number, kind: number): void {
    this.#chunks.openGroup(infoHash, downloads, (kind & kindIsIpv6) === 0 ? 4 : 16);
  }

  #addRow(at: number, slot: number, kind: number): void {
    const { words } = this.#swarms.memory;
    const { blocks } = this.#swarms.pools;
    const hot = blocks.hotAt(at, slot);
    const state = words[hot + hotWords(kind) - 1]!;
    const age = Math.min(rowMaxAge, ageOf(state & stampMask, this.#step));
    const isSeeder = slot < words[at + pool.seeders]!;
    const marks = (isSeeder ? rowSeeder : 0) | ((state & downloadMark) === 0 ? 0 : rowCounted);
    this.#chunks.addRow(words, hot, blocks.coldAt(at, slot), age | marks);
  }
}
