/**
 * ut_metadata (BEP 9, "extension message"): the info dictionary in pieces of 16 KiB, for those who
 * have only a magnet link.
 * Invariant: a data message that is decoded has the size its place in the info dictionary demands,
 * as far as the sender told the total.
 */
import { concatBytes } from '../base/bytes.ts';
import { encodeBencode } from './bencode.ts';
import { MAX_METADATA_BYTES } from './extension.ts';
import { integerWithin, readPayloadHead } from './extension-payload.ts';
import type { Violation } from './violation.ts';
import { isViolation, violation } from './violation.ts';

/** Name in the extension handshake. */
export const METADATA_EXTENSION = 'ut_metadata';
/** All pieces have this size but the last. */
export const METADATA_PIECE_BYTES = 16_384;

const REQUEST = 0;
const DATA = 1;
const REJECT = 2;
const MAX_PIECE = MAX_METADATA_BYTES / METADATA_PIECE_BYTES - 1;

export type MetadataMessage =
  | { readonly type: 'request'; readonly piece: number }
  | { readonly type: 'reject'; readonly piece: number }
  | {
      readonly type: 'data';
      readonly piece: number;
      /** Undefined when the sender left it out. */
      readonly totalBytes: number | undefined;
      /** 1 to 16,384 bytes; a view of the payload. */
      readonly data: Uint8Array;
    }
  /** A type of message that did not exist when this was written; BEP 9 wants it ignored. */
  | { readonly type: 'unknown' };

export function encodeMetadataRequest(piece: number): Uint8Array {
  return encodeHead(REQUEST, piece);
}

export function encodeMetadataReject(piece: number): Uint8Array {
  return encodeHead(REJECT, piece);
}

/** `totalBytes` is the size of the whole info dictionary. */
export function encodeMetadataData(
  piece: number,
  totalBytes: number,
  data: Uint8Array,
): Uint8Array {
  const head = new Map([
    ['msg_type', DATA],
    ['piece', piece],
    ['total_size', totalBytes],
  ]);
  return concatBytes([encodeBencode(head), data]);
}

function encodeHead(type: number, piece: number): Uint8Array {
  return encodeBencode(
    new Map([
      ['msg_type', type],
      ['piece', piece],
    ]),
  );
}

/** Violation: METADATA_MALFORMED. */
export function decodeMetadataMessage(payload: Uint8Array): MetadataMessage | Violation {
  const head = readPayloadHead(payload, 'METADATA_MALFORMED', 'a metadata message');
  if (isViolation(head)) return head;
  const type = head.dictionary.get('msg_type');
  if (typeof type !== 'number') return malformed('a metadata message without a type');
  if (type !== REQUEST && type !== DATA && type !== REJECT) return { type: 'unknown' };
  const piece = integerWithin(head.dictionary.get('piece'), 0, MAX_PIECE);
  if (piece === undefined) return malformed('a metadata message without a valid piece index');
  if (type === REQUEST) return { type: 'request', piece };
  if (type === REJECT) return { type: 'reject', piece };
  const totalBytes = integerWithin(head.dictionary.get('total_size'), 1, MAX_METADATA_BYTES);
  const data = payload.subarray(head.end);
  const fits =
    totalBytes === undefined
      ? data.length >= 1 && data.length <= METADATA_PIECE_BYTES
      : data.length > 0 && data.length === metadataPieceBytes(piece, totalBytes);
  if (!fits) return malformed(`metadata piece ${piece} with ${data.length} bytes`);
  return { type: 'data', piece, totalBytes, data };
}

/** Size of a piece of an info dictionary of `totalBytes`; 0 or less when it has no such piece. */
export function metadataPieceBytes(piece: number, totalBytes: number): number {
  return Math.min(METADATA_PIECE_BYTES, totalBytes - piece * METADATA_PIECE_BYTES);
}

function malformed(message: string): Violation {
  return violation('METADATA_MALFORMED', message);
}
