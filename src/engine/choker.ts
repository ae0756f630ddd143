/**
 * When choking is decided, and what the policy needs to remember between decisions: every 10 s anew,
 * the optimistic slot every 30 s, and in between only to give away empty slots. Who is chosen is the
 * policy's business (choke-policy.ts).
 * Invariant: `unchoked` is what the changes handed out so far add up to.
 */
import type { Random } from '../base/random.ts';
import type { ChokeDecision, ChokePeer, ChokeSnapshot } from './choke-policy.ts';
import { chooseUnchoked, fillEmptySlots } from './choke-policy.ts';

const roundMs = 10_000;
const roundsPerOptimistic = 3;

/** A seeding turn: this much, but a minute at least, so that TCP gets up to speed… */
const turnBytes = 32 * 1024 * 1024;
const shortestTurnMs = 60_000;
/** …and no longer than this, so that a slow peer does not sit on a slot. */
const longestTurnMs = 180_000;

/** What the torrent knows about a peer that has said whether it is interested. */
export interface ChokeCandidate {
  /** Unique among the torrent's live peers. */
  readonly id: number;
  readonly interested: boolean;
  readonly downloadRate: number;
  readonly uploadRate: number;
  /** Payload sent to it since it connected. */
  readonly uploadedBytes: number;
  readonly snubbing: boolean;
  readonly connectedAtMs: number;
  /** Its address is private or link-local. */
  readonly onLan: boolean;
}

export interface ChokeSettings {
  readonly regularSlots: number;
  readonly optimisticSlots: number;
  /** Peers on private networks need no slot. */
  readonly unlimitedOnLan: boolean;
}

export interface ChokeChange {
  readonly choke: readonly number[];
  readonly unchoke: readonly number[];
}

interface Turn {
  unchoked: boolean;
  unchokedAtMs: number;
  uploadedAtUnchoke: number;
}

export class Choker {
  readonly #random: Random;
  #settings: ChokeSettings;
  readonly #turns = new Map<number, Turn>();
  #optimistic: ReadonlySet<number> = new Set();
  #nextRoundMs: number;
  #roundsSinceOptimistic = 0;

  constructor(settings: ChokeSettings, random: Random, nowMs: number) {
    this.#settings = settings;
    this.#random = random;
    this.#nextRoundMs = nowMs + roundMs;
  }

  /** Makes a round due at once: fewer slots must not wait for 10 s. */
  setSettings(settings: ChokeSettings): void {
    this.#settings = settings;
    this.#nextRoundMs = Number.NEGATIVE_INFINITY;
  }

  isUnchoked(id: number): boolean {
    return this.#turns.get(id)?.unchoked === true;
  }

  isOptimistic(id: number): boolean {
    return this.#optimistic.has(id);
  }

  /** Whether a round is due; ask before building the candidates. */
  isDue(nowMs: number): boolean {
    return nowMs >= this.#nextRoundMs;
  }

  /** The decision of every 10 s. */
  runRound(candidates: readonly ChokeCandidate[], seeding: boolean, nowMs: number): ChokeChange {
    this.#nextRoundMs = nowMs + roundMs;
    this.#roundsSinceOptimistic++;
    const rotate = this.#roundsSinceOptimistic >= roundsPerOptimistic;
    if (rotate) this.#roundsSinceOptimistic = 0;
    const snapshot = this.#snapshot(candidates, seeding, rotate, nowMs);
    return this.#apply(chooseUnchoked(snapshot, this.#random), candidates, nowMs);
  }

  /** Call when a peer became interested, lost interest or left. */
  fill(candidates: readonly ChokeCandidate[], seeding: boolean, nowMs: number): ChokeChange {
    const snapshot = this.#snapshot(candidates, seeding, false, nowMs);
    return this.#apply(fillEmptySlots(snapshot, this.#random), candidates, nowMs);
  }

  onPeerGone(id: number): void {
    this.#turns.delete(id);
    if (!this.#optimistic.has(id)) return;
    const rest = new Set(this.#optimistic);
    rest.delete(id);
    this.#optimistic = rest;
  }

  #snapshot(
    candidates: readonly ChokeCandidate[],
    seeding: boolean,
    rotateOptimistic: boolean,
    nowMs: number,
  ): ChokeSnapshot {
    const { regularSlots, optimisticSlots, unlimitedOnLan } = this.#settings;
    const peers = candidates.map((candidate): ChokePeer => {
      const turn = this.#turns.get(candidate.id);
      return {
        id: candidate.id,
        interested: candidate.interested,
        unchoked: turn?.unchoked === true,
        downloadRate: candidate.downloadRate,
        uploadRate: candidate.uploadRate,
        snubbing: candidate.snubbing,
        connectedForMs: nowMs - candidate.connectedAtMs,
        exempt: unlimitedOnLan && candidate.onLan,
        turnOver: turn !== undefined && isTurnOver(turn, candidate, nowMs),
        lastUnchokedAtMs: turn?.unchokedAtMs,
      };
    });
    return {
      peers,
      seeding,
      regularSlots,
      optimisticSlots,
      optimistic: this.#optimistic,
      rotateOptimistic,
    };
  }

  #apply(
    decision: ChokeDecision,
    candidates: readonly ChokeCandidate[],
    nowMs: number,
  ): ChokeChange {
    const choke: number[] = [];
    const unchoke: number[] = [];
    for (const candidate of candidates) {
      const turn = this.#turns.get(candidate.id);
      const wasUnchoked = turn?.unchoked === true;
      const unchoked = decision.unchoked.has(candidate.id);
      if (unchoked && !wasUnchoked) unchoke.push(candidate.id);
      if (wasUnchoked && !unchoked) {
        choke.push(candidate.id);
        turn.unchoked = false;
      }
      // A turn that was over and is kept starts again: nobody else wanted the slot.
      if (unchoked && (!wasUnchoked || isTurnOver(turn, candidate, nowMs))) {
        this.#turns.set(candidate.id, {
          unchoked: true,
          unchokedAtMs: nowMs,
          uploadedAtUnchoke: candidate.uploadedBytes,
        });
      }
    }
    this.#optimistic = decision.optimistic;
    return { choke, unchoke };
  }
}

function isTurnOver(turn: Turn, candidate: ChokeCandidate, nowMs: number): boolean {
  const forMs = nowMs - turn.unchokedAtMs;
  if (forMs < shortestTurnMs) return false;
  return candidate.uploadedBytes - turn.uploadedAtUnchoke >= turnBytes || forMs >= longestTurnMs;
}
