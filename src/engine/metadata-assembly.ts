/**
 * One attempt after another to put together an info dictionary of one claimed size (BEP 9). First
 * from everybody who claims that size; when that does not match, from one peer at a time, so that a
 * mismatch says who lied.
 * Invariants: memory grows only as pieces arrive; at most `perPeer` requests are out to a peer; only
 * bytes that `verify` accepts leave this place.
 */
import type { Random } from '../base/random.ts';
import { METADATA_PIECE_BYTES, metadataPieceBytes } from '../protocol/metadata-exchange.ts';

const requestTimeoutMs = 15_000;
/** A peer that rejects may get the metadata itself soon. */
const rejectRestMs = 30_000;
/** A peer that does not answer is left alone for this long, per time it did not. */
const silenceRestMs = 10_000;
const longestRestMs = 5 * 60_000;
/** A peer alone is given this long and a little per piece before another has its turn. */
const soleBaseMs = 30_000;
const solePerPieceMs = 2000;

export interface AssemblyHost {
  request(peer: number, piece: number): void;
  /** It sent bytes that are not part of the info dictionary. */
  liar(peer: number): void;
  /** Whether the bytes have the torrent's info-hash. */
  verify(info: Uint8Array): boolean;
}

interface Source {
  readonly peer: number;
  outstanding: number;
  strikes: number;
  restUntilMs: number;
}

interface Received {
  readonly bytes: Uint8Array;
  readonly peer: number;
}

export class MetadataAssembly {
  readonly sizeBytes: number;
  readonly #pieceCount: number;
  readonly #host: AssemblyHost;
  readonly #random: Random;
  readonly #perPeer: number;
  /** In the order in which they are asked. */
  readonly #sources = new Map<number, Source>();
  #received = new Map<number, Received>();
  readonly #requested = new Map<number, { source: Source; deadlineMs: number }>();
  /** The mixed attempt that did not match, to tell afterwards whose pieces were wrong. */
  #mismatch: Map<number, Received> | undefined;
  #sole: Source | undefined;
  #soleDeadlineMs = 0;

  constructor(sizeBytes: number, host: AssemblyHost, random: Random, perPeer: number) {
    this.sizeBytes = sizeBytes;
    this.#pieceCount = Math.ceil(sizeBytes / METADATA_PIECE_BYTES);
    this.#host = host;
    this.#random = random;
    this.#perPeer = perPeer;
  }

  get receivedBytes(): number {
    let bytes = 0;
    for (const received of this.#received.values()) bytes += received.bytes.length;
    return bytes;
  }

  get peers(): readonly number[] {
    return [...this.#sources.keys()];
  }

  /** Nobody here can be asked at the moment. */
  isIdle(nowMs: number): boolean {
    for (const source of this.#sources.values()) {
      if (source.outstanding > 0 || source.restUntilMs <= nowMs) return false;
    }
    return true;
  }

  addPeer(peer: number): void {
    if (this.#sources.has(peer)) return;
    this.#sources.set(peer, { peer, outstanding: 0, strikes: 0, restUntilMs: 0 });
  }

  removePeer(peer: number): void {
    const source = this.#sources.get(peer);
    if (source === undefined) return;
    this.#sources.delete(peer);
    this.#release(source);
  }

  onReject(peer: number, piece: number, nowMs: number): void {
    const source = this.#answered(peer, piece);
    if (source === undefined) return;
    this.#rest(source, rejectRestMs, nowMs);
  }

  /** The verified info dictionary once it is whole. Unrequested pieces are ignored. */
  onData(peer: number, piece: number, bytes: Uint8Array, nowMs: number): Uint8Array | undefined {
    const source = this.#answered(peer, piece);
    if (source === undefined) return undefined;
    if (bytes.length !== metadataPieceBytes(piece, this.sizeBytes)) {
      // Whatever it has, it is not an info dictionary of this size.
      this.removePeer(peer);
      return undefined;
    }
    source.strikes = 0;
    // A copy: the bytes belong to the socket's buffer.
    this.#received.set(piece, { bytes: bytes.slice(), peer });
    return this.#received.size === this.#pieceCount ? this.#finish() : this.pump(nowMs);
  }

  tick(nowMs: number): void {
    for (const [piece, { source, deadlineMs }] of this.#requested) {
      if (nowMs < deadlineMs) continue;
      this.#requested.delete(piece);
      source.outstanding--;
      source.strikes++;
      this.#rest(source, silenceRestMs * source.strikes, nowMs);
    }
    if (this.#sole !== undefined && nowMs >= this.#soleDeadlineMs) {
      this.#rest(this.#sole, silenceRestMs, nowMs);
    }
    this.pump(nowMs);
  }

  /** Sends what requests may be sent. Returns nothing, in the place of a result. */
  pump(nowMs: number): undefined {
    if (this.#mismatch !== undefined && this.#sole === undefined) this.#chooseSole(nowMs);
    let piece = 0;
    for (let round = 1; round <= this.#perPeer; round++) {
      for (const source of this.#sources.values()) {
        if (!this.#mayAsk(source, round, nowMs)) continue;
        while (this.#received.has(piece) || this.#requested.has(piece)) piece++;
        if (piece >= this.#pieceCount) return;
        source.outstanding++;
        const deadlineMs = nowMs + requestTimeoutMs * (1 + source.strikes);
        this.#requested.set(piece, { source, deadlineMs });
        this.#host.request(source.peer, piece);
      }
    }
  }

  #mayAsk(source: Source, round: number, nowMs: number): boolean {
    if (source.outstanding >= round || source.restUntilMs > nowMs) return false;
    return this.#mismatch === undefined || this.#sole === source;
  }

  #answered(peer: number, piece: number): Source | undefined {
    const request = this.#requested.get(piece);
    if (request?.source.peer !== peer) return undefined;
    this.#requested.delete(piece);
    request.source.outstanding--;
    return request.source;
  }

  #rest(source: Source, forMs: number, nowMs: number): void {
    source.restUntilMs = nowMs + Math.min(forMs, longestRestMs);
    this.#release(source);
    // Last in line from now on, or two silent peers would hand one piece to and fro.
    if (this.#sources.delete(source.peer)) this.#sources.set(source.peer, source);
  }

  /** Takes back what it was asked; a sole source that fails leaves its place and its pieces. */
  #release(source: Source): void {
    for (const [piece, request] of this.#requested) {
      if (request.source === source) this.#requested.delete(piece);
    }
    source.outstanding = 0;
    if (this.#sole !== source) return;
    this.#sole = undefined;
    this.#received = new Map();
  }

  #chooseSole(nowMs: number): void {
    const rested = [...this.#sources.values()].filter((source) => source.restUntilMs <= nowMs);
    if (rested.length === 0) return;
    const fewest = Math.min(...rested.map((source) => source.strikes));
    const able = rested.filter((source) => source.strikes === fewest);
    this.#sole = able[this.#random.below(able.length)]!;
    this.#soleDeadlineMs = nowMs + soleBaseMs + solePerPieceMs * this.#pieceCount;
    this.#received = new Map();
  }

  #finish(): Uint8Array | undefined {
    const info = new Uint8Array(this.sizeBytes);
    const senders = new Set<number>();
    for (const [piece, { bytes, peer }] of this.#received) {
      info.set(bytes, piece * METADATA_PIECE_BYTES);
      senders.add(peer);
    }
    if (this.#host.verify(info)) {
      this.#nameLiars(info);
      return info;
    }
    const [first] = senders;
    if (senders.size === 1 && first !== undefined) {
      this.removePeer(first);
      this.#received = new Map();
      this.#host.liar(first);
    } else {
      this.#mismatch = this.#received;
      this.#received = new Map();
    }
    return undefined;
  }

  #nameLiars(info: Uint8Array): void {
    const liars = new Set<number>();
    for (const [piece, { bytes, peer }] of this.#mismatch ?? []) {
      const start = piece * METADATA_PIECE_BYTES;
      if (bytes.some((byte, i) => byte !== info[start + i])) liars.add(peer);
    }
    for (const peer of liars) this.#host.liar(peer);
  }
}
