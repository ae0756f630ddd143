/**
 * Answers an announce, whichever way it came (BEP 3, BEP 15): hooks first, then the store, then the
 * interval. Frontends parse, call this, and write the answer; they never see a store.
 */
import type { Random } from '../base/random.ts';
import type { TrackerEvent } from '../protocol/tracker-event.ts';
import { firstRefusal, type Refusal, type TrackerHooks } from './hooks.ts';
import type { Transport } from './stats.ts';
import { isStoreFailure, type StoreReply, type SwarmStore } from './swarm-store.ts';

export interface AnnounceRequest {
  readonly transport: Transport;
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** 4 or 16 bytes: where the peer is listed. */
  readonly address: Uint8Array;
  /** 1 to 65535. */
  readonly port: number;
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  /** Undefined when the client did not say, which makes it a leecher. */
  readonly leftBytes: number | undefined;
  readonly event: TrackerEvent;
  /** Undefined leaves it to the tracker. */
  readonly numWant: number | undefined;
  readonly wantsBothFamilies: boolean;
  readonly wantsPeerIds: boolean;
  /** Path and query of the URL that the client uses, where it told them; for hooks. */
  readonly urlData: string | undefined;
}

export interface AnnounceAnswer extends StoreReply {
  readonly intervalSeconds: number;
  readonly minIntervalSeconds: number;
}

export interface AnnouncePolicy {
  readonly intervalMs: number;
  /** The interval told is lengthened at random by up to this part of it, so that peers spread out. */
  readonly intervalJitter: number;
  readonly minIntervalMs: number;
  readonly defaultNumWant: number;
  readonly maxNumWant: number;
}

export interface AnnounceContext {
  readonly store: SwarmStore;
  readonly hooks: TrackerHooks;
  readonly policy: AnnouncePolicy;
  readonly random: Random;
}

/** The answer's bytes are valid during `done` only. */
export function answerAnnounce(
  request: AnnounceRequest,
  nowMs: number,
  context: AnnounceContext,
  done: (answer: AnnounceAnswer | Refusal) => void,
): void {
  const refusal = firstRefusal(context.hooks.announce, request, nowMs);
  if (refusal !== undefined) {
    done(refusal);
    return;
  }
  const stored = {
    infoHash: request.infoHash,
    address: request.address,
    port: request.port,
    peerId: request.peerId,
    event: request.event,
    isSeeder: request.leftBytes === 0,
    numWant: boundedNumWant(request, context.policy),
    wantsBothFamilies: request.wantsBothFamilies,
    wantsPeerIds: request.wantsPeerIds,
  };
  context.store.announce(stored, nowMs, (reply) => {
    if (isStoreFailure(reply)) {
      done({ reason: reply.reason, retryMinutes: 5 });
      return;
    }
    done({ ...reply, ...nextAnnounce(context, reply.retryMs) });
  });
}

export function isRefusal<T extends object>(answer: T | Refusal): answer is Refusal {
  return 'reason' in answer;
}

function boundedNumWant(request: AnnounceRequest, policy: AnnouncePolicy): number {
  const wanted = request.numWant ?? policy.defaultNumWant;
  return Math.max(0, Math.min(Math.floor(wanted), policy.maxNumWant));
}

function nextAnnounce(
  context: AnnounceContext,
  retryMs = Number.POSITIVE_INFINITY,
): { intervalSeconds: number; minIntervalSeconds: number } {
  const { intervalJitter } = context.policy;
  const intervalMs = Math.min(context.policy.intervalMs, retryMs);
  const minIntervalMs = Math.min(context.policy.minIntervalMs, intervalMs);
  const stretched = intervalMs * (1 + intervalJitter * context.random.next());
  return {
    intervalSeconds: Math.max(1, Math.round(stretched / 1000)),
    minIntervalSeconds: Math.max(1, Math.round(minIntervalMs / 1000)),
  };
}
