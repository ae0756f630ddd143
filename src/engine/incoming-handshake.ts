/**
 * A link that a stranger opened, until its handshake tells which torrent it is for. Reads 68 bytes
 * at most and gives up after 20 s, so that an idle or foreign connection costs next to nothing.
 * Invariant: exactly one of `onHandshake` and `onGone` is called. BEP 3, "peer protocol".
 */
import type { Handshake } from '../protocol/handshake.ts';
import {
  decodeHandshake,
  HANDSHAKE_BYTES,
  handshakePrefixViolation,
} from '../protocol/handshake.ts';
import { isViolation } from '../protocol/violation.ts';
import type { Link, LinkSink } from './ports.ts';

const timeoutMs = 20_000;

export interface IncomingHandshakeHost {
  /** Returns the sink that takes the link over, or why it is refused. */
  onHandshake(incoming: IncomingHandshake, handshake: Handshake): LinkSink | string;
  onGone(incoming: IncomingHandshake, cause: string): void;
}

export class IncomingHandshake implements LinkSink {
  readonly link: Link;
  readonly #host: IncomingHandshakeHost;
  readonly #openedAtMs: number;
  readonly #bytes = new Uint8Array(HANDSHAKE_BYTES);
  #length = 0;
  #owner: LinkSink | undefined;
  #gone = false;

  constructor(link: Link, host: IncomingHandshakeHost, nowMs: number) {
    this.link = link;
    this.#host = host;
    this.#openedAtMs = nowMs;
  }

  onBytes(chunk: Uint8Array): void {
    if (this.#owner !== undefined) {
      this.#owner.onBytes(chunk);
      return;
    }
    if (this.#gone) return;
    const taken = Math.min(HANDSHAKE_BYTES - this.#length, chunk.length);
    this.#bytes.set(chunk.subarray(0, taken), this.#length);
    this.#length += taken;
    const early = handshakePrefixViolation(this.#bytes.subarray(0, this.#length));
    if (early !== undefined) {
      this.#refuse(early.message);
      return;
    }
    if (this.#length < HANDSHAKE_BYTES) return;
    const handshake = decodeHandshake(this.#bytes);
    if (isViolation(handshake)) {
      this.#refuse(handshake.message);
      return;
    }
    const owner = this.#host.onHandshake(this, handshake);
    if (typeof owner === 'string') {
      this.#refuse(owner);
      return;
    }
    this.#owner = owner;
    if (taken < chunk.length) owner.onBytes(chunk.subarray(taken));
  }

  onDrained(): void {
    this.#owner?.onDrained();
  }

  onClosed(cause: string): void {
    if (this.#owner !== undefined) this.#owner.onClosed(cause);
    else this.#leave(cause);
  }

  tick(nowMs: number): void {
    if (nowMs - this.#openedAtMs > timeoutMs) this.#refuse('no handshake in 20 s');
  }

  close(cause: string): void {
    this.#refuse(cause);
  }

  #refuse(cause: string): void {
    this.link.close();
    this.#leave(cause);
  }

  #leave(cause: string): void {
    if (this.#gone || this.#owner !== undefined) return;
    this.#gone = true;
    this.#host.onGone(this, cause);
  }
}
