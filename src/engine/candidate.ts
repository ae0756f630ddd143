/**
 * An address that may be dialled, and how candidates compare: which to dial first, which to forget
 * first, and how long to leave one alone after a failure.
 * Invariant: `linkCount` is the number of live links to it, dialled by us or by it.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { Random } from '../base/random.ts';

/** Where an address was learnt. */
export type PeerSource = 'manual' | 'magnet' | 'lsd' | 'tracker' | 'incoming' | 'dht' | 'pex';

/**
 * How much a source is worth: what a person typed first, then what is near or vouched for, last what
 * any stranger can claim.
 */
const ranks: Readonly<Record<PeerSource, number>> = {
  manual: 6,
  magnet: 5,
  lsd: 4,
  tracker: 3,
  incoming: 3,
  dht: 2,
  pex: 1,
};

export function sourceRank(source: PeerSource): number {
  return ranks[source];
}

const firstBackoffMs = 5000;
const longestBackoffMs = 30 * 60_000;

/** 5 s doubled per failure up to 30 min, give or take a quarter, so that a swarm does not dial in step. */
export function backoffMs(failures: number, random: Random): number {
  const doubled = firstBackoffMs * 2 ** Math.min(Math.max(failures - 1, 0), 20);
  return Math.min(doubled, longestBackoffMs) * (0.75 + random.next() / 2);
}

export interface Candidate {
  readonly endpoint: Endpoint;
  readonly key: string;
  /** Every source that named it. */
  readonly sources: Set<PeerSource>;
  /** The best of its sources' ranks. */
  rank: number;
  /** Canonical peer priority (BEP 40). */
  readonly priority: number;
  /** It said, or was said, to have everything; such a peer is of no use to a seeder. */
  seed: boolean;
  /** Dials in a row that failed or led to nothing. */
  failures: number;
  readyAtMs: number;
  dialing: boolean;
  linkCount: number;
}

/** Fewer failures, better source, higher priority. */
export function dialsBefore(a: Candidate, b: Candidate): boolean {
  if (a.failures !== b.failures) return a.failures < b.failures;
  if (a.rank !== b.rank) return a.rank > b.rank;
  return a.priority > b.priority;
}

export function readyBefore(a: Candidate, b: Candidate): boolean {
  return a.readyAtMs < b.readyAtMs;
}

/** More failures, worse source, lower priority. What a person typed is as good as never failed. */
export function forgottenBefore(a: Candidate, b: Candidate): boolean {
  const failures = countedFailures(b) - countedFailures(a);
  if (failures !== 0) return failures < 0;
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.priority < b.priority;
}

/** Whether a newcomer of this rank deserves the place more. A draw leaves things as they are. */
export function givesWayTo(candidate: Candidate, rank: number): boolean {
  return countedFailures(candidate) > 0 || candidate.rank < rank;
}

function countedFailures(candidate: Candidate): number {
  return candidate.sources.has('manual') ? 0 : candidate.failures;
}
