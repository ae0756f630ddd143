/**
 * Keeps one torrent known to its trackers (BEP 3, "trackers"; BEP 12): one announce at a time,
 * through the tiers in order until somebody answers.
 * Invariants: a tracker's first event is `started`, repeated until it was accepted; `completed` is
 * accepted once in the life of a torrent, and only on the transition; each tracker that knows us
 * hears `stopped` once. No tracker is asked before its min interval or its back-off is over, except
 * to deliver an event.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { Random } from '../base/random.ts';
import type { TrackerEvent } from '../protocol/tracker-event.ts';
import { backoffMs } from './candidate.ts';
import type { AnnounceReply, Clock, TrackerFailure, TrackerPort } from './ports.ts';
import type { TrackerStatus } from './tracker-status.ts';
import { trackerStatus } from './tracker-status.ts';
import type { TrackerEntry } from './tracker-tiers.ts';
import { TrackerTiers } from './tracker-tiers.ts';

/** Below this a tracker's wish is taken for a mistake. A tracker of one network may well say 10 s. */
const shortestIntervalMs = 5000;
const longestIntervalMs = 24 * 3_600_000;
/** Where the tracker names no min interval. */
const usualMinIntervalMs = 60_000;

/** How many peers the torrent could use: none more, some, or it has nobody at all. */
export type PeerAppetite = 'none' | 'some' | 'starving';

const numWant: Readonly<Record<PeerAppetite, number>> = { none: 0, some: 50, starving: 200 };

export interface AnnounceTotals {
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  readonly leftBytes: number;
}

export interface AnnouncerOptions {
  /** URLs, tier by tier. */
  readonly tiers: readonly (readonly string[])[];
  readonly trackers: TrackerPort;
  readonly clock: Clock;
  readonly random: Random;
  /** 20 bytes each. */
  readonly infoHash: Uint8Array;
  readonly peerId: Uint8Array;
  /** 32 bits (BEP 7). */
  readonly key: number;
  /** The torrent had been completed, and told so, in an earlier session. */
  readonly completedBefore: boolean;
  port(): number;
  readonly subject: AnnounceSubject;
}

/** What is announced, while it is. */
export interface AnnounceSubject {
  totals(): AnnounceTotals;
  appetite(): PeerAppetite;
  /** Not called with none. */
  onPeers(peers: readonly Endpoint[], reply: AnnounceReply): void;
}

interface Flight {
  readonly entry: TrackerEntry;
  readonly event: TrackerEvent;
  cancel: () => void;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #tiers: TrackerTiers;
  #state: 'idle' | 'running' | 'stopping' = 'idle';
  #completed: 'no' | 'due' | 'told';
  #flight: Flight | undefined;
  /** Trackers of this attempt that were not asked yet. */
  #round: TrackerEntry[] = [];
  #nextAtMs = Number.POSITIVE_INFINITY;
  /** Announces in a row that were made early for want of peers. */
  #eagerCount = 0;
  #lastAnswered: TrackerEntry | undefined;
  readonly #farewells = new Set<Flight>();
  #deadlineMs = Number.POSITIVE_INFINITY;
  #onStopped: (() => void) | undefined;

  /** A torrent that wakes up or falls asleep hands its announcer on. */
  subject: AnnounceSubject;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.subject = options.subject;
    this.#tiers = new TrackerTiers(options.tiers, options.random);
    this.#completed = options.completedBefore ? 'told' : 'no';
  }

  /**
   * Announces at the next tick, or at any time within `spreadMs`, when many start together. A torrent
   * that is whole already never says `completed`.
   */
  start(spreadMs = 0): void {
    if (this.#state === 'running') return;
    if (this.#state === 'stopping') this.#finishStop();
    this.#state = 'running';
    if (this.#completed === 'no' && this.subject.totals().leftBytes === 0) {
      this.#completed = 'told';
    }
    this.#eagerCount = 0;
    const delayMs = spreadMs < 1 ? 0 : this.#options.random.below(Math.floor(spreadMs));
    this.#nextAtMs = this.#now() + delayMs;
  }

  /** Call it about every second. */
  tick(): void {
    const nowMs = this.#now();
    if (this.#state === 'stopping' && nowMs >= this.#deadlineMs) this.#finishStop();
    if (this.#state !== 'running' || this.#flight !== undefined) return;
    if (nowMs < this.#nextAtMs && !this.#isEager(nowMs)) return;
    this.#round = this.#tiers.inOrder();
    this.#tryNext();
  }

  /** The last missing piece was verified. */
  onCompleted(): void {
    if (this.#completed !== 'no') return;
    this.#completed = 'due';
    if (this.#state === 'running') this.#nextAtMs = this.#now();
  }

  /** A tracker accepted `completed`, or it was never due; what the next session is told as `completedBefore`. */
  get completedTold(): boolean {
    return this.#completed === 'told';
  }

  /** A person wants it now: back-offs are forgotten, a tracker's min interval is not. */
  forceReannounce(): void {
    if (this.#state !== 'running') return;
    for (const entry of this.#tiers.inOrder()) {
      entry.failures = 0;
      entry.notBeforeMs = Number.NEGATIVE_INFINITY;
    }
    this.#nextAtMs = Math.min(this.#nextAtMs, this.#earliestRepeatMs());
  }

  /** Behind the other tiers, or at the end of the given one. False when it was listed already. */
  addTracker(url: string, tier?: number): boolean {
    const added = this.#tiers.add(url, tier);
    if (added) this.#announceUnlessKnown();
    return added;
  }

  /** The tracker is told that we leave. False when it was not listed. */
  removeTracker(url: string): boolean {
    const entry = this.#tiers.find(url);
    if (entry === undefined) return false;
    this.#tiers.remove(entry);
    this.#drop(entry);
    this.#announceUnlessKnown();
    return true;
  }

  replaceTrackers(tiers: readonly (readonly string[])[]): void {
    for (const gone of this.#tiers.replace(tiers)) this.#drop(gone);
    this.#announceUnlessKnown();
  }

  /**
   * Tells every tracker that knows us `stopped`, and calls `done` once when all answered or a tick
   * finds the deadline (engine clock) passed; from inside this call when there is nobody to tell.
   */
  stop(deadlineMs: number, done: () => void): void {
    if (this.#state !== 'running') {
      done();
      return;
    }
    this.#state = 'stopping';
    this.#deadlineMs = deadlineMs;
    this.#onStopped = done;
    this.#nextAtMs = Number.POSITIVE_INFINITY;
    this.#abandonFlight();
    this.#round = [];
    for (const entry of this.#tiers.inOrder()) if (entry.known) this.#sayFarewell(entry);
    if (this.#farewells.size === 0) this.#finishStop();
  }

  /** How a tracker that answers counts the swarm. */
  get counts(): Pick<AnnounceReply, 'seeders' | 'leechers'> | undefined {
    const entry = this.#lastAnswered;
    return entry?.lastFailure === undefined ? entry?.lastReply : undefined;
  }

  status(): TrackerStatus[] {
    const nowMs = this.#now();
    return this.#tiers.inOrder().map((entry) =>
      trackerStatus(entry, {
        tier: this.#tiers.tierOf(entry),
        announcing: this.#flight?.entry === entry,
        isNext: this.#lastAnswered === entry,
        nextAtMs: this.#state === 'running' ? this.#nextAtMs : Number.POSITIVE_INFINITY,
        nowMs,
      }),
    );
  }

  // -------------------------------------------------------------- when

  #now(): number {
    return this.#options.clock.nowMs();
  }

  #announceUnlessKnown(): void {
    if (this.#state !== 'running') return;
    if (!this.#tiers.inOrder().some((entry) => entry.known)) this.#nextAtMs = this.#now();
  }

  /** Nobody to talk to: asks early, each time twice as late, up to the regular interval. */
  #isEager(nowMs: number): boolean {
    const entry = this.#lastAnswered;
    if (this.subject.appetite() !== 'starving') {
      this.#eagerCount = 0;
      return false;
    }
    if (entry?.lastReplyAtMs === undefined || entry.lastReply === undefined) return false;
    const pauseMs = minIntervalMs(entry.lastReply) * 2 ** this.#eagerCount;
    if (nowMs < entry.lastReplyAtMs + pauseMs) return false;
    this.#eagerCount = Math.min(this.#eagerCount + 1, 20);
    return true;
  }

  #earliestRepeatMs(): number {
    const entry = this.#lastAnswered;
    if (entry?.lastReplyAtMs === undefined || entry.lastReply === undefined) return this.#now();
    return entry.lastReplyAtMs + minIntervalMs(entry.lastReply);
  }

  // -------------------------------------------------------------- one round

  #tryNext(): void {
    const nowMs = this.#now();
    for (let entry = this.#round.shift(); entry !== undefined; entry = this.#round.shift()) {
      if (entry.notBeforeMs > nowMs) continue;
      this.#flight = this.#announce(entry, this.#eventFor(entry), (flight, reply, failure) => {
        if (this.#flight !== flight) return;
        this.#flight = undefined;
        if (reply !== undefined) this.#onReply(flight, reply);
        else if (failure !== undefined) this.#onFailure(flight.entry, failure);
      });
      return;
    }
    this.#nextAtMs = Number.POSITIVE_INFINITY;
    for (const entry of this.#tiers.inOrder()) {
      this.#nextAtMs = Math.min(this.#nextAtMs, Math.max(entry.notBeforeMs, nowMs));
    }
  }

  #eventFor(entry: TrackerEntry): TrackerEvent {
    if (!entry.known) return 'started';
    return this.#completed === 'due' ? 'completed' : 'none';
  }

  #onReply({ entry, event }: Flight, reply: AnnounceReply): void {
    const nowMs = this.#now();
    entry.known = true;
    entry.failures = 0;
    entry.notBeforeMs = Number.NEGATIVE_INFINITY;
    entry.lastFailure = undefined;
    // The peers are somebody else's from here on; a thousand torrents do not keep them twice.
    entry.lastReply = { ...reply, peers: [] };
    entry.peersReceived = reply.peers.length;
    entry.lastReplyAtMs = nowMs;
    entry.trackerId = reply.trackerId ?? entry.trackerId;
    this.#lastAnswered = entry;
    this.#round = [];
    this.#tiers.promote(entry);
    if (event === 'completed') this.#completed = 'told';
    this.#nextAtMs = this.#completed === 'due' ? nowMs : nowMs + intervalMs(reply);
    if (reply.peers.length > 0) this.subject.onPeers(reply.peers, reply);
  }

  #onFailure(entry: TrackerEntry, failure: TrackerFailure): void {
    const nowMs = this.#now();
    entry.failures++;
    entry.lastFailure = failure;
    const pauseMs = backoffMs(entry.failures, this.#options.random);
    entry.notBeforeMs =
      failure.retryAfterMs === 'never'
        ? Number.POSITIVE_INFINITY
        : nowMs + Math.max(pauseMs, Math.min(failure.retryAfterMs ?? 0, longestIntervalMs));
    this.#tryNext();
  }

  // -------------------------------------------------------------- leaving

  #drop(entry: TrackerEntry): void {
    if (this.#flight?.entry === entry) {
      this.#abandonFlight();
      this.#nextAtMs = this.#now();
    }
    this.#round = this.#round.filter((other) => other !== entry);
    if (this.#lastAnswered === entry) {
      this.#lastAnswered = undefined;
      if (this.#state === 'running') this.#nextAtMs = this.#now();
    }
    if (entry.known && this.#state === 'running') this.#sayFarewell(entry);
  }

  /** A `started` that was under way may have arrived, so its tracker counts as knowing us. */
  #abandonFlight(): void {
    const flight = this.#flight;
    if (flight === undefined) return;
    this.#flight = undefined;
    flight.cancel();
    flight.entry.known = true;
  }

  #sayFarewell(entry: TrackerEntry): void {
    entry.known = false;
    const farewell = this.#announce(entry, 'stopped', (flight) => {
      this.#farewells.delete(flight);
      if (this.#state === 'stopping' && this.#farewells.size === 0) this.#finishStop();
    });
    this.#farewells.add(farewell);
  }

  #finishStop(): void {
    for (const farewell of this.#farewells) farewell.cancel();
    this.#farewells.clear();
    this.#state = 'idle';
    const onStopped = this.#onStopped;
    this.#onStopped = undefined;
    onStopped?.();
  }

  #announce(
    entry: TrackerEntry,
    event: TrackerEvent,
    done: (flight: Flight, reply?: AnnounceReply, failure?: TrackerFailure) => void,
  ): Flight {
    const { trackers, infoHash, peerId, key } = this.#options;
    const flight: Flight = { entry, event, cancel: () => {} };
    const handle = trackers.announce(
      {
        url: entry.url,
        infoHash,
        peerId,
        port: this.#options.port(),
        ...this.subject.totals(),
        event,
        numWant: event === 'stopped' ? 0 : numWant[this.subject.appetite()],
        key,
        ...(entry.trackerId === undefined ? {} : { trackerId: entry.trackerId }),
      },
      (reply, failure) => done(flight, reply, failure),
    );
    flight.cancel = () => handle.cancel();
    return flight;
  }
}

function intervalMs(reply: AnnounceReply): number {
  const wishMs = Math.max(reply.intervalMs, reply.minIntervalMs ?? 0);
  return Math.min(Math.max(wishMs, shortestIntervalMs), longestIntervalMs);
}

function minIntervalMs(reply: AnnounceReply): number {
  const wishMs = reply.minIntervalMs ?? usualMinIntervalMs;
  return Math.min(Math.max(wishMs, shortestIntervalMs), intervalMs(reply));
}
