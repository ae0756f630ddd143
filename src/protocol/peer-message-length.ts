/**
 * How long each peer message may be (BEP 3, 5, 6, 10, 52). A length counts what follows the length
 * prefix: the id byte and the payload.
 * Invariant: a message of fixed size passes only with exactly that size, and none passes that is
 * longer than MAX_MESSAGE_BYTES.
 */
import { assert } from '../base/assert.ts';
import * as id from './peer-message-id.ts';
import { BLOCK_BYTES } from './peer-wire-encoder.ts';
import type { Violation } from './violation.ts';
import { violation } from './violation.ts';

/** No message of any type may declare more than this behind its length prefix. */
export const MAX_MESSAGE_BYTES = 1_048_576;
/** Id byte, piece and begin of a piece message. */
export const BLOCK_FIELDS_BYTES = 9;

export interface PeerWireLimits {
  /** Largest payload of a piece message. Default: a block, because no more is ever requested. */
  readonly maxBlockBytes?: number;
  /** Default 256 KiB, room for two million pieces. */
  readonly maxBitfieldBytes?: number;
  /** Largest payload behind the extended message id. Default: what MAX_MESSAGE_BYTES leaves. */
  readonly maxExtendedBytes?: number;
  /** Largest payload of a hashes message. Default: 8,192 hashes and a proof of 64. */
  readonly maxHashesBytes?: number;
}

const DEFAULT_BITFIELD_BYTES = 262_144;
const HASH_FIELDS_BYTES = 48;
const DEFAULT_HASHES_BYTES = HASH_FIELDS_BYTES + 32 * (8192 + 64);
/** One more than the highest id with a meaning. */
const ID_COUNT = 24;

interface MessageShape {
  readonly name: string;
  /** The only length, or the smallest where the size varies. */
  readonly bytes: number;
}

const shapes: ReadonlyMap<number, MessageShape> = new Map([
  [id.CHOKE, { name: 'choke', bytes: 1 }],
  [id.UNCHOKE, { name: 'unchoke', bytes: 1 }],
  [id.INTERESTED, { name: 'interested', bytes: 1 }],
  [id.NOT_INTERESTED, { name: 'not interested', bytes: 1 }],
  [id.HAVE, { name: 'have', bytes: 5 }],
  [id.BITFIELD, { name: 'bitfield', bytes: 1 }],
  [id.REQUEST, { name: 'request', bytes: 13 }],
  [id.PIECE, { name: 'piece', bytes: BLOCK_FIELDS_BYTES }],
  [id.CANCEL, { name: 'cancel', bytes: 13 }],
  [id.PORT, { name: 'port', bytes: 3 }],
  [id.SUGGEST, { name: 'suggest', bytes: 5 }],
  [id.HAVE_ALL, { name: 'have all', bytes: 1 }],
  [id.HAVE_NONE, { name: 'have none', bytes: 1 }],
  [id.REJECT, { name: 'reject', bytes: 13 }],
  [id.ALLOWED_FAST, { name: 'allowed fast', bytes: 5 }],
  [id.EXTENDED, { name: 'extended', bytes: 2 }],
  [id.HASH_REQUEST, { name: 'hash request', bytes: 1 + HASH_FIELDS_BYTES }],
  [id.HASHES, { name: 'hashes', bytes: 1 + HASH_FIELDS_BYTES }],
  [id.HASH_REJECT, { name: 'hash reject', bytes: 1 + HASH_FIELDS_BYTES }],
]);

/** 0 marks an id without a meaning. */
const minimumBytes = Uint32Array.from(
  { length: ID_COUNT },
  (_, type) => shapes.get(type)?.bytes ?? 0,
);

export function isKnownMessage(type: number): boolean {
  return type < ID_COUNT && minimumBytes[type] !== 0;
}

export class MessageLengths {
  readonly #maximumBytes: Uint32Array;

  constructor(limits: PeerWireLimits) {
    const maximum = minimumBytes.slice();
    maximum[id.PIECE] = BLOCK_FIELDS_BYTES + (limits.maxBlockBytes ?? BLOCK_BYTES);
    maximum[id.BITFIELD] = 1 + (limits.maxBitfieldBytes ?? DEFAULT_BITFIELD_BYTES);
    maximum[id.EXTENDED] = 2 + (limits.maxExtendedBytes ?? MAX_MESSAGE_BYTES - 2);
    maximum[id.HASHES] = 1 + (limits.maxHashesBytes ?? DEFAULT_HASHES_BYTES);
    for (const [type, { name, bytes }] of shapes) {
      const limit = maximum[type]!;
      assert(limit >= bytes && limit <= MAX_MESSAGE_BYTES, `a ${name} limit of ${limit} bytes`);
    }
    this.#maximumBytes = maximum;
  }

  /** `type` is undefined as long as only the length prefix has arrived. */
  refusal(length: number, type: number | undefined): Violation | undefined {
    if (length > MAX_MESSAGE_BYTES) {
      return violation(
        'WIRE_OVERSIZED_MESSAGE',
        `a message of ${length} bytes, but none may exceed ${MAX_MESSAGE_BYTES}`,
      );
    }
    if (type === undefined || !isKnownMessage(type)) return undefined;
    const minimum = minimumBytes[type]!;
    const maximum = this.#maximumBytes[type]!;
    if (length >= minimum && length <= maximum) return undefined;
    return wrongLength(type, length, minimum, maximum);
  }
}

function wrongLength(type: number, length: number, minimum: number, maximum: number): Violation {
  const message = `a ${shapes.get(type)?.name} message of ${length} bytes`;
  if (minimum === maximum) return violation('WIRE_BAD_LENGTH', `${message}, not ${minimum}`);
  return length < minimum
    ? violation('WIRE_BAD_LENGTH', `${message}, but it has at least ${minimum}`)
    : violation('WIRE_OVERSIZED_MESSAGE', `${message}, but it may not exceed ${maximum}`);
}
