/**
 * Answers an announce, whichever way it came (BEP 3, BEP 15): hooks first, then the store, then the
 * interval. Frontends parse, call this, and write the answer; they never see a store.
 * Invariant: on the way of `announceNow` nothing is allocated unless a hook does it.
 */
import type { Random } from '../base/random.ts';
import type { TrackerEvent } from '../protocol/tracker-event.ts';
import { firstRefusal, type Refusal, type TrackerHooks } from './hooks.ts';
import type { Transport } from './stats.ts';
import {
  type AnnounceOutput,
  isStoreFailure,
  type LocalSwarmStore,
  type StoreAnnounce,
  type StoreReply,
  type SwarmStore,
} from './swarm-store.ts';

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

/** Where `announceNow` writes; see `AnnounceOutput` for the room that peers need. */
export interface AnnounceSpace extends AnnounceOutput {
  intervalSeconds: number;
  minIntervalSeconds: number;
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

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class AnnounceDesk {
  readonly #store: SwarmStore;
  readonly #local: LocalSwarmStore | undefined;
  readonly #hooks: TrackerHooks;
  readonly #policy: AnnouncePolicy;
  readonly #random: Random;
  /** What the store is asked next; a local store is done with it when it returns. */
  readonly #asked: Mutable<StoreAnnounce>;

  constructor(context: AnnounceContext) {
    this.#store = context.store;
    this.#local = localStore(context.store);
    this.#hooks = context.hooks;
    this.#policy = context.policy;
    this.#random = context.random;
    const none = new Uint8Array(0);
    this.#asked = {
      infoHash: none,
      address: none,
      port: 0,
      peerId: none,
      event: 'none',
      isSeeder: false,
      numWant: 0,
      wantsBothFamilies: false,
      wantsPeerIds: false,
    };
  }

  /** Whether the store answers before it returns, which `announceNow` needs. */
  get answersNow(): boolean {
    return this.#local !== undefined;
  }

  /** The answer's bytes are valid during `done` only. */
  announce(
    request: AnnounceRequest,
    nowMs: number,
    done: (answer: AnnounceAnswer | Refusal) => void,
  ): void {
    const refusal = firstRefusal(this.#hooks.announce, request, nowMs);
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
      numWant: boundedNumWant(request.numWant, this.#policy),
      wantsBothFamilies: request.wantsBothFamilies,
      wantsPeerIds: request.wantsPeerIds,
    };
    this.#store.announce(stored, nowMs, (reply) => {
      if (isStoreFailure(reply)) {
        done(storeRefusal(reply.reason));
        return;
      }
      done({
        seeders: reply.seeders,
        leechers: reply.leechers,
        downloads: reply.downloads,
        ipv4: reply.ipv4,
        ipv6: reply.ipv6,
        intervalSeconds: this.#intervalSeconds(reply.retryMs),
        minIntervalSeconds: this.#minIntervalSeconds(reply.retryMs),
      });
    });
  }

  /**
   * Writes the answer to `answer`, which is unchanged by a refusal. No peer ids. What `request` holds is
   * not kept. Only where `answersNow`.
   */
  announceNow(request: AnnounceRequest, nowMs: number, answer: AnnounceSpace): Refusal | undefined {
    const refusal = firstRefusal(this.#hooks.announce, request, nowMs);
    if (refusal !== undefined) return refusal;
    const asked = this.#asked;
    asked.infoHash = request.infoHash;
    asked.address = request.address;
    asked.port = request.port;
    asked.peerId = request.peerId;
    asked.event = request.event;
    asked.isSeeder = request.leftBytes === 0;
    asked.numWant = boundedNumWant(request.numWant, this.#policy);
    asked.wantsBothFamilies = request.wantsBothFamilies;
    const failure = this.#local!.announceNow(asked, nowMs, answer);
    if (failure !== undefined) return storeRefusal(failure.reason);
    answer.intervalSeconds = this.#intervalSeconds();
    answer.minIntervalSeconds = this.#minIntervalSeconds();
    return undefined;
  }

  /** `retryMs` is when a store that is cut off from others wants to be asked again. */
  #intervalSeconds(retryMs = Number.POSITIVE_INFINITY): number {
    const { intervalMs, intervalJitter } = this.#policy;
    const stretched = Math.min(intervalMs, retryMs) * (1 + intervalJitter * this.#random.next());
    return Math.max(1, Math.round(stretched / 1000));
  }

  #minIntervalSeconds(retryMs = Number.POSITIVE_INFINITY): number {
    return Math.max(1, Math.round(Math.min(this.#policy.minIntervalMs, retryMs) / 1000));
  }
}

export function isRefusal<T extends object>(answer: T | Refusal): answer is Refusal {
  return 'reason' in answer;
}

function localStore(store: SwarmStore): LocalSwarmStore | undefined {
  return 'announceNow' in store ? (store as LocalSwarmStore) : undefined;
}

function storeRefusal(reason: string): Refusal {
  return { reason, retryMinutes: 5 };
}

function boundedNumWant(numWant: number | undefined, policy: AnnouncePolicy): number {
  const wanted = numWant ?? policy.defaultNumWant;
  return Math.max(0, Math.min(Math.floor(wanted), policy.maxNumWant));
}
