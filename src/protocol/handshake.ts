/**
 * The 68 bytes that open a peer connection (BEP 3, "peer protocol"), with the reserved bits that
 * announce the DHT (BEP 5), the fast extension (BEP 6), the extension protocol (BEP 10) and
 * protocol version 2 (BEP 52).
 * Invariant: what is decoded is a copy; nothing refers to the socket's buffer.
 */
import { assert } from '../base/assert.ts';
import type { InfoHash, PeerId } from '../base/ids.ts';
import { infoHashFromBytes, peerIdFromBytes } from '../base/ids.ts';
import { encodeLatin1 } from '../base/text.ts';
import type { Violation } from './violation.ts';
import { violation } from './violation.ts';

export const HANDSHAKE_BYTES = 68;

const prefix = encodeLatin1('\x13BitTorrent protocol');
const RESERVED_OFFSET = 20;
const INFO_HASH_OFFSET = 28;
const PEER_ID_OFFSET = 48;

/** What a peer says it can do. Something holds on a connection only where both sides say so. */
export interface HandshakeFeatures {
  /** BEP 6. */
  readonly fast: boolean;
  /** BEP 10. */
  readonly extension: boolean;
  /** BEP 5. */
  readonly dht: boolean;
  /** BEP 52: the sender can speak v2 in a hybrid torrent. */
  readonly v2: boolean;
}

export interface HandshakeFields {
  /** 20 bytes; the first 20 of a v2 info-hash. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly reserved: HandshakeFeatures;
}

export interface Handshake extends HandshakeFeatures {
  readonly infoHash: InfoHash;
  readonly infoHashBytes: Uint8Array;
  readonly peerId: PeerId;
  readonly peerIdBytes: Uint8Array;
}

/** 68 bytes. */
export function encodeHandshake({ infoHash, peerId, reserved }: HandshakeFields): Uint8Array {
  assert(infoHash.length === 20, `an info-hash has 20 bytes, not ${infoHash.length}`);
  assert(peerId.length === 20, `a peer id has 20 bytes, not ${peerId.length}`);
  const bytes = new Uint8Array(HANDSHAKE_BYTES);
  bytes.set(prefix);
  if (reserved.extension) bytes[RESERVED_OFFSET + 5]! |= 0x10;
  if (reserved.dht) bytes[RESERVED_OFFSET + 7]! |= 0x01;
  if (reserved.fast) bytes[RESERVED_OFFSET + 7]! |= 0x04;
  if (reserved.v2) bytes[RESERVED_OFFSET + 7]! |= 0x10;
  bytes.set(infoHash, INFO_HASH_OFFSET);
  bytes.set(peerId, PEER_ID_OFFSET);
  return bytes;
}

/**
 * Judges a stream by what has arrived of it: a violation at the first byte that cannot belong to a
 * BitTorrent handshake, so that nothing waits for 68 bytes of something else.
 */
export function handshakePrefixViolation(bytes: Uint8Array): Violation | undefined {
  const known = Math.min(bytes.length, prefix.length);
  for (let i = 0; i < known; i++) {
    if (bytes[i] !== prefix[i]) {
      return violation(
        'HANDSHAKE_NOT_BITTORRENT',
        `what arrived is not a BitTorrent handshake (byte ${i} differs)`,
      );
    }
  }
  return undefined;
}

/** Reads the first 68 bytes of a stream; what follows them is the first message. */
export function decodeHandshake(bytes: Uint8Array): Handshake | Violation {
  const refusal = handshakePrefixViolation(bytes);
  if (refusal !== undefined) return refusal;
  if (bytes.length < HANDSHAKE_BYTES) {
    return violation(
      'HANDSHAKE_TRUNCATED',
      `the handshake ended after ${bytes.length} of ${HANDSHAKE_BYTES} bytes`,
    );
  }
  const infoHashBytes = new Uint8Array(bytes.subarray(INFO_HASH_OFFSET, PEER_ID_OFFSET));
  const peerIdBytes = new Uint8Array(bytes.subarray(PEER_ID_OFFSET, HANDSHAKE_BYTES));
  const lastReserved = bytes[RESERVED_OFFSET + 7]!;
  return {
    infoHash: infoHashFromBytes(infoHashBytes),
    infoHashBytes,
    peerId: peerIdFromBytes(peerIdBytes),
    peerIdBytes,
    extension: (bytes[RESERVED_OFFSET + 5]! & 0x10) !== 0,
    dht: (lastReserved & 0x01) !== 0,
    fast: (lastReserved & 0x04) !== 0,
    v2: (lastReserved & 0x10) !== 0,
  };
}
