/**
 * A link that a stranger opened, until its handshake tells which torrent it is for. Reads 68 bytes
 * at most and gives up after 20 s, so that an idle or foreign connection costs next to nothing.
 * Invariant: exactly one of `onHandshake` and `onGone` is called. BEP 3, "peer protocol".
 */
import type { Handshake } from '../protocol/handshake.ts';
import { isViolation } from '../protocol/violation.ts';
import { HandshakeReader } from './handshake-reader.ts';
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
  readonly #reader = new HandshakeReader();
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
    const opened = this.#reader.push(chunk);
    if (opened === undefined) return;
    if (isViolation(opened)) {
      this.#refuse(opened.message);
      return;
    }
    const owner = this.#host.onHandshake(this, opened.handshake);
    if (typeof owner === 'string') {
      this.#refuse(owner);
      return;
    }
    this.#owner = owner;
    if (opened.rest.length > 0) owner.onBytes(opened.rest);
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
