/**
 * The last thing Redis said about each swarm, so that a node can name peers that announced to other
 * nodes while Redis is away. What Redis says counts for answers only; it is never written back.
 * Invariant: the bytes held are bounded; the swarm that was remembered longest ago goes first.
 */
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import type { AnnounceReply } from './script-codec.ts';

export interface RememberedReply extends SwarmCounts {
  readonly atMs: number;
  /** Packed addresses, the first `seeders4` and `seeders6` of which are seeders. */
  readonly ipv4: Uint8Array;
  readonly seeders4: number;
  readonly ipv6: Uint8Array;
  readonly seeders6: number;
  /** Of both lists, at hand for comparing. */
  readonly lengthBytes: number;
}

/** A newer reply replaces one that is this old, or one with fewer peers or downloads. */
const freshMs = 30_000;
const overheadBytes = 300;

export class RememberedReplies {
  readonly #replies = new Map<string, RememberedReply>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  note(key: string, reply: AnnounceReply, nowMs: number): void {
    const known = this.#replies.get(key);
    if (known !== undefined && nowMs - known.atMs < freshMs && !hasMore(reply, known)) return;
    this.#forget(key, known);
    const { seeders, leechers, downloads, seeders4, seeders6 } = reply;
    // Copied: a view would keep the whole chunk alive that came from the socket.
    const ipv4 = new Uint8Array(reply.ipv4);
    const ipv6 = new Uint8Array(reply.ipv6);
    const lengthBytes = ipv4.length + ipv6.length;
    const lists = { ipv4, seeders4, ipv6, seeders6, lengthBytes };
    const made = { seeders, leechers, downloads, atMs: nowMs, ...lists };
    this.#replies.set(key, made);
    this.#bytes += sizeOf(made);
    for (const [oldest, held] of this.#replies) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest, held);
    }
  }

  /** Undefined when nothing is remembered from within the last `maxAgeMs`. */
  find(key: string, nowMs: number, maxAgeMs: number): RememberedReply | undefined {
    const known = this.#replies.get(key);
    return known !== undefined && nowMs - known.atMs <= maxAgeMs ? known : undefined;
  }

  #forget(key: string, held: RememberedReply | undefined): void {
    if (held === undefined) return;
    this.#replies.delete(key);
    this.#bytes -= sizeOf(held);
  }
}

function hasMore(reply: AnnounceReply, known: RememberedReply): boolean {
  return (
    reply.ipv4.length + reply.ipv6.length > known.lengthBytes || reply.downloads > known.downloads
  );
}

function sizeOf({ lengthBytes }: RememberedReply): number {
  return overheadBytes + lengthBytes;
}
