/**
 * A link whose handshake is for a torrent that sleeps. It is not read until the torrent is awake.
 * Invariant: what it holds is bounded; it is adopted or closed once, and hears nothing after that.
 */
import type { Handshake } from '../protocol/handshake.ts';
import type { Link, LinkSink } from './ports.ts';

/** What may come in one read with the handshake, before the link pauses. */
const mostHeldBytes = 64 * 1024;
/** Peers wait about this long for our handshake. */
const timeoutMs = 15_000;

export class HeldLink implements LinkSink {
  readonly #link: Link;
  readonly #handshake: Handshake;
  readonly #heldAtMs: number;
  readonly #onGone: (held: HeldLink) => void;
  #owner: LinkSink | undefined;
  #chunks: Uint8Array[] = [];
  #heldBytes = 0;
  #gone = false;

  constructor(link: Link, handshake: Handshake, nowMs: number, onGone: (held: HeldLink) => void) {
    this.#link = link;
    this.#handshake = handshake;
    this.#heldAtMs = nowMs;
    this.#onGone = onGone;
    link.setReadingPaused(true);
  }

  onBytes(chunk: Uint8Array): void {
    if (this.#owner !== undefined) {
      this.#owner.onBytes(chunk);
      return;
    }
    if (this.#gone) return;
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > mostHeldBytes) this.close();
    else this.#chunks.push(chunk.slice());
  }

  onDrained(): void {
    this.#owner?.onDrained();
  }

  onClosed(cause: string): void {
    if (this.#owner !== undefined) this.#owner.onClosed(cause);
    else this.#leave();
  }

  tick(nowMs: number): void {
    if (nowMs - this.#heldAtMs > timeoutMs) this.close();
  }

  /** The torrent is awake; `accept` gives the sink that takes the link over, or says why not. */
  adopt(accept: (link: Link, handshake: Handshake) => LinkSink | string): void {
    if (this.#gone) return;
    const owner = accept(this.#link, this.#handshake);
    if (typeof owner === 'string') {
      this.close();
      return;
    }
    this.#owner = owner;
    const chunks = this.#chunks;
    this.#chunks = [];
    for (const chunk of chunks) owner.onBytes(chunk);
    this.#link.setReadingPaused(false);
  }

  close(): void {
    if (this.#gone || this.#owner !== undefined) return;
    this.#link.close();
    this.#leave();
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#chunks = [];
    this.#onGone(this);
  }
}
