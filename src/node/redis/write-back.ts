/**
 * Makes good what Redis missed. While it was away, or when it has come back without its data, this node
 * is the only one that knows the peers which announced here; they are written as of the time they were
 * heard of, and Redis keeps whatever it has heard since. All nodes may do it at the same time.
 *
 * Invariants: one run at a time; what is due stays due until a run has written it; work is done in
 * pages, so announces go on in between.
 */
import { fromHex } from '../../base/hex.ts';
import type { LocalSwarmStore, SwarmSnapshot } from '../../tracker/swarm-store.ts';
import { isStoreFailure } from '../../tracker/swarm-store.ts';
import { learntFrom, type OutageJournal } from './outage-journal.ts';
import type { RedisLink } from './redis-link.ts';
import { type LearntPeer, packLearn, type ScriptTimes } from './script-codec.ts';
import type { SwarmIndex } from './swarm-index.ts';
import { learnScript } from './swarm-scripts.ts';

export interface WriteBackPorts {
  readonly link: RedisLink;
  readonly index: SwarmIndex;
  readonly local: LocalSwarmStore;
  readonly journal: OutageJournal;
  times(): ScriptTimes;
  nowMs(): number;
  /** What Redis said last; 0 when it is not known. */
  downloadsOf(infoHash: Uint8Array): number;
}

const swarmsAtOnce = 32;
/** Per swarm; further ones are back in Redis with their next announce. */
const maxPeersOfSwarm = 20_000;
const peersPerCall = 100;
/** Added to the time that is gone through, because a store may know the age of a peer roughly only. */
const slackOfTimeout = 1 / 16;

export class WriteBack {
  readonly #ports: WriteBackPorts;
  /** Peers heard of since then may be unknown to Redis; −∞ when Redis has lost its data. */
  #missedSinceMs: number | undefined;
  #isRunning = false;

  constructor(ports: WriteBackPorts) {
    this.#ports = ports;
  }

  /** Something is due or being written. */
  get isPending(): boolean {
    return this.#isRunning || this.#missedSinceMs !== undefined || this.#ports.journal.size > 0;
  }

  /** Redis may not have taken what was sent at `sinceMs` and after. */
  missed(sinceMs: number): void {
    this.#missedSinceMs = Math.min(this.#missedSinceMs ?? sinceMs, sinceMs);
  }

  missedAll(): void {
    this.#missedSinceMs = Number.NEGATIVE_INFINITY;
  }

  /** Writes what is due now. Rejects when Redis goes away again; the rest stays due. */
  async run(): Promise<void> {
    if (this.#isRunning || !this.isDue()) return;
    this.#isRunning = true;
    try {
      await this.#runOnce();
    } finally {
      this.#isRunning = false;
    }
  }

  isDue(): boolean {
    return this.#missedSinceMs !== undefined || this.#ports.journal.size > 0;
  }

  async #runOnce(): Promise<void> {
    const sinceMs = this.#missedSinceMs;
    this.#missedSinceMs = undefined;
    try {
      await this.#writeJournal();
      if (sinceMs !== undefined) await this.#writePeers(sinceMs);
    } catch (error) {
      if (sinceMs !== undefined) this.missed(sinceMs);
      throw error;
    }
  }

  async #writeJournal(): Promise<void> {
    const { journal } = this.#ports;
    while (journal.size > 0) {
      const taken = journal.take(swarmsAtOnce);
      try {
        await Promise.all(
          [...taken].map(([hex, entries]) =>
            this.#write(fromHex(hex)!, learntFrom(entries, this.#ports.nowMs())),
          ),
        );
      } catch (error) {
        journal.putBack([...taken.values()].flat());
        throw error;
      }
    }
  }

  async #writePeers(sinceMs: number): Promise<void> {
    const { local } = this.#ports;
    const nowMs = this.#ports.nowMs();
    const slackMs = 2000 + this.#ports.times().peerTimeout * 1000 * slackOfTimeout;
    const maxAgeMs = nowMs - sinceMs + slackMs;
    const scan = local.scan(nowMs, maxPeersOfSwarm);
    for (;;) {
      const swarms = await nextPage(scan);
      if (swarms.length === 0) return;
      await Promise.all(
        swarms.map(async (swarm) => {
          const peers = swarm.peers(maxPeersOfSwarm).filter(({ ageMs }) => ageMs <= maxAgeMs);
          if (peers.length > 0) await this.#write(swarm.infoHash, peers.map(asLearnt));
        }),
      );
    }
  }

  async #write(infoHash: Uint8Array, peers: readonly LearntPeer[]): Promise<void> {
    const { link, index } = this.#ports;
    const downloads = this.#ports.downloadsOf(infoHash);
    for (let at = 0; at < peers.length; at += peersPerCall) {
      const some = peers.slice(at, at + peersPerCall);
      const argument = packLearn(some, this.#ports.times(), downloads);
      const answer = await link.askScript(learnScript, index.metaKey(infoHash), argument);
      if (Buffer.isBuffer(answer)) index.add(infoHash, answer.readUInt32BE(0));
    }
  }
}

function nextPage(scan: ReturnType<LocalSwarmStore['scan']>): Promise<readonly SwarmSnapshot[]> {
  return new Promise((resolve, reject) => {
    scan.next(swarmsAtOnce, (swarms) => {
      if (isStoreFailure(swarms)) reject(new Error(swarms.reason));
      else resolve(swarms);
    });
  });
}

function asLearnt(peer: ReturnType<SwarmSnapshot['peers']>[number]): LearntPeer {
  const { address, port, isSeeder, ageMs } = peer;
  const client = new Uint8Array(8);
  client.set(peer.client.subarray(0, 8));
  return {
    address,
    port,
    client,
    isSeeder,
    isGone: false,
    hasCompleted: false,
    ageSeconds: ageMs / 1000,
  };
}
