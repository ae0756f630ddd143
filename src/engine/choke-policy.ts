/**
 * Who is unchoked: a pure function from a snapshot of the peers and chance to a decision (BEP 3,
 * "choking and optimistic unchoking").
 * Leeching, regular slots go to those we receive most from; a peer that sent nothing for 60 s while
 * we asked (snubbing) can only have the optimistic one. Seeding, a slot is a turn: it is kept until
 * the turn is used up, then goes to whoever waited longest, so that nobody holds one forever.
 * Invariant: nobody uninterested is newly unchoked, and no more peers are unchoked than there are
 * slots, apart from exempt ones.
 */
import type { Random } from '../base/random.ts';
import { shuffle } from '../base/random.ts';

/**
 * Regular slots when nothing else is set: BEP 3's four. More only spread the same line thinner, over
 * pieces that all become whole late: one seeder and eight leechers on one machine were done in 9.4 s
 * with four slots and in 11.1 s with eight.
 */
export const defaultRegularSlots = 4;

/** A slot below this rate (16 KiB/s) gives a peer a block a second, too little to be reciprocated. */
const leastBytesPerSlot = 16 * 1024;

/** How much longer odds a peer gets that has nothing to offer yet (BEP 3: three times as likely). */
const newPeerWeight = 3;
const newPeerMs = 60_000;

export interface ChokePeer {
  /** The caller's handle. */
  readonly id: number;
  /** It wants something from us. */
  readonly interested: boolean;
  /** It is unchoked now. */
  readonly unchoked: boolean;
  /** Bytes per second we receive from it. */
  readonly downloadRate: number;
  /** Bytes per second we send to it. */
  readonly uploadRate: number;
  /** It sent nothing for 60 s while we had requests out. */
  readonly snubbing: boolean;
  readonly connectedForMs: number;
  /** Limits do not concern it: it is on a private network and the settings say so. Takes no slot. */
  readonly exempt: boolean;
  /** Its seeding turn is used up; meaningful while unchoked. */
  readonly turnOver: boolean;
  /** When it was last unchoked; undefined when never. */
  readonly lastUnchokedAtMs: number | undefined;
}

export interface ChokeSnapshot {
  readonly peers: readonly ChokePeer[];
  /** We need nothing from anybody. */
  readonly seeding: boolean;
  readonly regularSlots: number;
  /** Usually one. */
  readonly optimisticSlots: number;
  /** Who holds the optimistic slots now. */
  readonly optimistic: ReadonlySet<number>;
  /** The 30 s are over: optimistic slots are drawn anew. */
  readonly rotateOptimistic: boolean;
}

export interface ChokeDecision {
  /** Everybody who is to be unchoked, the optimistic ones included; all others are choked. */
  readonly unchoked: ReadonlySet<number>;
  readonly optimistic: ReadonlySet<number>;
}

/** Fewer slots on a slow line, so that each is worth something. */
export function automaticSlots(uploadLimit: number | 'unlimited'): number {
  if (uploadLimit === 'unlimited') return defaultRegularSlots;
  const affordable = Math.floor(uploadLimit / leastBytesPerSlot);
  return Math.min(Math.max(affordable, 2), defaultRegularSlots);
}

/** The decision of every 10 s, from scratch. */
export function chooseUnchoked(snapshot: ChokeSnapshot, random: Random): ChokeDecision {
  const unchoked = new Set<number>();
  const regular = rankedForRegular(snapshot, random).slice(0, snapshot.regularSlots);
  for (const peer of regular) unchoked.add(peer.id);
  const kept = snapshot.rotateOptimistic ? new Set<number>() : snapshot.optimistic;
  const optimistic = fillOptimistic(snapshot, kept, unchoked, random);
  return finish(snapshot, unchoked, optimistic);
}

/**
 * The decision of every other moment: nobody who is interested loses a slot, empty ones are given
 * away at once.
 */
export function fillEmptySlots(snapshot: ChokeSnapshot, random: Random): ChokeDecision {
  const unchoked = new Set<number>();
  for (const peer of snapshot.peers) {
    if (peer.unchoked && wantsSlot(peer) && !snapshot.optimistic.has(peer.id)) {
      unchoked.add(peer.id);
    }
  }
  for (const peer of rankedForRegular(snapshot, random)) {
    if (unchoked.size >= snapshot.regularSlots) break;
    if (!snapshot.optimistic.has(peer.id)) unchoked.add(peer.id);
  }
  const optimistic = fillOptimistic(snapshot, snapshot.optimistic, unchoked, random);
  return finish(snapshot, unchoked, optimistic);
}

function wantsSlot(peer: ChokePeer): boolean {
  return peer.interested && !peer.exempt;
}

function rankedForRegular(snapshot: ChokeSnapshot, random: Random): ChokePeer[] {
  const ranked = snapshot.peers.filter(
    (peer) => wantsSlot(peer) && (snapshot.seeding || !peer.snubbing),
  );
  shuffle(ranked, random);
  return ranked.sort(snapshot.seeding ? bySeedingTurn : byReciprocation);
}

/** Between equals, whoever has a slot keeps it: choking costs the requests under way. */
function byReciprocation(a: ChokePeer, b: ChokePeer): number {
  return b.downloadRate - a.downloadRate || Number(b.unchoked) - Number(a.unchoked);
}

/** Turns under way first, the fastest leading; then those who wait, the longest first; then the sated. */
function bySeedingTurn(a: ChokePeer, b: ChokePeer): number {
  const stage = turnStage(a) - turnStage(b);
  if (stage !== 0) return stage;
  if (a.unchoked) return b.uploadRate - a.uploadRate;
  return (a.lastUnchokedAtMs ?? -1) - (b.lastUnchokedAtMs ?? -1);
}

function turnStage(peer: ChokePeer): number {
  if (!peer.unchoked) return 1;
  return peer.turnOver ? 2 : 0;
}

/** Those in `kept` stay while they are eligible; the rest is drawn by weight. */
function fillOptimistic(
  snapshot: ChokeSnapshot,
  kept: ReadonlySet<number>,
  regular: ReadonlySet<number>,
  random: Random,
): Set<number> {
  const eligible = snapshot.peers.filter((peer) => wantsSlot(peer) && !regular.has(peer.id));
  const optimistic = new Set<number>();
  for (const peer of eligible) {
    if (kept.has(peer.id) && optimistic.size < snapshot.optimisticSlots) optimistic.add(peer.id);
  }
  // At a rotation the last holder stands back, unless it is alone.
  const others = eligible.filter((peer) => !snapshot.optimistic.has(peer.id));
  const last = eligible.filter((peer) => snapshot.optimistic.has(peer.id));
  for (const pool of [others, last]) {
    while (optimistic.size < snapshot.optimisticSlots) {
      const drawn = draw(pool, optimistic, random);
      if (drawn === undefined) break;
      optimistic.add(drawn);
    }
  }
  return optimistic;
}

function weight(peer: ChokePeer): number {
  return peer.connectedForMs < newPeerMs ? newPeerWeight : 1;
}

function draw(
  pool: readonly ChokePeer[],
  taken: ReadonlySet<number>,
  random: Random,
): number | undefined {
  const free = pool.filter((peer) => !taken.has(peer.id));
  let total = 0;
  for (const peer of free) total += weight(peer);
  let left = random.next() * total;
  for (const peer of free) {
    left -= weight(peer);
    if (left < 0) return peer.id;
  }
  return free.at(-1)?.id;
}

/**
 * Adds exempt peers, and peers that lost interest but stand in nobody's way: interest often returns
 * within a round trip, with the next piece we complete.
 */
function finish(
  snapshot: ChokeSnapshot,
  regular: ReadonlySet<number>,
  optimistic: ReadonlySet<number>,
): ChokeDecision {
  const unchoked = new Set(regular);
  for (const peer of snapshot.peers) {
    // Only in regular slots: one that wakes up again must not find itself in the optimistic one.
    if (unchoked.size >= snapshot.regularSlots) break;
    if (peer.unchoked && !peer.interested && !peer.exempt) unchoked.add(peer.id);
  }
  for (const id of optimistic) unchoked.add(id);
  for (const peer of snapshot.peers) {
    if (peer.exempt && (peer.interested || peer.unchoked)) unchoked.add(peer.id);
  }
  return { unchoked, optimistic };
}
