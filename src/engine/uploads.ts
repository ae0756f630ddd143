/**
 * Serving blocks: accepts requests within bounds, and moves them from each peer's queue to its link
 * as the limits, the link and the disk allow. Payload is lent by the storage and never copied.
 * Invariant: only verified pieces are read; a peer that is choked gets nothing but its fast set.
 * BEP 3 (request, piece, cancel), BEP 6 (reject, allowed fast).
 */
import { BLOCK_HEADER_BYTES, writeBlockHeader } from '../protocol/peer-wire-encoder.ts';
import { violation } from '../protocol/violation.ts';
import type { Layout } from './layout.ts';
import type { PeerSession } from './peer-session.ts';
import type { Storage } from './ports.ts';
import type { Limit, RateMeter } from './rate.ts';
import type { BlockRequest } from './upload-queue.ts';

/** Clients ask for 16 KiB; a few old ones for more. Longer requests are refused. */
const maxRequestBytes = 131_072;
/** A link holds at most this much of ours at once; the rest waits in the queue. */
const mostLinkBytes = 1_048_576;
/** A link whose speed is not known yet. */
const firstLinkBytes = 32_768;
/** One block: a slow line shared by many links has enough to do with one of each. */
const leastLinkBytes = 16_384;
/**
 * What a link holds lasts this long: more could neither be cancelled nor overtaken by a HAVE, less
 * would run dry before the next tick.
 */
const linkSeconds = 0.5;

export interface UploadsHost {
  nowMs(): number;
  sessions(): Iterable<PeerSession>;
  isVerified(piece: number): boolean;
  isFastAllowed(session: PeerSession, piece: number): boolean;
}

export class Uploads {
  uploadedBytes = 0;
  readonly #layout: Layout;
  readonly #storage: Storage;
  readonly #limit: Limit;
  readonly #host: UploadsHost;

  constructor(options: {
    layout: Layout;
    storage: Storage;
    limit: Limit;
    host: UploadsHost;
  }) {
    this.#layout = options.layout;
    this.#storage = options.storage;
    this.#limit = options.limit;
    this.#host = options.host;
  }

  onRequest(session: PeerSession, piece: number, begin: number, lengthBytes: number): void {
    if (!this.#layout.mayRequest(piece, begin, lengthBytes) || lengthBytes > maxRequestBytes) {
      session.violate(
        violation(
          'WIRE_REQUEST_OUT_OF_RANGE',
          `requested ${lengthBytes} bytes at ${piece}:${begin}`,
        ),
      );
      return;
    }
    const request = { piece, begin, lengthBytes };
    const choked = session.amChoking && !this.#host.isFastAllowed(session, piece);
    if (choked || !this.#host.isVerified(piece) || !session.uploads.push(request)) {
      session.reject(request);
      session.onUseless();
      return;
    }
    if (begin < this.#layout.pieceBytes(piece)) this.#storage.prefetch(piece, begin);
  }

  /** Sends what may go now. Call it after requests, when the link drained, data was read, or a limit refilled. */
  pump(session: PeerSession): void {
    if (session.closed) return;
    const nowMs = this.#host.nowMs();
    const highWaterBytes = linkHighWaterBytes(session.up, nowMs);
    while (session.link.queuedBytes < highWaterBytes) {
      const request = session.uploads.peek();
      if (request === undefined) return;
      if (this.#limit.available(nowMs) <= 0) return;
      const { piece, lengthBytes } = request;
      if (!this.#host.isVerified(piece)) {
        session.uploads.shift();
        session.reject(request);
        continue;
      }
      if (!this.#send(session, request)) return;
      session.uploads.shift();
      this.#limit.take(lengthBytes, nowMs);
      this.uploadedBytes += lengthBytes;
      session.noteSentBlock(lengthBytes, nowMs);
    }
  }

  /** Beyond the piece's end there are zeros. False while the disk reads. */
  #send(session: PeerSession, { piece, begin, lengthBytes }: BlockRequest): boolean {
    const header = new Uint8Array(BLOCK_HEADER_BYTES);
    writeBlockHeader(header, 0, piece, begin, lengthBytes);
    const storedBytes = Math.min(lengthBytes, this.#layout.pieceBytes(piece) - begin);
    if (storedBytes > 0) {
      const lease = this.#storage.tryRead(piece, begin, storedBytes);
      if (lease === undefined) return false;
      session.link.sendBlock(header, lease);
    } else {
      session.link.send(header);
    }
    const gapBytes = lengthBytes - Math.max(0, storedBytes);
    if (gapBytes > 0) session.link.send(new Uint8Array(gapBytes));
    return true;
  }

  pumpAll(): void {
    for (const session of this.#host.sessions()) if (session.uploads.size > 0) this.pump(session);
  }

  /** The disk could not give this place: those who asked for it are told. */
  onReadFailed(piece: number): void {
    for (const session of this.#host.sessions()) {
      const waiting = session.uploads.drain();
      for (const request of waiting) {
        if (request.piece === piece) session.reject(request);
        else session.uploads.push(request);
      }
    }
    this.pumpAll();
  }
}

function linkHighWaterBytes(up: RateMeter, nowMs: number): number {
  if (up.totalBytes < firstLinkBytes) return firstLinkBytes;
  return Math.min(Math.max(up.rate(nowMs) * linkSeconds, leastLinkBytes), mostLinkBytes);
}
