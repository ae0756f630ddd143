/**
 * Gets the info dictionary of a torrent that is known only by its info-hash (BEP 9). Peers claim
 * sizes, and a size cannot be checked before the end, so each claim is followed on its own: a liar
 * delays nobody who tells the truth.
 * Invariant: at most `mostSizes` claims are followed at once, none above 32 MiB; `done` is called
 * once, with bytes that the verifier accepted.
 */
import type { Random } from '../base/random.ts';
import { MAX_METADATA_BYTES } from '../protocol/extension.ts';
import { MetadataAssembly } from './metadata-assembly.ts';

const mostSizes = 4;
const defaultPerPeer = 4;

/** Peers are known by ids that are not given to another one while the fetch lasts. */
export interface MetadataFetchHost {
  /** Sends a ut_metadata request. */
  request(peer: number, piece: number): void;
  /** The info dictionary, verified. Nothing is requested any more. */
  done(info: Uint8Array): void;
  /** This peer, which may have left, sent wrong metadata, beyond doubt. */
  liar(peer: number): void;
  /** Whether these bytes have the torrent's info-hash. */
  verify(info: Uint8Array): boolean;
}

export interface MetadataProgress {
  readonly receivedBytes: number;
  readonly sizeBytes: number;
}

export class MetadataFetch {
  readonly #host: MetadataFetchHost;
  readonly #random: Random;
  readonly #perPeer: number;
  readonly #assemblies = new Map<number, MetadataAssembly>();
  /** Peer to the size it claims. */
  readonly #claims = new Map<number, number>();
  /** Found wrong; what else they claim does not matter. */
  readonly #liars = new Set<number>();
  #finished = false;

  constructor(host: MetadataFetchHost, random: Random, perPeer: number = defaultPerPeer) {
    this.#host = host;
    this.#random = random;
    this.#perPeer = perPeer;
  }

  get isDone(): boolean {
    return this.#finished;
  }

  /** Of the claim that is followed furthest; undefined when nobody has claimed anything. */
  get progress(): MetadataProgress | undefined {
    let best: MetadataProgress | undefined;
    for (const { receivedBytes, sizeBytes } of this.#assemblies.values()) {
      if (best === undefined || receivedBytes > best.receivedBytes) {
        best = { receivedBytes, sizeBytes };
      }
    }
    return best;
  }

  /** The extension handshake had `metadata_size`; false when no torrent has metadata of that size. */
  onPeerSupports(peer: number, metadataSizeBytes: number, nowMs: number): boolean {
    if (this.#finished || this.#liars.has(peer)) return true;
    if (!Number.isInteger(metadataSizeBytes) || metadataSizeBytes <= 0) return false;
    if (metadataSizeBytes > MAX_METADATA_BYTES) return false;
    if (this.#claims.get(peer) === metadataSizeBytes) return true;
    this.#withdraw(peer);
    this.#claims.set(peer, metadataSizeBytes);
    this.#assign(peer, metadataSizeBytes, nowMs);
    return true;
  }

  onPeerGone(peer: number): void {
    this.#withdraw(peer);
    this.#liars.delete(peer);
  }

  onReject(peer: number, piece: number, nowMs: number): void {
    const assembly = this.#assemblyOf(peer);
    assembly?.onReject(peer, piece, nowMs);
    if (!this.#finished) assembly?.pump(nowMs);
  }

  /** `bytes` need to be valid only during the call; `totalBytes` is the message's `total_size`, if it has one. */
  onData(
    peer: number,
    piece: number,
    totalBytes: number | undefined,
    bytes: Uint8Array,
    nowMs: number,
  ): void {
    const assembly = this.#assemblyOf(peer);
    if (assembly === undefined) return;
    if (totalBytes !== undefined && totalBytes !== assembly.sizeBytes) {
      // It contradicts its own handshake: nothing it sends can be placed.
      this.#withdraw(peer);
      return;
    }
    const info = assembly.onData(peer, piece, bytes, nowMs);
    if (info !== undefined) {
      this.#finished = true;
      this.#assemblies.clear();
      this.#claims.clear();
      this.#host.done(info);
    } else if (!this.#finished) {
      assembly.pump(nowMs);
    }
  }

  /** About once a second: time-outs, and claims that waited for a place. */
  tick(nowMs: number): void {
    if (this.#finished) return;
    for (const assembly of this.#assemblies.values()) assembly.tick(nowMs);
    for (const [peer, sizeBytes] of this.#claims) {
      if (this.#assemblies.has(sizeBytes)) continue;
      if (!this.#assign(peer, sizeBytes, nowMs)) break;
    }
  }

  #assemblyOf(peer: number): MetadataAssembly | undefined {
    const sizeBytes = this.#claims.get(peer);
    return sizeBytes === undefined ? undefined : this.#assemblies.get(sizeBytes);
  }

  /** False when there is no place for one more size; the peer waits. */
  #assign(peer: number, sizeBytes: number, nowMs: number): boolean {
    let assembly = this.#assemblies.get(sizeBytes);
    if (assembly === undefined) {
      if (this.#assemblies.size >= mostSizes && !this.#dropIdle(nowMs)) return false;
      const host = {
        request: (to: number, piece: number) => this.#host.request(to, piece),
        liar: (who: number) => this.#onLiar(who),
        verify: (info: Uint8Array) => this.#host.verify(info),
      };
      assembly = new MetadataAssembly(sizeBytes, host, this.#random, this.#perPeer);
      this.#assemblies.set(sizeBytes, assembly);
    }
    assembly.addPeer(peer);
    assembly.pump(nowMs);
    return true;
  }

  #dropIdle(nowMs: number): boolean {
    for (const assembly of this.#assemblies.values()) {
      if (!assembly.isIdle(nowMs)) continue;
      this.#assemblies.delete(assembly.sizeBytes);
      // Its peers wait behind those that wait already.
      for (const peer of assembly.peers) {
        this.#claims.delete(peer);
        this.#claims.set(peer, assembly.sizeBytes);
      }
      return true;
    }
    return false;
  }

  #onLiar(peer: number): void {
    this.#withdraw(peer);
    if (this.#liars.has(peer)) return;
    this.#liars.add(peer);
    this.#host.liar(peer);
  }

  #withdraw(peer: number): void {
    const assembly = this.#assemblyOf(peer);
    this.#claims.delete(peer);
    if (assembly === undefined) return;
    assembly.removePeer(peer);
    if (assembly.peers.length === 0) this.#assemblies.delete(assembly.sizeBytes);
  }
}
