/**
 * A peer's breach of protocol, as a value: it closes the peer's session, and nothing is thrown.
 * Invariant: `code` is stable and documented here, in the one table; `message` tells a person what
 * the peer did, in lower case without a full stop, so that it can follow "closed: ".
 */

export type ViolationCode =
  /** The stream does not open with the BitTorrent handshake (BEP 3). */
  | 'HANDSHAKE_NOT_BITTORRENT'
  /** The stream ended inside the handshake. */
  | 'HANDSHAKE_TRUNCATED'
  /** The peer answered with another torrent's info-hash. */
  | 'HANDSHAKE_WRONG_INFO_HASH'
  /** The peer at the other end is this client itself. */
  | 'HANDSHAKE_SELF'
  /** A message longer than its type, or any message, may be. */
  | 'WIRE_OVERSIZED_MESSAGE'
  /** A message whose length does not fit its type. */
  | 'WIRE_BAD_LENGTH'
  /** A bitfield of the wrong size or with a spare bit set (BEP 3). */
  | 'WIRE_BAD_BITFIELD'
  /** A bitfield, have-all or have-none that was not the first message, or a second one (BEP 3, 6). */
  | 'WIRE_BITFIELD_NOT_FIRST'
  /** A piece index the torrent does not have. */
  | 'WIRE_PIECE_OUT_OF_RANGE'
  /** A request, cancel or reject for bytes outside its piece, or longer than is served. */
  | 'WIRE_REQUEST_OUT_OF_RANGE'
  /** A block that was never requested (BEP 6). */
  | 'WIRE_UNREQUESTED_BLOCK'
  /** A reject of a request that was never sent (BEP 6). */
  | 'WIRE_UNREQUESTED_REJECT'
  /** A fast-extension message although the extension was not agreed on (BEP 6). */
  | 'WIRE_FAST_NOT_AGREED'
  /** More messages or requests than any honest peer sends. */
  | 'WIRE_FLOOD'
  /** A hash request, hashes or hash reject payload that does not parse (BEP 52). */
  | 'HASH_MALFORMED'
  /** An extension handshake that does not parse (BEP 10). */
  | 'EXTENSION_MALFORMED'
  /** A metadata exchange message that does not parse (BEP 9). */
  | 'METADATA_MALFORMED'
  /** A peer exchange message that does not parse (BEP 11). */
  | 'PEX_MALFORMED';

export interface Violation {
  readonly code: ViolationCode;
  readonly message: string;
}

export function violation(code: ViolationCode, message: string): Violation {
  return { code, message };
}

/** Tells a decoder's refusal from its result. No decoded message has a `code`. */
export function isViolation<T extends object>(result: T | Violation): result is Violation {
  return 'code' in result;
}
