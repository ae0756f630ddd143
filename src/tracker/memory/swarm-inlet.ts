/** Where the peers of a snapshot enter the memory. Takes the lock for each peer, so others can work. */
import type { RestoredPeer, RestoreTarget } from '../swarm-restore.ts';
import { PeerKey } from './peer-key.ts';
import { downloadMark } from './peer-pools.ts';
import { infoHashWords } from './swarm-table.ts';
import type { Swarms } from './swarms.ts';
import { loadFiveWords, loadWords } from './word-bytes.ts';
import type { WordLock } from './word-lock.ts';

export class SwarmInlet implements RestoreTarget {
  readonly #swarms: Swarms;
  readonly #lock: WordLock;
  readonly #step: number;
  readonly #infoHash = new Int32Array(infoHashWords);
  readonly #key = new PeerKey();
  readonly #cold: Int32Array;
  #hash = 0;
  #line = 0;

  constructor(swarms: Swarms, lock: WordLock, step: number) {
    this.#swarms = swarms;
    this.#lock = lock;
    this.#step = step;
    this.#cold = new Int32Array(swarms.pools.blocks.coldWords);
  }

  openSwarm(infoHash: Uint8Array): void {
    loadFiveWords(infoHash, this.#infoHash);
    this.#hash = this.#swarms.table.hash(this.#infoHash);
    this.#line = this.#swarms.table.lineOf(this.#hash);
  }

  restorePeer(peer: RestoredPeer): 'restored' | 'known' | 'expired' | 'full' {
    const { stepMs, timeoutSteps } = this.#swarms.memory;
    const age = Math.floor(peer.ageMs / stepMs);
    if (age > timeoutSteps) return 'expired';
    this.#key.load(peer.address, peer.port);
    loadWords(peer.peerId, this.#cold);
    this.#lock.lock(this.#line);
    const became = this.#enter(peer, this.#step - age);
    this.#lock.unlock(this.#line);
    return became;
  }

  closeSwarm(downloads: number): void {
    if (downloads === 0) return;
    this.#lock.lock(this.#line);
    this.#swarms.restoreDownloads(this.#line, this.#hash, this.#infoHash, downloads);
    this.#lock.unlock(this.#line);
  }

  #enter(peer: RestoredPeer, step: number): 'restored' | 'known' | 'full' {
    const swarms = this.#swarms;
    const line = this.#line;
    const hash = this.#hash;
    const key = this.#key;
    const known = swarms.table.find(line, hash, this.#infoHash);
    const pool = known === 0 ? 0 : swarms.poolOf(known, key.kind);
    if (pool !== 0 && swarms.pools.find(pool, key) !== -1) return 'known';
    if (swarms.isAtLimit(known)) return 'full';
    const { isSeeder } = peer;
    const at = swarms.enter(line, hash, known, this.#infoHash, key, this.#cold, isSeeder, step);
    if (at === 0) return 'full';
    if (peer.isCounted) {
      swarms.memory.words[swarms.pools.blocks.stateAt(at, swarms.slot)]! |= downloadMark;
    }
    swarms.wheel.expedite(line, swarms.record, step + swarms.memory.timeoutSteps + 1);
    return 'restored';
  }
}
