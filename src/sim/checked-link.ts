/**
 * Stands between an honest client and its link, and reads along what the client says.
 * Invariant checked with every message: a piece that is advertised is verified and on disk; a block
 * that leaves holds the right bytes; requests stay within what the peer was told.
 */
import type { Endpoint } from '../base/endpoint.ts';
import { blockBytes } from '../engine/layout.ts';
import type { BlockLease, Link } from '../engine/ports.ts';
import { HANDSHAKE_BYTES } from '../protocol/handshake.ts';
import type { PeerMessageSink } from '../protocol/peer-message-sink.ts';
import { PeerWireDecoder } from '../protocol/peer-wire-decoder.ts';
import type { SimDisk } from './sim-disk.ts';
import { ensure } from './sim-failure.ts';

export interface CheckedLinkOptions {
  readonly disk: SimDisk;
  /** Whose link it is. */
  readonly who: string;
  /** One that means to send wrong bytes is not asked for right ones. */
  readonly isHonest: boolean;
  /** What the client itself believes to have. */
  readonly isVerified: (piece: number) => boolean;
}

export class CheckedLink implements Link, PeerMessageSink {
  readonly #link: Link;
  readonly #disk: SimDisk;
  readonly #who: string;
  readonly #options: CheckedLinkOptions;
  readonly #decoder = new PeerWireDecoder();
  #handshakeLeft = HANDSHAKE_BYTES;
  #first = true;

  constructor(link: Link, options: CheckedLinkOptions) {
    this.#link = link;
    this.#options = options;
    this.#disk = options.disk;
    this.#who = options.who;
  }

  get remote(): Endpoint {
    return this.#link.remote;
  }

  get incoming(): boolean {
    return this.#link.incoming;
  }

  get queuedBytes(): number {
    return this.#link.queuedBytes;
  }

  setReadingPaused(paused: boolean): void {
    this.#link.setReadingPaused(paused);
  }

  close(): void {
    this.#link.close();
  }

  send(bytes: Uint8Array): void {
    const skipped = Math.min(this.#handshakeLeft, bytes.length);
    this.#handshakeLeft -= skipped;
    if (skipped < bytes.length) {
      const breach = this.#decoder.push(bytes.subarray(skipped), this);
      ensure(breach === undefined, () => `${this.#who} says nonsense: ${breach?.message}`);
    }
    this.#link.send(bytes);
  }

  sendBlock(header: Uint8Array, lease: BlockLease): void {
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const lengthBytes = view.getUint32(0);
    const piece = view.getUint32(5);
    const begin = view.getUint32(9);
    ensure(
      header.length === 13 && header[4] === 7 && lengthBytes === 9 + lease.bytes.length,
      () => `${this.#who} sends a malformed block header`,
    );
    ensure(
      !this.#options.isHonest || this.#disk.content.matches(piece, begin, lease.bytes),
      () => `${this.#who} uploads wrong bytes at ${piece}:${begin}`,
    );
    this.#link.sendBlock(header, lease);
  }

  // -------------------------------------------------------------- what it says

  #advertises(piece: number): void {
    ensure(
      this.#disk.isGood(piece) && this.#options.isVerified(piece),
      () => `${this.#who} advertises piece ${piece}, which is not verified and written`,
    );
  }

  #announces(): void {
    ensure(this.#first, () => `${this.#who} announces its pieces late`);
    this.#first = false;
  }

  onHave(piece: number): void {
    this.#advertises(piece);
  }

  onBitfield(bits: Uint8Array): void {
    this.#announces();
    for (let piece = 0; piece < bits.length * 8; piece++) {
      if ((bits[piece >> 3]! & (0x80 >> (piece & 7))) !== 0) this.#advertises(piece);
    }
  }

  onHaveAll(): void {
    this.#announces();
    const { pieceCount } = this.#disk.content.layout;
    for (let piece = 0; piece < pieceCount; piece++) this.#advertises(piece);
  }

  onHaveNone(): void {
    this.#announces();
  }

  onAllowedFast(piece: number): void {
    this.#advertises(piece);
  }

  onRequest(piece: number, begin: number, length: number): void {
    const { layout } = this.#disk.content;
    ensure(
      layout.contains(piece, begin, length) && length <= blockBytes && begin % blockBytes === 0,
      () => `${this.#who} requests ${length} bytes at ${piece}:${begin}`,
    );
    ensure(
      !this.#options.isVerified(piece),
      () => `${this.#who} requests piece ${piece}, which it has`,
    );
  }

  onBlock(): void {
    ensure(false, () => `${this.#who} sends a block past sendBlock`);
  }

  onKeepAlive(): void {}
  onChoke(): void {}
  onUnchoke(): void {}
  onInterested(): void {}
  onNotInterested(): void {}
  onCancel(): void {}
  onPort(): void {}
  onSuggest(): void {}
  onReject(): void {}
  onExtended(): void {}
  onHashRequest(): void {}
  onHashes(): void {}
  onHashReject(): void {}
  onUnknown(id: number): void {
    ensure(false, () => `${this.#who} sends a message of unknown type ${id}`);
  }
}
