/**
 * Who sent bad data. Senders are recorded per block. A corrupt piece keeps the digests of its blocks
 * and their senders, and is fetched again whole from one peer: when it verifies, whoever sent a block
 * that differs lied; when it fails, that one peer did.
 * Invariant: a peer is named only for a block that differs from verified data, or for a corrupt piece
 * that it sent alone. Having shared a corrupt piece with others only costs trust, so no honest peer
 * is ever named. Memory is bounded by the limits; what they push out is merely never resolved.
 */
import { assert } from '../base/assert.ts';
import type { Layout } from './layout.ts';

const digestBytes = 20;
/** The sender of a block that nobody alive sent: it came from the disk, or its sender was forgotten. */
const nobody = -1;

export interface BadDataLimits {
  /** Corrupt pieces remembered at once. */
  readonly suspectPieces: number;
  /** Memory for their digests and senders. */
  readonly suspectBytes: number;
  /** Failed attempts remembered for one piece. */
  readonly attemptsPerPiece: number;
}

const defaultLimits: BadDataLimits = {
  suspectPieces: 256,
  suspectBytes: 4 * 1024 * 1024,
  attemptsPerPiece: 4,
};

/** Arrays kept for the next pieces, so that a fast download does not allocate one for each. */
const mostSpareArrays = 64;

/** Trust grows by one per good piece, up to the top; one shared corrupt piece costs two. */
const mostTrust = 8;
const leastTrust = -8;

export interface CorruptVerdict {
  /** Proven liars, by the ids given to `recordSender`. */
  readonly ban: readonly number[];
  /** All of the piece is to come from one peer; see `trustOf` for whom to ask. */
  readonly refetchFrom: 'single';
}

interface Attempt {
  readonly senders: Int32Array;
  readonly digests: Uint8Array;
}

export class BadData {
  readonly #layout: Layout;
  readonly #limits: BadDataLimits;
  /** Pieces being fetched: sender per block. */
  readonly #senders = new Map<number, Int32Array>();
  readonly #spare: Int32Array[] = [];
  /** Corrupt pieces, oldest first. */
  readonly #suspects = new Map<number, Attempt[]>();
  #suspectBytes = 0;
  readonly #trust = new Map<number, number>();

  constructor(layout: Layout, limits: Partial<BadDataLimits> = {}) {
    this.#layout = layout;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** Corrupt pieces that are not resolved yet. */
  get suspectCount(): number {
    return this.#suspects.size;
  }

  /** Bytes held for them. */
  get suspectBytes(): number {
    return this.#suspectBytes;
  }

  /**
   * A block of the piece was stored. `peer` is a small integer, 0 or more, that is not given to
   * another peer before `forgetPeer`; let it outlive the connection, so that who lies and leaves is
   * still found out.
   */
  recordSender(piece: number, block: number, peer: number): void {
    let senders = this.#senders.get(piece);
    if (senders === undefined) {
      senders = this.#spare.pop() ?? new Int32Array(this.#layout.blocksPerPiece);
      senders.fill(nobody);
      this.#senders.set(piece, senders);
    }
    assert(block < this.#layout.blockCount(piece), `piece ${piece} has no block ${block}`);
    senders[block] = peer;
  }

  /** Whether storage should report digests with this piece even if it is good. */
  wantsDigests(piece: number): boolean {
    return this.#suspects.has(piece);
  }

  /** Whether the piece is to be fetched from one peer alone. */
  isSuspect(piece: number): boolean {
    return this.#suspects.has(piece);
  }

  /** `digests`: 20 bytes per block, in order. */
  onCorrupt(piece: number, digests: Uint8Array): CorruptVerdict {
    const blocks = this.#layout.blockCount(piece);
    assert(digests.length === blocks * digestBytes, `piece ${piece} has ${blocks} digests`);
    const senders = this.#takeSenders(piece).subarray(0, blocks);
    const sole = soleSender(senders);
    if (sole === undefined) for (const peer of new Set(senders)) this.#changeTrust(peer, -2);
    this.#remember(piece, { senders: senders.slice(), digests: digests.slice() });
    this.#recycle(piece);
    return { ban: sole === undefined ? [] : [sole], refetchFrom: 'single' };
  }

  /** The piece is good. `digests` are needed where `wantsDigests` said so, and ignored elsewhere. */
  onVerified(piece: number, digests: Uint8Array | undefined): { readonly ban: readonly number[] } {
    const senders = this.#senders.get(piece);
    if (senders !== undefined) this.#reward(senders.subarray(0, this.#layout.blockCount(piece)));
    this.#recycle(piece);
    const attempts = this.#suspects.get(piece);
    if (attempts === undefined) return { ban: [] };
    this.#forgetSuspect(piece);
    if (digests === undefined) return { ban: [] };
    const liars = new Set<number>();
    for (const attempt of attempts) {
      attempt.senders.forEach((peer, block) => {
        if (peer !== nobody && !sameDigest(attempt.digests, digests, block)) liars.add(peer);
      });
    }
    return { ban: [...liars] };
  }

  /** The blocks stored so far are thrown away without a verdict. */
  onAbandoned(piece: number): void {
    this.#recycle(piece);
  }

  /** −8 to 8, 0 for a stranger. Decides nothing but who is asked for a suspect piece: the highest first. */
  trustOf(peer: number): number {
    return this.#trust.get(peer) ?? 0;
  }

  /** Nothing more is to be held against this id, because it may be given to somebody else. */
  forgetPeer(peer: number): void {
    this.#trust.delete(peer);
    for (const senders of this.#senders.values()) erase(senders, peer);
    for (const attempts of this.#suspects.values()) {
      for (const attempt of attempts) erase(attempt.senders, peer);
    }
  }

  #takeSenders(piece: number): Int32Array {
    return this.#senders.get(piece) ?? new Int32Array(this.#layout.blockCount(piece)).fill(nobody);
  }

  #recycle(piece: number): void {
    const senders = this.#senders.get(piece);
    if (senders === undefined) return;
    this.#senders.delete(piece);
    if (this.#spare.length < mostSpareArrays) this.#spare.push(senders);
  }

  #remember(piece: number, attempt: Attempt): void {
    const attempts = this.#suspects.get(piece) ?? [];
    attempts.push(attempt);
    this.#suspectBytes += attemptBytes(attempt);
    if (attempts.length > this.#limits.attemptsPerPiece) {
      this.#suspectBytes -= attemptBytes(attempts.shift()!);
    }
    // Put last: the oldest suspects are the first to go.
    this.#suspects.delete(piece);
    this.#suspects.set(piece, attempts);
    for (const oldest of this.#suspects.keys()) {
      const withinLimits =
        this.#suspects.size <= this.#limits.suspectPieces &&
        this.#suspectBytes <= this.#limits.suspectBytes;
      if (withinLimits) break;
      this.#forgetSuspect(oldest);
    }
  }

  #forgetSuspect(piece: number): void {
    for (const attempt of this.#suspects.get(piece) ?? []) {
      this.#suspectBytes -= attemptBytes(attempt);
    }
    this.#suspects.delete(piece);
  }

  #reward(senders: Int32Array): void {
    // Blocks of one peer mostly lie side by side, so this visits a peer few times per piece.
    let before = nobody;
    for (const peer of senders) {
      if (peer !== before) this.#changeTrust(peer, 1);
      before = peer;
    }
  }

  #changeTrust(peer: number, by: number): void {
    if (peer === nobody) return;
    const trust = Math.min(Math.max(this.trustOf(peer) + by, leastTrust), mostTrust);
    this.#trust.set(peer, trust);
  }
}

/** The one peer that sent every block; undefined when there were several or one is unknown. */
function soleSender(senders: Int32Array): number | undefined {
  const first = senders[0];
  if (first === undefined || first === nobody) return undefined;
  return senders.every((peer) => peer === first) ? first : undefined;
}

function sameDigest(a: Uint8Array, b: Uint8Array, block: number): boolean {
  for (let i = block * digestBytes; i < (block + 1) * digestBytes; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

function erase(senders: Int32Array, peer: number): void {
  for (let i = 0; i < senders.length; i++) if (senders[i] === peer) senders[i] = nobody;
}

function attemptBytes(attempt: Attempt): number {
  return attempt.senders.byteLength + attempt.digests.byteLength;
}
