/** One tracker of one torrent as people see it. */
import type { TrackerEntry } from './tracker-tiers.ts';

export interface TrackerStatus {
  readonly url: string;
  /** 0-based. */
  readonly tier: number;
  /** `idle`: not asked yet, because an earlier one answers. */
  readonly state: 'idle' | 'announcing' | 'working' | 'failed';
  /** The failure, or the tracker's warning; empty when there is neither. */
  readonly lastMessage: string;
  /** Stable code of the failure. */
  readonly lastCode?: string;
  /** Announces in a row that failed. */
  readonly failures: number;
  /** Absent when none is planned. */
  readonly nextAnnounceInMs?: number;
  readonly lastAnswerAgoMs?: number;
  readonly seeders?: number;
  readonly leechers?: number;
  readonly downloads?: number;
  /** Peers in its last answer. */
  readonly peersReceived?: number;
}

export interface TrackerStatusContext {
  readonly tier: number;
  readonly announcing: boolean;
  /** The next announce is meant for it. */
  readonly isNext: boolean;
  /** Infinity when none is planned. */
  readonly nextAtMs: number;
  readonly nowMs: number;
}

export function trackerStatus(entry: TrackerEntry, context: TrackerStatusContext): TrackerStatus {
  const { lastReply, lastFailure } = entry;
  const nextInMs = nextAnnounceInMs(entry, context);
  return {
    url: entry.url,
    tier: context.tier,
    state: stateOf(entry, context.announcing),
    lastMessage: lastFailure?.message ?? lastReply?.warning ?? '',
    ...(lastFailure === undefined ? {} : { lastCode: lastFailure.code }),
    failures: entry.failures,
    ...(nextInMs === undefined ? {} : { nextAnnounceInMs: nextInMs }),
    ...(entry.lastReplyAtMs === undefined
      ? {}
      : { lastAnswerAgoMs: context.nowMs - entry.lastReplyAtMs }),
    ...(lastReply?.seeders === undefined ? {} : { seeders: lastReply.seeders }),
    ...(lastReply?.leechers === undefined ? {} : { leechers: lastReply.leechers }),
    ...(lastReply?.downloads === undefined ? {} : { downloads: lastReply.downloads }),
    ...(lastReply === undefined ? {} : { peersReceived: entry.peersReceived }),
  };
}

function stateOf(entry: TrackerEntry, announcing: boolean): TrackerStatus['state'] {
  if (announcing) return 'announcing';
  if (entry.lastFailure !== undefined) return 'failed';
  return entry.lastReply === undefined ? 'idle' : 'working';
}

function nextAnnounceInMs(
  entry: TrackerEntry,
  { announcing, isNext, nextAtMs, nowMs }: TrackerStatusContext,
): number | undefined {
  if (announcing) return 0;
  if (!isNext && entry.lastFailure === undefined) return undefined;
  const atMs = Math.max(nextAtMs, entry.notBeforeMs);
  return atMs === Number.POSITIVE_INFINITY ? undefined : Math.max(0, atMs - nowMs);
}
