/**
 * The tracker behind its frontends: answers announces and scrapes, counts them, and forgets silent
 * peers. Frontends of any transport call this and never see the store.
 */

import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import {
  type AnnounceAnswer,
  type AnnounceContext,
  AnnounceDesk,
  type AnnouncePolicy,
  type AnnounceRequest,
  type AnnounceSpace,
  isRefusal,
} from './announce.ts';
import type { Refusal } from './hooks.ts';
import { type HistoryPoint, RateHistory } from './rate-history.ts';
import { answerScrape } from './scrape.ts';
import {
  type Counted,
  type CountsByTransport,
  countersMemory,
  sumCounters,
  TrackerCounters,
  type Transport,
} from './stats.ts';
import type {
  PeerSnapshot,
  StoreFailure,
  StoreHealth,
  SwarmScan,
  SwarmTotals,
} from './swarm-store.ts';

/** Monotonic milliseconds. */
export type NowMs = () => number;

/** Counts of all threads and rates over the last minute. */
export interface TrackerCounts extends CountsByTransport {
  readonly announcesPerSecond: number;
  readonly scrapesPerSecond: number;
}

/** Where this thread counts; the memory may hold the cells of others. */
export interface CountersPlace {
  readonly memory: ArrayBufferLike;
  readonly thread: number;
}

export class TrackerLogic {
  readonly #context: AnnounceContext;
  readonly #desk: AnnounceDesk;
  readonly #nowMs: NowMs;
  readonly #counters: TrackerCounters;
  readonly #countersMemory: ArrayBufferLike;
  readonly #history = new RateHistory();
  readonly #startMs: number;

  constructor(context: AnnounceContext, nowMs: NowMs, counters?: CountersPlace) {
    this.#context = context;
    this.#desk = new AnnounceDesk(context);
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
    this.#countersMemory = counters?.memory ?? countersMemory(1);
    this.#counters = new TrackerCounters(this.#countersMemory, counters?.thread ?? 0);
    this.#history.sample(this.#startMs, sumCounters(this.#countersMemory), this.totals());
  }

  nowMs(): number {
    return this.#nowMs();
  }

  get uptimeMs(): number {
    return this.#nowMs() - this.#startMs;
  }

  get policy(): AnnouncePolicy {
    return this.#context.policy;
  }

  /** Whether `announceNow` can be called: the store answers before it returns. */
  get answersNow(): boolean {
    return this.#desk.answersNow;
  }

  /**
   * Writes the answer to `answer`, which is unchanged by a refusal. Without peer ids; nothing of
   * `request` is kept and nothing allocated. Only where `answersNow`.
   */
  announceNow(
    request: AnnounceRequest,
    answer: AnnounceSpace,
    nowMs = this.#nowMs(),
  ): Refusal | undefined {
    this.#counters.count('announces', request.transport);
    const refusal = this.#desk.announceNow(request, nowMs, answer);
    if (refusal !== undefined) this.#counters.count('refused', request.transport);
    return refusal;
  }

  /** The answer's bytes are valid during `done` only. */
  announce(request: AnnounceRequest, done: (answer: AnnounceAnswer | Refusal) => void): void {
    const nowMs = this.#nowMs();
    this.#counters.count('announces', request.transport);
    this.#desk.announce(request, nowMs, (answer) => {
      if (isRefusal(answer)) this.#counters.count('refused', request.transport);
      done(answer);
    });
  }

  scrape(
    transport: Transport,
    infoHashes: readonly Uint8Array[],
    done: (counts: readonly SwarmCounts[] | Refusal) => void,
  ): void {
    this.#counters.count('scrapes', transport);
    answerScrape(infoHashes, this.#context.store, this.#context.hooks, (counts) => {
      if (isRefusal(counts)) this.#counters.count('refused', transport);
      done(counts);
    });
  }

  /** What only a frontend sees: `invalid`, `limited`; announces and scrapes are counted here. */
  count(what: Counted, transport: Transport): void {
    this.#counters.count(what, transport);
  }

  /** To be called about once a second. Returns how many silent peers it forgot. */
  tick(): number {
    const forgotten = this.forgetSilent();
    this.#history.sample(this.#nowMs(), sumCounters(this.#countersMemory), this.totals());
    return forgotten;
  }

  /** A bounded part of them: when it forgot thousands there may be more, for soon after. */
  forgetSilent(): number {
    return this.#context.store.tick(this.#nowMs());
  }

  counts(): TrackerCounts {
    return { ...sumCounters(this.#countersMemory), ...this.#history.lastMinute() };
  }

  /** One point each 10 seconds, oldest first, at most an hour of them. */
  history(): readonly HistoryPoint[] {
    return this.#history.lastHour();
  }

  health(): StoreHealth {
    return this.#context.store.health();
  }

  /** For pages: the peers of one swarm. */
  peers(
    infoHash: Uint8Array,
    limit: number,
    done: (peers: readonly PeerSnapshot[] | StoreFailure) => void,
  ): void {
    this.#context.store.peers(infoHash, limit, this.#nowMs(), done);
  }

  /** For pages: counts without the hooks and without being counted. */
  swarmCounts(
    infoHashes: readonly Uint8Array[],
    done: (counts: readonly SwarmCounts[] | StoreFailure) => void,
  ): void {
    this.#context.store.scrape(infoHashes, done);
  }

  totals(): SwarmTotals {
    return this.#context.store.totals();
  }

  scan(): SwarmScan {
    return this.#context.store.scan(this.#nowMs());
  }
}
