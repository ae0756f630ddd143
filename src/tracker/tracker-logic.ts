/**
 * The tracker behind its frontends: answers announces and scrapes, counts them, and forgets silent
 * peers. Frontends of any transport call this and never see the store.
 */

import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import {
  type AnnounceAnswer,
  type AnnounceContext,
  type AnnounceRequest,
  answerAnnounce,
  isRefusal,
} from './announce.ts';
import type { Refusal } from './hooks.ts';
import { answerScrape } from './scrape.ts';
import { type TrackerCounts, TrackerStats, type Transport } from './stats.ts';
import type { SwarmScan, SwarmTotals } from './swarm-store.ts';

/** Monotonic milliseconds. */
export type NowMs = () => number;

export class TrackerLogic {
  readonly #context: AnnounceContext;
  readonly #nowMs: NowMs;
  readonly #stats: TrackerStats;
  readonly #startMs: number;

  constructor(context: AnnounceContext, nowMs: NowMs) {
    this.#context = context;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
    this.#stats = new TrackerStats(this.#startMs);
  }

  nowMs(): number {
    return this.#nowMs();
  }

  get uptimeMs(): number {
    return this.#nowMs() - this.#startMs;
  }

  /** The answer's bytes are valid during `done` only. */
  announce(request: AnnounceRequest, done: (answer: AnnounceAnswer | Refusal) => void): void {
    const nowMs = this.#nowMs();
    this.#stats.count('announces', request.transport, nowMs);
    answerAnnounce(request, nowMs, this.#context, (answer) => {
      if (isRefusal(answer)) this.#stats.count('refused', request.transport, nowMs);
      done(answer);
    });
  }

  scrape(
    transport: Transport,
    infoHashes: readonly Uint8Array[],
    done: (counts: readonly SwarmCounts[] | Refusal) => void,
  ): void {
    const nowMs = this.#nowMs();
    this.#stats.count('scrapes', transport, nowMs);
    answerScrape(infoHashes, this.#context.store, this.#context.hooks, (counts) => {
      if (isRefusal(counts)) this.#stats.count('refused', transport, nowMs);
      done(counts);
    });
  }

  /** A request that a frontend could not make sense of. */
  countInvalid(transport: Transport): void {
    this.#stats.count('invalid', transport, this.#nowMs());
  }

  /** To be called about once a second. */
  tick(): void {
    this.#context.store.tick(this.#nowMs());
  }

  counts(): TrackerCounts {
    return this.#stats.read(this.#nowMs());
  }

  totals(): SwarmTotals {
    return this.#context.store.totals();
  }

  scan(): SwarmScan {
    return this.#context.store.scan(this.#nowMs());
  }
}
