/**
 * A whole torrent that nobody asks for: announced and found by its info-hash, and nothing else in memory.
 * A peer that comes is held until the owner has woken the torrent; so is the news of leechers.
 * Invariant: it holds a few links and a few addresses at most; once it was handed over or stopped, it
 * never speaks again.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { InfoHash } from '../base/ids.ts';
import type { Handshake } from '../protocol/handshake.ts';
import type { Announcer, AnnounceSubject } from './announcer.ts';
import { HeldLink } from './held-link.ts';
import type { AnnounceReply, Clock, Link, LinkSink } from './ports.ts';

const mostLinks = 8;
const mostFound = 50;
const stopDeadlineMs = 3000;

export interface SleepingOptions {
  readonly infoHash: InfoHash;
  /** Payload over its life. */
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  /** A peer came, or leechers are known: wake it, with `Session.add`. May be called again. */
  onWanted(): void;
}

/** What a torrent takes over when it wakes. */
export interface Awakening {
  readonly announcer: Announcer;
  readonly links: readonly HeldLink[];
  readonly candidates: readonly Endpoint[];
}

export class SleepingTorrent implements AnnounceSubject {
  readonly infoHash: InfoHash;
  readonly announcer: Announcer;
  readonly #options: SleepingOptions;
  readonly #clock: Clock;
  /** Made when first needed: most sleepers never hold one. */
  #links: Set<HeldLink> | undefined;
  #found: readonly Endpoint[] = [];
  #over = false;

  constructor(
    options: SleepingOptions,
    clock: Clock,
    announcer: (subject: AnnounceSubject) => Announcer,
  ) {
    this.infoHash = options.infoHash;
    this.#options = options;
    this.#clock = clock;
    this.announcer = announcer(this);
  }

  get uploadedBytes(): number {
    return this.#options.uploadedBytes;
  }

  get downloadedBytes(): number {
    return this.#options.downloadedBytes;
  }

  totals() {
    const { uploadedBytes, downloadedBytes } = this.#options;
    return { uploadedBytes, downloadedBytes, leftBytes: 0 };
  }

  appetite(): 'some' {
    return 'some';
  }

  /** Other seeders are no reason to wake up. */
  onPeers(peers: readonly Endpoint[], { leechers }: AnnounceReply): void {
    if (this.#over || leechers === 0) return;
    this.#found = peers.slice(0, mostFound);
    this.#options.onWanted();
  }

  accept(link: Link, handshake: Handshake): LinkSink | string {
    if (this.#over) return 'the torrent is stopped';
    this.#links ??= new Set();
    if (this.#links.size >= mostLinks) return 'too many connections';
    const held = new HeldLink(link, handshake, this.#clock.nowMs(), (gone) =>
      this.#links?.delete(gone),
    );
    this.#links.add(held);
    this.#options.onWanted();
    return held;
  }

  /** About once a second. */
  tick(nowMs: number): void {
    this.announcer.tick();
    if (this.#links === undefined) return;
    for (const held of this.#links) held.tick(nowMs);
  }

  /** It cannot be woken now: who waits is sent away. */
  refuse(): void {
    for (const held of [...(this.#links ?? [])]) held.close();
    this.#found = [];
  }

  handOver(): Awakening {
    this.#over = true;
    return {
      announcer: this.announcer,
      links: [...(this.#links ?? [])],
      candidates: this.#found,
    };
  }

  /** Announces `stopped`; then `done`. */
  stop(done: () => void): void {
    this.#over = true;
    this.refuse();
    this.announcer.stop(this.#clock.nowMs() + stopDeadlineMs, done);
  }
}
