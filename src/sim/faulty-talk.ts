/**
 * One link of a faulty peer: it shakes hands like anybody else, claims to have everything, and then
 * behaves as its kind does.
 * Kinds: a `staller` takes requests and never answers; a `liar` refuses whatever it is asked for; a
 * `trickler` sends a byte now and then; a `flooder` asks for more than anybody could want; a `babbler`
 * sends noise; a `quitter` hangs up at the first request; a `pusher` sends what nobody asked for.
 */
import type { Random } from '../base/random.ts';
import { blockBytes } from '../engine/layout.ts';
import type { Link, LinkSink } from '../engine/ports.ts';
import { encodeHandshake, HANDSHAKE_BYTES } from '../protocol/handshake.ts';
import type { PeerMessageSink } from '../protocol/peer-message-sink.ts';
import { PeerWireDecoder } from '../protocol/peer-wire-decoder.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { randomBytes, type SimContent } from './sim-content.ts';

export const faultyKinds = [
  'staller',
  'liar',
  'trickler',
  'flooder',
  'babbler',
  'quitter',
  'pusher',
] as const;
export type FaultyKind = (typeof faultyKinds)[number];

export interface FaultyTalkOptions {
  readonly kind: FaultyKind;
  readonly content: SimContent;
  readonly peerId: Uint8Array;
  readonly random: Random;
  onGone(talk: FaultyTalk): void;
}

export class FaultyTalk implements LinkSink, PeerMessageSink {
  readonly #link: Link;
  readonly #options: FaultyTalkOptions;
  readonly #decoder = new PeerWireDecoder();
  #handshakeLeft = HANDSHAKE_BYTES;
  /** The rest of a block that a trickler sends byte by byte. */
  #trickle: Uint8Array | undefined;
  #closed = false;

  constructor(link: Link, options: FaultyTalkOptions) {
    this.#link = link;
    this.#options = options;
    const { content, peerId } = options;
    const reserved = { fast: true, extension: false, dht: false, v2: false };
    link.send(encodeHandshake({ infoHash: content.infoHash, peerId, reserved }));
    if (options.kind === 'babbler') link.send(this.#noise());
    else link.send(wire.encodeHaveAll());
  }

  get #piece(): number {
    return this.#options.random.below(this.#options.content.layout.pieceCount);
  }

  #noise(): Uint8Array {
    return randomBytes(1 + this.#options.random.below(300), this.#options.random);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#link.close();
    this.#options.onGone(this);
  }

  /** About once a second. */
  tick(): void {
    if (this.#handshakeLeft > 0 || this.#closed) return;
    const { kind } = this.#options;
    if (kind === 'trickler' && this.#trickle !== undefined) {
      this.#link.send(this.#trickle.slice(0, 1));
      this.#trickle = this.#trickle.length > 1 ? this.#trickle.slice(1) : undefined;
    } else if (kind === 'flooder') this.#flood();
    else if (kind === 'babbler') this.#link.send(this.#noise());
    else if (kind === 'pusher') {
      this.#link.send(this.#block(this.#piece, 0, blockBytes));
    }
  }

  #flood(): void {
    for (let i = 0; i < 300; i++) {
      const piece = this.#piece;
      this.#link.send(wire.encodeRequest(piece, 0, blockBytes));
      if (i % 3 === 0) this.#link.send(wire.encodeCancel(piece, 0, blockBytes));
      if (i % 5 === 0) this.#link.send(wire.encodeHave(this.#piece));
      if (i % 7 === 0) this.#link.send(wire.encodeSuggest(this.#piece));
      if (i % 11 === 0) this.#link.send(wire.encodeAllowedFast(this.#piece));
    }
  }

  #block(piece: number, begin: number, length: number): Uint8Array {
    const { layout } = this.#options.content;
    const lengthBytes = Math.min(length, layout.pieceBytes(piece) - begin);
    const message = new Uint8Array(wire.BLOCK_HEADER_BYTES + lengthBytes);
    wire.writeBlockHeader(message, 0, piece, begin, lengthBytes);
    message.set(this.#options.content.view(piece, begin, lengthBytes), wire.BLOCK_HEADER_BYTES);
    return message;
  }

  // -------------------------------------------------------------- the link

  onBytes(chunk: Uint8Array): void {
    const skipped = Math.min(this.#handshakeLeft, chunk.length);
    this.#handshakeLeft -= skipped;
    if (skipped < chunk.length) this.#decoder.push(chunk.subarray(skipped), this);
  }

  onDrained(): void {}

  onClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.onGone(this);
  }

  // -------------------------------------------------------------- what the honest peer says

  onInterested(): void {
    this.#link.send(wire.encodeUnchoke());
    if (this.#options.kind === 'flooder') this.#link.send(wire.encodeInterested());
  }

  onRequest(piece: number, begin: number, length: number): void {
    const { kind } = this.#options;
    if (kind === 'liar') this.#link.send(wire.encodeReject(piece, begin, length));
    else if (kind === 'quitter') this.close();
    else if (kind === 'trickler') this.#trickle ??= this.#block(piece, begin, length);
  }

  onKeepAlive(): void {}
  onChoke(): void {}
  onUnchoke(): void {}
  onNotInterested(): void {}
  onHave(): void {}
  onBitfield(): void {}
  onBlock(): void {}
  onCancel(): void {}
  onPort(): void {}
  onSuggest(): void {}
  onHaveAll(): void {}
  onHaveNone(): void {}
  onReject(): void {}
  onAllowedFast(): void {}
  onExtended(): void {}
  onHashRequest(): void {}
  onHashes(): void {}
  onHashReject(): void {}
  onUnknown(): void {}
}
