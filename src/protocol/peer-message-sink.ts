/**
 * What a PeerWireDecoder tells its owner: one call a message, in the order of the wire.
 * Invariant of the decoder behind it: lengths fit the type. Nothing else is checked: indices,
 * offsets and whether the peer may send this now are the receiver's to judge.
 * Every Uint8Array is a view into a buffer that is reused after the call returns.
 */
export interface PeerMessageSink {
  onKeepAlive(): void;
  onChoke(): void;
  onUnchoke(): void;
  onInterested(): void;
  onNotInterested(): void;
  onHave(piece: number): void;
  onBitfield(bits: Uint8Array): void;
  onRequest(piece: number, begin: number, length: number): void;
  /** `block` may be empty. */
  onBlock(piece: number, begin: number, block: Uint8Array): void;
  onCancel(piece: number, begin: number, length: number): void;
  /** The DHT's UDP port (BEP 5); may be 0. */
  onPort(port: number): void;
  onSuggest(piece: number): void;
  onHaveAll(): void;
  onHaveNone(): void;
  onReject(piece: number, begin: number, length: number): void;
  onAllowedFast(piece: number): void;
  /** `id` as this side announced it in its extension handshake; 0 is the peer's handshake (BEP 10). */
  onExtended(id: number, payload: Uint8Array): void;
  /** 48 bytes (BEP 52). */
  onHashRequest(payload: Uint8Array): void;
  /** At least 48 bytes (BEP 52). */
  onHashes(payload: Uint8Array): void;
  /** 48 bytes (BEP 52). */
  onHashReject(payload: Uint8Array): void;
  /** A message of a type this client does not know; its payload is dropped unread. */
  onUnknown(id: number): void;
}
