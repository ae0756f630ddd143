/**
 * What this node learnt while Redis could not be told, and the node's own store cannot show later: who
 * left, and whose download was completed. Invariant: bounded; a peer has one entry, which says what
 * happened last and whether it completed at all; the oldest entries go first.
 */
import { toHex } from '../../base/hex.ts';
import type { StoreAnnounce } from '../../tracker/swarm-store.ts';
import type { LearntPeer } from './script-codec.ts';

interface Entry {
  readonly infoHash: string;
  readonly peer: Omit<LearntPeer, 'ageSeconds'>;
  readonly atMs: number;
}

export class OutageJournal {
  readonly #entries = new Map<string, Entry>();
  readonly #maxEntries: number;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#entries.size;
  }

  note(request: StoreAnnounce, nowMs: number): void {
    const infoHash = toHex(request.infoHash);
    const key = `${infoHash}${toHex(request.address)}:${request.port}`;
    const before = this.#entries.get(key);
    const isGone = request.event === 'stopped';
    const hasCompleted = request.event === 'completed' || before?.peer.hasCompleted === true;
    if (!isGone && !hasCompleted && before === undefined) return;
    this.#entries.delete(key);
    const peer = {
      address: request.address.slice(),
      port: request.port,
      client: request.peerId.slice(0, 8),
      isSeeder: request.isSeeder,
      isGone,
      hasCompleted,
    };
    // Back again without a download to count: the node's store shows all there is to tell.
    if (!isGone && !hasCompleted) return;
    this.#entries.set(key, { infoHash, peer, atMs: nowMs });
    if (this.#entries.size <= this.#maxEntries) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** Takes out the entries of at most `limit` swarms, by info-hash in hex; they may be put back. */
  take(limit: number): Map<string, Entry[]> {
    const taken = new Map<string, Entry[]>();
    for (const [key, entry] of this.#entries) {
      const entries = taken.get(entry.infoHash);
      if (entries !== undefined) entries.push(entry);
      else if (taken.size < limit) taken.set(entry.infoHash, [entry]);
      else continue;
      this.#entries.delete(key);
    }
    return taken;
  }

  /** For entries taken out that could not be written after all; what was noted since stays. */
  putBack(entries: Iterable<Entry>): void {
    for (const entry of entries) {
      const key = `${entry.infoHash}${toHex(entry.peer.address)}:${entry.peer.port}`;
      if (!this.#entries.has(key) && this.#entries.size < this.#maxEntries) {
        this.#entries.set(key, entry);
      }
    }
  }
}

export function learntFrom(entries: readonly Entry[], nowMs: number): LearntPeer[] {
  return entries.map(({ peer, atMs }) => ({ ...peer, ageSeconds: (nowMs - atMs) / 1000 }));
}
