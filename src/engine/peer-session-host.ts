/**
 * What a peer session reports to its torrent. Calls come in the order the peer caused them; the host
 * may close the session inside any of them.
 */
import type { InfoHash } from '../base/ids.ts';
import type { Handshake } from '../protocol/handshake.ts';
import type { Violation } from '../protocol/violation.ts';
import type { PeerSession } from './peer-session.ts';

export interface PeerSessionHost {
  readonly infoHash: InfoHash;
  /** 20 bytes. */
  readonly infoHashBytes: Uint8Array;
  /** 20 bytes. */
  readonly peerIdBytes: Uint8Array;
  /** Announce BEP 52 in the handshake. */
  readonly speaksV2: boolean;
  nowMs(): number;

  onHandshake(session: PeerSession, handshake: Handshake): void;
  /** What the peer has is about to be told anew; it still holds what was known until now. */
  onPiecesReplacing(session: PeerSession): void;
  onPiecesReplaced(session: PeerSession): void;
  onPeerHave(session: PeerSession, piece: number): void;
  onPeerInterest(session: PeerSession): void;
  onPeerChoked(session: PeerSession): void;
  onPeerUnchoked(session: PeerSession): void;
  onPeerRequest(session: PeerSession, piece: number, begin: number, lengthBytes: number): void;
  onPeerReject(session: PeerSession, piece: number, begin: number, lengthBytes: number): void;
  /** `block` is valid only during the call. */
  onBlock(session: PeerSession, piece: number, begin: number, block: Uint8Array): void;
  /** `payload` is valid only during the call. */
  onExtended(session: PeerSession, id: number, payload: Uint8Array): void;
  onHashRequest(session: PeerSession, payload: Uint8Array): void;
  onHashes(session: PeerSession, payload: Uint8Array): void;
  onHashReject(session: PeerSession, payload: Uint8Array): void;
  /** All messages of one read were delivered: the moment to send batched answers. */
  onTurnEnd(session: PeerSession, receivedBytes: number): void;
  /** The link has room for more blocks. */
  onWritable(session: PeerSession): void;
  onViolation(session: PeerSession, breach: Violation): void;
  /** The last call for this session. */
  onSessionClosed(session: PeerSession, cause: string): void;
}
