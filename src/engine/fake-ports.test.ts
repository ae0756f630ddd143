/**
 * The ends of links and the disk that tests of the engine hold in their hands. What a peer is told is
 * read back as short lines, such as `request 0:16384`; the disk answers when it is told to.
 */
import assert from 'node:assert/strict';
import { concatBytes } from '../base/bytes.ts';
import type { Endpoint } from '../base/endpoint.ts';
import { hashes } from '../base/hashes-fixture.test.ts';
import { HANDSHAKE_BYTES } from '../protocol/handshake.ts';
import type { PeerMessageSink } from '../protocol/peer-message-sink.ts';
import { PeerWireDecoder } from '../protocol/peer-wire-decoder.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { blockBytes, type Layout } from './layout.ts';
import type {
  BlockLease,
  Link,
  LinkSink,
  Slab,
  Storage,
  StorageError,
  StorageSink,
} from './ports.ts';

export const diskFull: StorageError = { code: 'ENOSPC', message: 'disk full', path: '/x' };

/** The right bytes of a block; no two are alike. */
export function blockOf(layout: Layout, piece: number, block: number): Uint8Array {
  const bytes = new Uint8Array(layout.blockLength(piece, block));
  return bytes.map((_, i) => (piece * 31 + block * 7 + i) & 0xff);
}

export function pieceMessage(piece: number, begin: number, bytes: Uint8Array): Uint8Array {
  const header = new Uint8Array(wire.BLOCK_HEADER_BYTES);
  wire.writeBlockHeader(header, 0, piece, begin, bytes.length);
  return concatBytes([header, bytes]);
}

/** Messages in words. */
class Words implements PeerMessageSink {
  readonly lines: string[] = [];
  readonly extended: { id: number; payload: Uint8Array }[] = [];
  onKeepAlive = () => this.#say('keep-alive');
  onChoke = () => this.#say('choke');
  onUnchoke = () => this.#say('unchoke');
  onInterested = () => this.#say('interested');
  onNotInterested = () => this.#say('not-interested');
  onHave = (piece: number) => this.#say(`have ${piece}`);
  onBitfield = (bits: Uint8Array) => this.#say(`bitfield ${[...bits].join(' ')}`);
  onRequest = (piece: number, begin: number) => this.#say(`request ${piece}:${begin}`);
  onBlock = (piece: number, begin: number) => this.#say(`piece ${piece}:${begin}`);
  onCancel = (piece: number, begin: number) => this.#say(`cancel ${piece}:${begin}`);
  onPort = () => this.#say('port');
  onSuggest = (piece: number) => this.#say(`suggest ${piece}`);
  onHaveAll = () => this.#say('have-all');
  onHaveNone = () => this.#say('have-none');
  onReject = (piece: number, begin: number) => this.#say(`reject ${piece}:${begin}`);
  onAllowedFast = (piece: number) => this.#say(`allowed-fast ${piece}`);
  onHashRequest = () => this.#say('hash-request');
  onHashes = () => this.#say('hashes');
  onHashReject = () => this.#say('hash-reject');
  onUnknown = (id: number) => this.#say(`unknown ${id}`);

  onExtended(id: number, payload: Uint8Array): void {
    this.extended.push({ id, payload: payload.slice() });
    this.#say(`extended ${id}`);
  }

  #say(line: string): void {
    this.lines.push(line);
  }
}

export class FakeLink implements Link {
  readonly incoming: boolean;
  readonly remote: Endpoint;
  queuedBytes = 0;
  paused = false;
  closed = false;
  shookHands = false;
  sink: LinkSink | undefined;
  readonly #words = new Words();
  readonly #decoder = new PeerWireDecoder();
  #handshakeLeft = HANDSHAKE_BYTES;

  constructor(remote: Endpoint, incoming: boolean) {
    this.remote = remote;
    this.incoming = incoming;
  }

  send(bytes: Uint8Array): void {
    assert.ok(!this.closed, 'nothing is sent after the link was closed');
    const skipped = Math.min(this.#handshakeLeft, bytes.length);
    this.#handshakeLeft -= skipped;
    this.shookHands = this.#handshakeLeft === 0;
    assert.equal(this.#decoder.push(bytes.subarray(skipped), this.#words), undefined);
  }

  sendBlock(header: Uint8Array, lease: BlockLease): void {
    this.send(concatBytes([header, lease.bytes]));
    lease.release();
  }

  setReadingPaused(paused: boolean): void {
    this.paused = paused;
  }

  close(): void {
    this.closed = true;
  }

  hear(...messages: Uint8Array[]): void {
    for (const message of messages) if (!this.closed) this.sink?.onBytes(message);
  }

  /** What was said since the last call. */
  said(): string[] {
    return this.#words.lines.splice(0);
  }

  extended(): { id: number; payload: Uint8Array }[] {
    return this.#words.extended.splice(0);
  }
}

/** Remembers what it was asked; the test lets it answer. */
export class FakeStorage implements Storage {
  readonly sink: StorageSink;
  readonly writing = new Map<number, { slab: Slab; wantDigests: boolean }>();
  readonly parking = new Map<number, Uint8Array>();
  readonly loading = new Map<number, Uint8Array>();
  readonly checks: (readonly number[])[] = [];
  readonly finished: number[] = [];
  readonly wanted: (readonly boolean[])[] = [];
  /** Blocks are in memory at once. */
  readable = true;
  leases = 0;
  closed = false;
  readonly #layout: Layout;

  constructor(layout: Layout, sink: StorageSink) {
    this.#layout = layout;
    this.sink = sink;
  }

  writePiece(piece: number, slab: Slab, wantDigests: boolean): void {
    this.writing.set(piece, { slab, wantDigests });
  }

  parkPiece(piece: number, _slab: Slab, blocks: Uint8Array): void {
    this.parking.set(piece, blocks.slice());
  }

  loadPiece(piece: number, _slab: Slab, blocks: Uint8Array): void {
    this.loading.set(piece, blocks.slice());
  }

  tryRead(piece: number, begin: number, lengthBytes: number): BlockLease | undefined {
    if (!this.readable) return undefined;
    this.leases++;
    const count = this.#layout.blockCount(piece);
    const blocks = Array.from({ length: count }, (_, block) => blockOf(this.#layout, piece, block));
    const bytes = concatBytes(blocks).subarray(begin, begin + lengthBytes);
    return { bytes, release: () => this.leases-- };
  }

  prefetch(): void {}

  check(pieces: readonly number[]): void {
    this.checks.push(pieces);
  }

  setFilesWanted(wanted: readonly boolean[]): void {
    this.wanted.push(wanted);
  }

  finishFile(file: number): void {
    this.finished.push(file);
  }

  close(done: () => void): void {
    this.closed = true;
    done();
  }

  /** Judges a piece that was handed over by its bytes, as a disk would. */
  finishWrite(piece: number): 'written' | 'corrupt' {
    const job = this.writing.get(piece);
    assert.ok(job !== undefined, `piece ${piece} was not handed over`);
    this.writing.delete(piece);
    const blocks = Array.from({ length: this.#layout.blockCount(piece) }, (_, block) => {
      const begin = block * blockBytes;
      return job.slab.bytes.slice(begin, begin + this.#layout.blockLength(piece, block));
    });
    const digests = concatBytes(blocks.map((bytes) => hashes.sha1(bytes)));
    const isRight = blocks.every((bytes, block) => {
      return Buffer.compare(bytes, blockOf(this.#layout, piece, block)) === 0;
    });
    if (isRight) this.sink.onPieceWritten(piece, job.wantDigests ? digests : undefined);
    else this.sink.onPieceCorrupt(piece, digests);
    return isRight ? 'written' : 'corrupt';
  }

  failWrite(piece: number, error = diskFull): void {
    assert.ok(this.writing.delete(piece), `piece ${piece} was not handed over`);
    this.sink.onPieceWriteFailed(piece, error);
  }
}
