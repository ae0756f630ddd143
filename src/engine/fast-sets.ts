/**
 * The pieces a peer may request while we choke it (BEP 6, "allowed fast"): granted to peers that use
 * the fast extension over IPv4, so that a newcomer soon has something to trade.
 * Invariant: a granted block is served at most three times to a peer that is choked, so that the set
 * cannot be used to draw data without end.
 */
import type { Bitfield } from '../base/bitfield.ts';
import type { Hashes } from '../base/hashes.ts';
import { parseIp } from '../base/ip-address.ts';
import { allowedFastSet } from '../protocol/allowed-fast.ts';
import { encodeAllowedFast } from '../protocol/peer-wire-encoder.ts';
import type { PeerSession } from './peer-session.ts';

const setSize = 10;
/** Requests served from the set while choked, per piece: three passes over a 4 MiB piece. */
const maxServedPerPiece = 768;

export class FastSets {
  readonly #infoHash: Uint8Array;
  readonly #hashes: Hashes;
  /** Requests left by piece. */
  readonly #granted = new Map<PeerSession, Map<number, number>>();

  constructor(infoHash: Uint8Array, hashes: Hashes) {
    this.#infoHash = infoHash;
    this.#hashes = hashes;
  }

  /** Tells the peer its set; only pieces we have are of use to it. */
  grant(session: PeerSession, pieceCount: number, verified: Bitfield): void {
    const address = parseIp(session.endpoint.host);
    if (!session.fast || address === undefined) return;
    const input = { count: setSize, pieceCount, infoHash: this.#infoHash, address };
    const pieces = allowedFastSet(input, this.#hashes).filter((piece) => verified.has(piece));
    if (pieces.length === 0) return;
    this.#granted.set(session, new Map(pieces.map((piece) => [piece, maxServedPerPiece])));
    for (const piece of pieces) session.send(encodeAllowedFast(piece));
  }

  /** Whether this request of a choked peer is served; counts it. */
  allows(session: PeerSession, piece: number): boolean {
    const left = this.#granted.get(session)?.get(piece);
    if (left === undefined || left <= 0) return false;
    this.#granted.get(session)?.set(piece, left - 1);
    return true;
  }

  onGone(session: PeerSession): void {
    this.#granted.delete(session);
  }
}
