/**
 * An announce to a tracker that has addresses of both families: each address of ours that peers could
 * reach is to be known there, and a tracker sees only the one it is asked from (BEP 7).
 * Invariant: one family that answers is enough, and the other delays its answer by no more than a moment.
 */
import { endpointKey } from '../base/endpoint.ts';
import type { AnnounceReply } from '../engine/ports.ts';
import type { ResolvedAddress } from './tracker-address.ts';
import { TrackerError } from './tracker-error.ts';

export type Family = 4 | 6;

/** How long the second answer is waited for once the first is here. */
const graceMs = 2000;

export function familiesOf(addresses: readonly ResolvedAddress[]): Family[] {
  return ([4, 6] as const).filter((wanted) => addresses.some(({ family }) => family === wanted));
}

/**
 * Asks over all families at once and joins what they answer. Rejects when none answered, with a refusal
 * in the tracker's own words where there is one, else with the cause of the first family.
 */
export async function askFamilies(
  families: readonly Family[],
  signal: AbortSignal,
  ask: (family: Family, signal: AbortSignal) => Promise<AnnounceReply>,
): Promise<AnnounceReply> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const asked = families.map(async (family) => {
    const reply = await ask(family, either);
    timer ??= setTimeout(() => enough.abort(), graceMs);
    return reply;
  });
  const outcomes = await Promise.allSettled(asked);
  clearTimeout(timer);
  const replies = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  const [first, ...others] = replies;
  if (first !== undefined) return others.reduce(joinReplies, first);
  const causes = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  throw causes.find(saidNo) ?? causes[0];
}

function saidNo(cause: unknown): boolean {
  return cause instanceof TrackerError && cause.code === 'TRACKER_SAID_NO';
}

/** Both tell of the same swarm: the peers of either, the larger counts, the longer waits. */
function joinReplies(a: AnnounceReply, b: AnnounceReply): AnnounceReply {
  const larger = (key: 'seeders' | 'leechers' | 'downloads' | 'minIntervalMs') => {
    const known = [a[key], b[key]].filter((count) => count !== undefined);
    return known.length === 0 ? {} : { [key]: Math.max(...known) };
  };
  const peers = new Map([...a.peers, ...b.peers].map((peer) => [endpointKey(peer), peer]));
  return {
    ...b,
    ...a,
    ...larger('seeders'),
    ...larger('leechers'),
    ...larger('downloads'),
    ...larger('minIntervalMs'),
    intervalMs: Math.max(a.intervalMs, b.intervalMs),
    peers: [...peers.values()],
  };
}
