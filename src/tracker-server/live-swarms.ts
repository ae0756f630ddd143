/**
 * The swarms of all transports together, as promises for what is not on the hot path: counts and peers
 * of the store's swarms and of the browsers' on the WebSocket tracker.
 */
import { fromHex } from '../base/hex.ts';
import { formatIp } from '../base/ip-address.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import { isStoreFailure, type PeerSnapshot } from '../tracker/swarm-store.ts';
import type { TrackerLogic } from '../tracker/tracker-logic.ts';

/** Swarms outside the store; a torrent may have peers in both. */
export interface OtherSwarms {
  /** In the order asked; zeros for an unknown swarm. */
  counts(infoHashes: readonly Uint8Array[]): readonly SwarmCounts[];
}

/** Looked through for seeders: a swarm is asked for a bounded number of its peers. */
const maxLookedAt = 1000;

export class LiveSwarms {
  readonly #logic: TrackerLogic;
  readonly #others: OtherSwarms;

  constructor(logic: TrackerLogic, others: OtherSwarms) {
    this.#logic = logic;
    this.#others = others;
  }

  /** Info-hashes of 40 hex digits; answers in their order. Rejects when the store cannot answer. */
  async counts(infoHashes: readonly string[]): Promise<SwarmCounts[]> {
    const hashes = infoHashes.map(bytesOf);
    const stored = await new Promise<readonly SwarmCounts[]>((resolve, reject) => {
      this.#logic.swarmCounts(hashes, (counts) => {
        if (isStoreFailure(counts)) reject(new Error(counts.reason));
        else resolve(counts);
      });
    });
    const others = this.#others.counts(hashes);
    return stored.map(({ seeders, leechers, downloads }, i) => ({
      seeders: seeders + (others[i]?.seeders ?? 0),
      leechers: leechers + (others[i]?.leechers ?? 0),
      downloads: downloads + (others[i]?.downloads ?? 0),
    }));
  }

  /** `host:port` of at most `limit` seeders. Rejects when the store cannot answer. */
  async seeders(infoHash: string, limit: number): Promise<string[]> {
    const peers = await new Promise<readonly PeerSnapshot[]>((resolve, reject) => {
      this.#logic.peers(bytesOf(infoHash), maxLookedAt, (found) => {
        if (isStoreFailure(found)) reject(new Error(found.reason));
        else resolve(found);
      });
    });
    return peers
      .filter(({ isSeeder }) => isSeeder)
      .slice(0, limit)
      .map(endpointOf);
  }
}

function bytesOf(infoHash: string): Uint8Array {
  return fromHex(infoHash) ?? new Uint8Array(20);
}

function endpointOf({ address, port }: PeerSnapshot): string {
  const host = formatIp(address) ?? '';
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
