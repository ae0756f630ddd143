/**
 * How many requests to keep outstanding with one peer: a second's worth of blocks, found by doubling
 * from 8 while the rate still grows. A second outlasts the round trip of any usable line. More would
 * only have several leechers wait for the same pieces of one seed: with three seconds' worth, eight
 * simulated leechers draw a quarter more from it and take a quarter longer.
 */
import { blockBytes } from './layout.ts';

const queueSeconds = 1;
/** Round trips are shorter, even around the world, so this much keeps any line full. */
const mostRoundTripSeconds = 0.4;
/** For what the peer's own work adds to its quickest answer. */
const workSeconds = 0.1;
const initialDepth = 8;
const leastDepth = 4;
const mostDepth = 2000;
const snubbedDepth = 1;

export interface RequestDepthInput {
  /** Measured download rate from the peer; 0 while unknown. */
  readonly rateBytesPerSecond: number;
  /** What the peer says it queues at most (BEP 10, `reqq`). */
  readonly reqq: number;
  /** `SlowStart.depth`; 0 when slow start is over. */
  readonly slowStartDepth: number;
  /** No block for long, while unchoked. */
  readonly snubbed: boolean;
  /** The quickest answer to a request so far; undefined before the first. */
  readonly quickestAnswerMs?: number | undefined;
}

/** Requests to keep outstanding; at least 1. `fair` is `fairShare` of the torrent. */
export function requestDepth(input: RequestDepthInput, fair = Number.POSITIVE_INFINITY): number {
  if (input.snubbed) return snubbedDepth;
  const blocksPerSecond = input.rateBytesPerSecond / blockBytes;
  const byRate = Math.ceil(blocksPerSecond * queueSeconds);
  const enough = Math.max(fair, blocksPerSecond * fullLineSeconds(input), initialDepth);
  const depth = Math.min(Math.max(byRate, input.slowStartDepth, leastDepth), Math.ceil(enough));
  return Math.max(1, Math.min(depth, input.reqq, mostDepth));
}

/** What is asked this long before it is needed keeps the line full, whatever is fair. */
function fullLineSeconds({ quickestAnswerMs }: RequestDepthInput): number {
  if (quickestAnswerMs === undefined) return mostRoundTripSeconds;
  return Math.min(mostRoundTripSeconds, workSeconds + (2 * quickestAnswerMs) / 1000);
}

/**
 * Blocks that one of `peers` may owe of `missing`. On a fast line a second's worth may be the whole
 * torrent; who asks one seeder for all of it has nothing left to ask of those who will have other
 * pieces a moment later. And as all leechers ask the seeder at once, what each has under way there
 * is a draw from the same pieces: the square keeps all their draws together small, so that two
 * seldom draw the same.
 */
export function fairShare(missingBlocks: number, peers: number): number {
  return missingBlocks / (4 * Math.max(1, peers) ** 2);
}

/** A duplicate is asked of a peer that answers within this time, or of one that has nothing else to do. */
const duplicateSeconds = 0.25;

/**
 * Requests outstanding with a peer up to which it is asked for blocks that others owe. Few: every one
 * of them costs its bytes twice when both arrive. None of a snubbed peer, which would take the place of
 * one that delivers.
 */
export function duplicateDepth(rateBytesPerSecond: number, snubbed: boolean): number {
  if (snubbed) return 0;
  return Math.max(1, Math.floor((rateBytesPerSecond * duplicateSeconds) / blockBytes));
}

const leastLateMs = 1000;
const mostLateMs = 4000;

/** A block is late when it is owed for half as long again as the queue takes, and a second. */
export function lateMs(outstanding: number, rateBytesPerSecond: number): number {
  if (rateBytesPerSecond === 0) return mostLateMs;
  const queueMs = (outstanding * blockBytes * 1000) / rateBytesPerSecond;
  return Math.min(leastLateMs + 1.5 * queueMs, mostLateMs);
}

/** Slow start of one session: the depth doubles each round trip, until a second brings no growth. */
export class SlowStart {
  #depth = initialDepth;
  #lastRate = 0;

  /** 0 once slow start is over. */
  get depth(): number {
    return this.#depth;
  }

  /** One more for each block that arrives doubles the depth once a full queue was answered. */
  onBlock(): void {
    if (this.#depth > 0) this.#depth = Math.min(this.#depth + 1, mostDepth);
  }

  /** Once a second, with the measured rate. Ends slow start when the rate grew by less than a tenth. */
  onSecond(rateBytesPerSecond: number): void {
    if (this.#depth === 0 || rateBytesPerSecond === 0) return;
    if (rateBytesPerSecond < this.#lastRate * 1.1) this.#depth = 0;
    this.#lastRate = rateBytesPerSecond;
  }

  /** After a choke: what was learned is stale. */
  restart(): void {
    this.#depth = initialDepth;
    this.#lastRate = 0;
  }
}
