/**
 * Gets the piece layers of a torrent whose info dictionary came without them (BEP 52, "hash request").
 * Ranges are asked from all peers at once, and each is proven by itself, so who sends a false one is known
 * at once and harms nothing else.
 * Invariant: a range is asked from one peer at a time; `done` is called once, with layers that belong under
 * their roots; memory is that of the ranges, and of the hashes that came.
 */
import type { Hashes } from '../base/hashes.ts';
import { toHex } from '../base/hex.ts';
import type { HashRange } from '../protocol/hash-message.ts';
import { pieceLayerLevel } from '../protocol/merkle.ts';
import type { LayerShape } from '../protocol/merkle-proof.ts';
import { LayerAssembly } from './layer-assembly.ts';

const mostPerPeer = 8;
/** A peer that owes an answer this long is left alone for a while, and others are asked for all it owes. */
const answerTimeoutMs = 10_000;
const silentRestMs = 30_000;
/** A peer that refuses may learn the hashes itself by then. */
const refusedRestMs = 10_000;
/** Refusals after which nothing more is asked for the time being. */
const mostRefusals = 64;

/** Peers are known by ids that are not given to another one while the fetch lasts. */
export interface HashFetchHost {
  /** Sends a hash request. */
  request(peer: number, range: HashRange): void;
  /** It sent false hashes, beyond doubt; nothing more is asked from it. */
  liar(peer: number): void;
  /** By root in hex. Nothing is requested any more. */
  done(layers: ReadonlyMap<string, Uint8Array>): void;
}

interface Job {
  readonly key: string;
  readonly assembly: LayerAssembly;
  readonly range: HashRange;
}

interface Source {
  /** Since when, the oldest first. */
  readonly asked: Map<Job, number>;
  readonly refused: Set<Job>;
  restsUntilMs: number;
}

export class HashFetch {
  readonly #host: HashFetchHost;
  readonly #assemblies = new Map<string, LayerAssembly>();
  /** Not here yet. */
  readonly #jobs = new Map<string, Job>();
  /** Of these, asked from nobody. */
  readonly #open = new Set<Job>();
  readonly #sources = new Map<number, Source>();

  /** At least one layer, each root once. */
  constructor(
    missing: readonly LayerShape[],
    pieceLength: number,
    hashes: Hashes,
    host: HashFetchHost,
  ) {
    this.#host = host;
    const level = pieceLayerLevel(pieceLength);
    for (const shape of missing) {
      const assembly = new LayerAssembly(shape, level, hashes);
      this.#assemblies.set(toHex(shape.piecesRoot), assembly);
      for (const range of assembly.ranges()) {
        const job = { key: keyOf(range), assembly, range };
        this.#jobs.set(job.key, job);
        this.#open.add(job);
      }
    }
  }

  get isDone(): boolean {
    return this.#jobs.size === 0;
  }

  /** The peer may have the layers. */
  addPeer(peer: number, nowMs: number): void {
    if (this.#sources.has(peer)) return;
    const source = { asked: new Map<Job, number>(), refused: new Set<Job>(), restsUntilMs: 0 };
    this.#sources.set(peer, source);
    this.#ask(peer, source, nowMs);
  }

  onPeerGone(peer: number, nowMs: number): void {
    const source = this.#sources.get(peer);
    if (source === undefined) return;
    this.#sources.delete(peer);
    this.#giveBack(source);
    this.#askAll(nowMs);
  }

  /** `proven` are the range's hashes and uncles, valid only during the call. Late answers count as well. */
  onHashes(peer: number, range: HashRange, proven: Uint8Array, nowMs: number): void {
    const source = this.#sources.get(peer);
    const job = this.#jobs.get(keyOf(range));
    if (source === undefined || job === undefined || !isSameRange(job.range, range)) return;
    if (!job.assembly.accept(range, proven)) {
      this.#host.liar(peer);
      this.onPeerGone(peer, nowMs);
      return;
    }
    this.#jobs.delete(job.key);
    this.#open.delete(job);
    for (const { asked, refused } of this.#sources.values()) {
      asked.delete(job);
      refused.delete(job);
    }
    if (this.isDone) this.#finish();
    else this.#ask(peer, source, nowMs);
  }

  onReject(peer: number, range: HashRange, nowMs: number): void {
    const source = this.#sources.get(peer);
    const job = this.#jobs.get(keyOf(range));
    if (source === undefined || job === undefined || !source.asked.delete(job)) return;
    source.refused.add(job);
    this.#open.add(job);
    this.#askAll(nowMs);
  }

  /** About once a second. */
  tick(nowMs: number): void {
    for (const source of this.#sources.values()) {
      const [oldestMs = nowMs] = source.asked.values();
      if (nowMs - oldestMs < answerTimeoutMs) continue;
      this.#giveBack(source);
      source.restsUntilMs = nowMs + silentRestMs;
    }
    this.#askAll(nowMs);
  }

  #giveBack(source: Source): void {
    for (const job of source.asked.keys()) this.#open.add(job);
    source.asked.clear();
  }

  #askAll(nowMs: number): void {
    for (const [peer, source] of this.#sources) {
      if (this.#open.size === 0) return;
      this.#ask(peer, source, nowMs);
    }
  }

  #ask(peer: number, source: Source, nowMs: number): void {
    if (nowMs < source.restsUntilMs) return;
    if (source.restsUntilMs > 0) {
      source.restsUntilMs = 0;
      source.refused.clear();
    }
    while (source.asked.size < mostPerPeer && this.#open.size > 0) {
      const job = this.#pick(source);
      if (job === undefined) {
        if (source.asked.size === 0) source.restsUntilMs = nowMs + refusedRestMs;
        return;
      }
      this.#open.delete(job);
      source.asked.set(job, nowMs);
      this.#host.request(peer, job.range);
    }
  }

  /** What the peer has not refused; looks at no more ranges than it may refuse. */
  #pick({ refused }: Source): Job | undefined {
    if (refused.size >= mostRefusals) return undefined;
    for (const job of this.#open) if (!refused.has(job)) return job;
    return undefined;
  }

  #finish(): void {
    const layers = new Map<string, Uint8Array>();
    for (const [root, assembly] of this.#assemblies) layers.set(root, assembly.layer());
    this.#assemblies.clear();
    this.#sources.clear();
    this.#host.done(layers);
  }
}

function keyOf({ piecesRoot, index }: HashRange): string {
  return `${toHex(piecesRoot)} ${index}`;
}

function isSameRange(a: HashRange, b: HashRange): boolean {
  return a.baseLayer === b.baseLayer && a.length === b.length && a.proofLayers === b.proofLayers;
}
