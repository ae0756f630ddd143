/**
 * What may refuse a request before the store sees it: access lists, limits. A hook is a function of
 * the request alone; hooks are asked in order and the first refusal is the answer.
 */
import { toHex } from '../base/hex.ts';
import type { AnnounceRequest } from './announce.ts';

/** Said to the peer's user: in HTTP as `failure reason` with `retry in` (BEP 31), in UDP as an error packet. */
export interface Refusal {
  /** A short sentence: what is refused and why. */
  readonly reason: string;
  /** Minutes until asking again makes sense. */
  readonly retryMinutes?: number | 'never';
}

export type AnnounceHook = (request: AnnounceRequest, nowMs: number) => Refusal | undefined;
/** A refused info-hash is answered like an unknown one. */
export type ScrapeHook = (infoHash: Uint8Array) => boolean;

export interface TrackerHooks {
  readonly announce: readonly AnnounceHook[];
  readonly scrape: readonly ScrapeHook[];
}

export const noHooks: TrackerHooks = { announce: [], scrape: [] };

export function firstRefusal(
  hooks: readonly AnnounceHook[],
  request: AnnounceRequest,
  nowMs: number,
): Refusal | undefined {
  for (const hook of hooks) {
    const refusal = hook(request, nowMs);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Serves only torrents for which `isListed` holds; info-hashes arrive as lower-case hex. */
export function allowListHooks(isListed: (infoHash: string) => boolean): TrackerHooks {
  return {
    announce: [
      (request) =>
        isListed(toHex(request.infoHash))
          ? undefined
          : { reason: 'this tracker does not serve that torrent', retryMinutes: 'never' },
    ],
    scrape: [(infoHash) => isListed(toHex(infoHash))],
  };
}

/** Serves all torrents but those for which `isListed` holds. */
export function denyListHooks(isListed: (infoHash: string) => boolean): TrackerHooks {
  return allowListHooks((infoHash) => !isListed(infoHash));
}
