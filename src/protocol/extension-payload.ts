/**
 * The bencoded dictionary at the head of an extension message (BEP 9, 10, 11), read the way clients
 * in the wild need it: unknown keys, values of the wrong type and numbers out of range count as
 * absent; only bytes that are no dictionary at all are a violation.
 */
import { DecodeError } from '../base/decode-error.ts';
import type { BencodeDictionary, BencodeValue } from './bencode.ts';
import { decodeBencodePrefix } from './bencode.ts';
import type { Violation, ViolationCode } from './violation.ts';
import { violation } from './violation.ts';

/** Far beyond what any client sends. */
const limits = { maxDepth: 16, maxNodes: 4096 };

export interface PayloadHead {
  readonly dictionary: BencodeDictionary;
  /** Offset of what follows the dictionary. */
  readonly end: number;
}

/** `what` names the message in the violation. */
export function readPayloadHead(
  payload: Uint8Array,
  code: ViolationCode,
  what: string,
): PayloadHead | Violation {
  try {
    const { value, end } = decodeBencodePrefix(payload, limits);
    if (value instanceof Map) return { dictionary: value, end };
    return violation(code, `${what} is not a dictionary`);
  } catch (error) {
    if (error instanceof DecodeError) return violation(code, `${what}: ${error.message}`);
    throw error;
  }
}

export function integerWithin(
  value: BencodeValue | undefined,
  minimum: number,
  maximum: number,
): number | undefined {
  return typeof value === 'number' && value >= minimum && value <= maximum ? value : undefined;
}

/** Empty when the value is no byte string. */
export function bytesOrNone(value: BencodeValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}
