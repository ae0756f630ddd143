/**
 * Hash request, hashes and hash reject (BEP 52, "peer messages"): parts of a file's merkle tree.
 * Invariant: a range that is decoded obeys the BEP: a length that is a power of two up to
 * MAX_HASH_RANGE, and an index that is a multiple of it. A length of 1, which the BEP forbids, is let
 * through because libtorrent asks so for the last hash of a layer of 512n + 1. Whether the file has such
 * hashes is the receiver's to judge.
 */
import { assert } from '../base/assert.ts';
import { readUint32, writeUint32 } from '../base/bytes.ts';
import { HASH_REJECT, HASH_REQUEST, HASHES } from './peer-message-id.ts';
import type { Violation } from './violation.ts';
import { isViolation, violation } from './violation.ts';

/** Most hashes of the base layer in one message. BEP 52 asks for no more than 512. */
export const MAX_HASH_RANGE = 8192;

const HASH_BYTES = 32;
const RANGE_BYTES = 48;
/** A tree of 2^64 bytes over blocks of 16 KiB has no more layers. */
const MAX_LAYERS = 50;

export interface HashRange {
  /** Root of the file's tree, 32 bytes. */
  readonly piecesRoot: Uint8Array;
  /** Layers above the leaves; 0 for the hashes of blocks. */
  readonly baseLayer: number;
  /** First hash, counted in the base layer. */
  readonly index: number;
  /** Number of hashes of the base layer. */
  readonly length: number;
  /** Ancestor layers to prove them with. */
  readonly proofLayers: number;
}

export function encodeHashRequest(range: HashRange): Uint8Array {
  return encodeMessage(HASH_REQUEST, range, new Uint8Array(0));
}

/**
 * Uncles that prove a range: one from each proof layer, except from those that the range itself yields,
 * so the lowest is the sibling of the root of the range.
 */
export function uncleCount(length: number, proofLayers: number): number {
  return Math.max(0, proofLayers + 1 - Math.log2(length));
}

/** `hashes` holds 32 bytes each: the base layer, then the uncles up to the root. */
export function encodeHashes(range: HashRange, hashes: Uint8Array): Uint8Array {
  return encodeMessage(HASHES, range, hashes);
}

export function encodeHashReject(range: HashRange): Uint8Array {
  return encodeMessage(HASH_REJECT, range, new Uint8Array(0));
}

/** The payload of a hash request or hash reject. Violation: HASH_MALFORMED. */
export function decodeHashRange(payload: Uint8Array): HashRange | Violation {
  if (payload.length !== RANGE_BYTES) {
    return violation('HASH_MALFORMED', `a hash range of ${payload.length} bytes`);
  }
  return readRange(payload);
}

/** The payload of a hashes message; `hashes` is a view of it. Violation: HASH_MALFORMED. */
export function decodeHashes(
  payload: Uint8Array,
): { range: HashRange; hashes: Uint8Array } | Violation {
  const hashBytes = payload.length - RANGE_BYTES;
  if (hashBytes < 0 || hashBytes % HASH_BYTES !== 0) {
    return violation('HASH_MALFORMED', `a hashes message of ${payload.length} bytes`);
  }
  const range = readRange(payload);
  if (isViolation(range)) return range;
  const count = hashBytes / HASH_BYTES;
  if (count !== range.length + uncleCount(range.length, range.proofLayers)) {
    return violation('HASH_MALFORMED', `${count} hashes for a range of ${range.length}`);
  }
  return { range, hashes: payload.subarray(RANGE_BYTES) };
}

function readRange(payload: Uint8Array): HashRange | Violation {
  const baseLayer = readUint32(payload, 32);
  const index = readUint32(payload, 36);
  const length = readUint32(payload, 40);
  const proofLayers = readUint32(payload, 44);
  const isPowerOfTwo = (length & (length - 1)) === 0;
  if (length < 1 || length > MAX_HASH_RANGE || !isPowerOfTwo || index % length !== 0) {
    return violation('HASH_MALFORMED', `a hash range of ${length} from ${index}`);
  }
  if (baseLayer > MAX_LAYERS || proofLayers > MAX_LAYERS) {
    return violation('HASH_MALFORMED', `a hash range over layer ${baseLayer} and ${proofLayers}`);
  }
  return {
    piecesRoot: new Uint8Array(payload.subarray(0, 32)),
    baseLayer,
    index,
    length,
    proofLayers,
  };
}

function encodeMessage(id: number, range: HashRange, hashes: Uint8Array): Uint8Array {
  assert(range.piecesRoot.length === HASH_BYTES, 'a pieces root has 32 bytes');
  assert(hashes.length % HASH_BYTES === 0, 'hashes have 32 bytes each');
  const message = new Uint8Array(5 + RANGE_BYTES + hashes.length);
  writeUint32(message, 0, message.length - 4);
  message[4] = id;
  message.set(range.piecesRoot, 5);
  writeUint32(message, 37, range.baseLayer);
  writeUint32(message, 41, range.index);
  writeUint32(message, 45, range.length);
  writeUint32(message, 49, range.proofLayers);
  message.set(hashes, 53);
  return message;
}
