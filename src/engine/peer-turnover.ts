/**
 * Who gives way when all places are taken. Without this, peers that have nothing for each other can
 * fill each other's places, and the one that has the data finds every door shut.
 * Invariant: nobody gives way who gives us something, wants something of us, or has just come.
 */

/** What of a session decides. */
export interface TurnoverPeer {
  readonly connectedAtMs: number;
  readonly amInterested: boolean;
  readonly peerInterested: boolean;
  /** No block for a minute, while it was asked. */
  readonly snubbed: boolean;
  readonly down: { readonly totalBytes: number };
}

/** Time to exchange handshakes, pieces and interest. */
const settlingMs = 20_000;

/** The session of least use, or undefined when all are of some. */
export function leastUseful<Peer extends TurnoverPeer>(
  sessions: Iterable<Peer>,
  nowMs: number,
): Peer | undefined {
  let found: Peer | undefined;
  for (const session of sessions) {
    if (nowMs - session.connectedAtMs < settlingMs || session.peerInterested) continue;
    const givesNothing = session.snubbed && session.down.totalBytes === 0;
    if (session.amInterested && !givesNothing) continue;
    if (found === undefined || session.connectedAtMs < found.connectedAtMs) found = session;
  }
  return found;
}
