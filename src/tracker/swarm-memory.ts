/**
 * The memory in which `MemorySwarmStore` keeps swarms: one SharedArrayBuffer of the whole budget and the
 * settings that say how it is laid out. Any thread that is handed this object attaches a store to it,
 * and all of them see the same swarms. Invariant: nothing outside these words tells where anything is.
 *
 * The buffer begins with fixed places (clock, allocator, sweep), a line of words for each shard, the
 * time wheels of the shards and the table of pages; pages follow. What was never used is never touched,
 * so a large budget costs address space only.
 */
import { assert } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import { maxSizeClasses } from './memory/size-classes.ts';

export interface SwarmMemoryOptions {
  /** Source of the hash keys. */
  readonly random: Random;
  /** A peer not heard of for this long is forgotten, at most a 50th of it later. */
  readonly peerTimeoutMs: number;
  /** All that swarms may take, 512 KiB to 8 GiB; 512 MiB unless told. */
  readonly budgetBytes?: number;
  /** Several threads use it at once, so locks are needed; false unless told. */
  readonly isShared?: boolean;
  /** Keep all 20 bytes of peer ids, for replies that are not compact: 12 bytes more a peer. */
  readonly keepsPeerIds?: boolean;
  /** No limit besides the budget unless told. Threads that add at once may pass it by one each. */
  readonly maxSwarms?: number;
  readonly maxPeers?: number;
  /** How many empty swarms' download counts are remembered; 100,000 unless told. */
  readonly maxRetainedDownloads?: number;
}

/** Structured-cloneable; made by `createSwarmMemory` only. Places are indices into `words`. */
export interface SwarmMemory {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly isShared: boolean;
  readonly keepsPeerIds: boolean;
  readonly maxSwarms: number;
  readonly maxPeers: number;
  /** Of each shard. */
  readonly maxRetained: number;
  readonly hashKey0: number;
  readonly hashKey1: number;
  /** Peers' ages are counted in steps of this length. */
  readonly stepMs: number;
  readonly timeoutSteps: number;
  readonly shards: number;
  /** The first shard's line; the others follow, `lineWords` each. */
  readonly shardsAt: number;
  /** `wheelBuckets` list heads for each shard. */
  readonly wheelsAt: number;
  /** A page is `2 ** pageShift` words. */
  readonly pageShift: number;
  /** All pages, those before `firstPage` included. */
  readonly pageCount: number;
  /** Pages before this one are the fixed places and the table of pages. */
  readonly firstPage: number;
  readonly pageTableAt: number;
}

/** A line of a processor's cache, so that threads at different shards do not disturb each other. */
export const lineWords = 16;
export const lineShift = 4;
export const pageEntryWords = 8;

/** Places that every memory has, each group on lines of its own. */
export const place = {
  clockLastStep: 16,
  clockSkippedSteps: 17,
  clockIsStarted: 18,
  allocatorLock: 32,
  freePageHead: 33,
  nextFreshPage: 34,
  freePages: 35,
  sweepBucket: 48,
  sweepShard: 49,
  sweepRecord: 50,
  sweepKind: 51,
  sweepSlot: 52,
  sweepOldestAge: 53,
  sweepIsSliced: 54,
  createdSwarms: 64,
  lastRefusalStep: 65,
  hasRefused: 66,
  /** First page with a free block, for each size class. */
  partialPages: 80,
} as const;

const shardsAt = place.partialPages + maxSizeClasses;

/** Words of a shard's line. */
export const shard = {
  lock: 0,
  swarms: 1,
  seeders: 2,
  leechers: 3,
  table: 4,
  newestNewcomer: 5,
  oldestNewcomer: 6,
  newestStamp: 7,
  newestRetained: 8,
  oldestRetained: 9,
  retained: 10,
} as const;

/** The span of a time-out in steps, and the buckets of the wheel that cover it and a little more. */
export const stepsPerTimeout = 2048;
export const bucketSteps = 32;
export const wheelBuckets = 72;
/** Where the clock starts, so that what is older than the start has a positive time too. */
export const firstStep = 2 * stepsPerTimeout;

const sharedShards = 64;
/** Small memory has small pages, so that it has enough of them for blocks of all sizes. */
const wantedPages = 1024;
const minPageShift = 11;
const maxPageShift = 14;
const minBudgetBytes = 512 * 1024;
const maxBudgetBytes = 8 * 2 ** 30;

/** Reserves the budget at once and touches little of it. */
export function createSwarmMemory(options: SwarmMemoryOptions): SwarmMemory {
  const budgetBytes = options.budgetBytes ?? 512 * 2 ** 20;
  assert(
    budgetBytes >= minBudgetBytes && budgetBytes <= maxBudgetBytes,
    `the budget of the store is from 512 KiB to 8 GiB, not ${budgetBytes} bytes`,
  );
  assert(options.peerTimeoutMs > 0, 'the time-out of peers is above 0');
  const isShared = options.isShared ?? false;
  const shards = isShared ? sharedShards : 1;
  const fittingShift = Math.floor(Math.log2(budgetBytes / 4 / wantedPages));
  const pageShift = Math.min(maxPageShift, Math.max(minPageShift, fittingShift));
  const pageCount = Math.floor(budgetBytes / 4 / 2 ** pageShift);
  const wheelsAt = shardsAt + shards * lineWords;
  const pageTableAt = wheelsAt + shards * wheelBuckets;
  const firstPage = Math.ceil((pageTableAt + pageCount * pageEntryWords) / 2 ** pageShift);
  const words = new Int32Array(new SharedArrayBuffer(pageCount * 4 * 2 ** pageShift));
  // No time is this, so that the first one known starts the clock.
  words[place.clockLastStep] = -1;
  words[place.nextFreshPage] = firstPage;
  words[place.freePages] = pageCount - firstPage;
  words[place.sweepBucket] = Math.floor(firstStep / bucketSteps);
  const stepMs = Math.max(1, Math.ceil(options.peerTimeoutMs / stepsPerTimeout));
  return {
    words,
    isShared,
    keepsPeerIds: options.keepsPeerIds ?? false,
    maxSwarms: options.maxSwarms ?? Number.POSITIVE_INFINITY,
    maxPeers: options.maxPeers ?? Number.POSITIVE_INFINITY,
    maxRetained: Math.ceil((options.maxRetainedDownloads ?? 100_000) / shards),
    hashKey0: options.random.below(0x1_0000_0000),
    hashKey1: options.random.below(0x1_0000_0000),
    stepMs,
    timeoutSteps: Math.ceil(options.peerTimeoutMs / stepMs),
    shards,
    shardsAt,
    wheelsAt,
    pageShift,
    pageCount,
    firstPage,
    pageTableAt,
  };
}
