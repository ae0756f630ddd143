/**
 * Encodes peer messages (BEP 3 "peer messages", BEP 5 port, BEP 6, BEP 10, BEP 52).
 * `encode…` returns a fresh array that the caller owns. `write…` fills a place in the caller's
 * buffer and returns the offset behind it, for the messages that go out by the thousand.
 */
import { assert } from '../base/assert.ts';
import { writeUint16, writeUint32 } from '../base/bytes.ts';
import {
  ALLOWED_FAST,
  BITFIELD,
  CANCEL,
  CHOKE,
  EXTENDED,
  HAVE,
  HAVE_ALL,
  HAVE_NONE,
  INTERESTED,
  NOT_INTERESTED,
  PIECE,
  PORT,
  REJECT,
  REQUEST,
  SUGGEST,
  UNCHOKE,
} from './peer-message-id.ts';

/** The unit of requests: every client asks for at most this much at once, and most serve no more. */
export const BLOCK_BYTES = 16_384;
/** Encoded size of a request, cancel or reject. */
export const REQUEST_MESSAGE_BYTES = 17;
/** What precedes the payload in a piece message: length, id, piece, begin. */
export const BLOCK_HEADER_BYTES = 13;

export function encodeKeepAlive(): Uint8Array {
  return new Uint8Array(4);
}

export function encodeChoke(): Uint8Array {
  return bare(CHOKE);
}

export function encodeUnchoke(): Uint8Array {
  return bare(UNCHOKE);
}

export function encodeInterested(): Uint8Array {
  return bare(INTERESTED);
}

export function encodeNotInterested(): Uint8Array {
  return bare(NOT_INTERESTED);
}

export function encodeHaveAll(): Uint8Array {
  return bare(HAVE_ALL);
}

export function encodeHaveNone(): Uint8Array {
  return bare(HAVE_NONE);
}

export function encodeHave(piece: number): Uint8Array {
  return withPiece(HAVE, piece);
}

export function encodeSuggest(piece: number): Uint8Array {
  return withPiece(SUGGEST, piece);
}

export function encodeAllowedFast(piece: number): Uint8Array {
  return withPiece(ALLOWED_FAST, piece);
}

/** `bits` is the wire form, as Bitfield.toBytes returns it. */
export function encodeBitfield(bits: Uint8Array): Uint8Array {
  const message = frame(BITFIELD, bits.length);
  message.set(bits, 5);
  return message;
}

/** The DHT's UDP port (BEP 5). */
export function encodePort(port: number): Uint8Array {
  const message = frame(PORT, 2);
  writeUint16(message, 5, port);
  return message;
}

/** `id` is the number the receiver gave the extension; 0 is the extension handshake (BEP 10). */
export function encodeExtended(id: number, payload: Uint8Array): Uint8Array {
  assert(id >= 0 && id <= 255, `an extended message id is a byte, not ${id}`);
  const message = frame(EXTENDED, 1 + payload.length);
  message[5] = id;
  message.set(payload, 6);
  return message;
}

export function encodeRequest(piece: number, begin: number, length: number): Uint8Array {
  const message = new Uint8Array(REQUEST_MESSAGE_BYTES);
  writeRequest(message, 0, piece, begin, length);
  return message;
}

export function encodeCancel(piece: number, begin: number, length: number): Uint8Array {
  const message = new Uint8Array(REQUEST_MESSAGE_BYTES);
  writeCancel(message, 0, piece, begin, length);
  return message;
}

export function encodeReject(piece: number, begin: number, length: number): Uint8Array {
  const message = new Uint8Array(REQUEST_MESSAGE_BYTES);
  writeReject(message, 0, piece, begin, length);
  return message;
}

/** 17 bytes at `offset`. */
export function writeRequest(
  target: Uint8Array,
  offset: number,
  piece: number,
  begin: number,
  length: number,
): number {
  return writeTriple(target, offset, REQUEST, piece, begin, length);
}

/** 17 bytes at `offset`. */
export function writeCancel(
  target: Uint8Array,
  offset: number,
  piece: number,
  begin: number,
  length: number,
): number {
  return writeTriple(target, offset, CANCEL, piece, begin, length);
}

/** 17 bytes at `offset`. */
export function writeReject(
  target: Uint8Array,
  offset: number,
  piece: number,
  begin: number,
  length: number,
): number {
  return writeTriple(target, offset, REJECT, piece, begin, length);
}

/** 13 bytes at `offset`; the `blockLength` bytes of payload follow them on the wire. */
export function writeBlockHeader(
  target: Uint8Array,
  offset: number,
  piece: number,
  begin: number,
  blockLength: number,
): number {
  assert(offset + BLOCK_HEADER_BYTES <= target.length, 'no room for a block header');
  writeUint32(target, offset, 9 + blockLength);
  target[offset + 4] = PIECE;
  writeUint32(target, offset + 5, piece);
  writeUint32(target, offset + 9, begin);
  return offset + BLOCK_HEADER_BYTES;
}

function writeTriple(
  target: Uint8Array,
  offset: number,
  id: number,
  piece: number,
  begin: number,
  length: number,
): number {
  // A write past the end of a typed array is dropped without a word.
  assert(offset + REQUEST_MESSAGE_BYTES <= target.length, 'no room for a request');
  writeUint32(target, offset, 13);
  target[offset + 4] = id;
  writeUint32(target, offset + 5, piece);
  writeUint32(target, offset + 9, begin);
  writeUint32(target, offset + 13, length);
  return offset + REQUEST_MESSAGE_BYTES;
}

/** A message of the given type with room for its payload from byte 5 on. */
function frame(id: number, payloadBytes: number): Uint8Array {
  const message = new Uint8Array(5 + payloadBytes);
  writeUint32(message, 0, 1 + payloadBytes);
  message[4] = id;
  return message;
}

function bare(id: number): Uint8Array {
  return frame(id, 0);
}

function withPiece(id: number, piece: number): Uint8Array {
  const message = frame(id, 4);
  writeUint32(message, 5, piece);
  return message;
}
