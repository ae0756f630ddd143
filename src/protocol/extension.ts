/**
 * The extension handshake (BEP 10, "handshake message"; `upload_only` of BEP 21, `metadata_size` of
 * BEP 9): which extensions a peer has, and what it tells of itself.
 * Invariant: every field that is decoded is within its bounds; a field that is not, or that is of the
 * wrong type, is absent. A peer may send the handshake again, and then it holds only the changes.
 */

import { displayText } from '../base/display-text.ts';
import { formatIp, parseIp } from '../base/ip-address.ts';
import { decodeUtf8Lossy } from '../base/text.ts';
import type { BencodeDictionary, BencodeInput, BencodeValue } from './bencode.ts';
import { encodeBencode } from './bencode.ts';
import { bytesOrNone, integerWithin, readPayloadHead } from './extension-payload.ts';
import type { Violation } from './violation.ts';
import { isViolation, violation } from './violation.ts';

/** Extended message id of the handshake itself. */
export const EXTENSION_HANDSHAKE_ID = 0;
/** Largest info dictionary that is taken from peers or announced to them. */
export const MAX_METADATA_BYTES = 33_554_432;

const MAX_HANDSHAKE_BYTES = 65_536;
const MAX_EXTENSIONS = 128;
const MAX_NAME_LENGTH = 64;
const MAX_CLIENT_NAME_LENGTH = 64;

export interface ExtensionHandshake {
  /**
   * Name (Latin-1, a character a byte) to the id the sender wants on messages it receives, 1 to 255;
   * 0 turns an extension off.
   */
  readonly messageIds: ReadonlyMap<string, number>;
  /** One line, at most 64 characters, safe to show. */
  readonly clientName?: string;
  /** Requests the sender keeps queued before it drops some; at least 1. */
  readonly reqq?: number;
  /** Size of the info dictionary, 1 to MAX_METADATA_BYTES. */
  readonly metadataSizeBytes?: number;
  /** TCP port the sender listens on. */
  readonly listenPort?: number;
  /** The receiver's address as the sender sees it. A hint, not to be trusted. */
  readonly yourIp?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** Wants no more pieces (BEP 21). */
  readonly uploadOnly?: boolean;
  readonly prefersEncryption?: boolean;
}

/** The payload of extended message 0. */
export function encodeExtensionHandshake(handshake: ExtensionHandshake): Uint8Array {
  const dictionary = new Map<string, BencodeInput>([['m', handshake.messageIds]]);
  const put = (key: string, value: BencodeInput | undefined) => {
    if (value !== undefined) dictionary.set(key, value);
  };
  put('v', handshake.clientName);
  put('reqq', handshake.reqq);
  put('metadata_size', handshake.metadataSizeBytes);
  put('p', handshake.listenPort);
  put('yourip', addressBytes(handshake.yourIp));
  put('ipv4', addressBytes(handshake.ipv4));
  put('ipv6', addressBytes(handshake.ipv6));
  put('upload_only', flag(handshake.uploadOnly));
  put('e', flag(handshake.prefersEncryption));
  return encodeBencode(dictionary);
}

function addressBytes(host: string | undefined): Uint8Array | undefined {
  return host === undefined ? undefined : parseIp(host);
}

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Bytes behind the dictionary are ignored. Violation: EXTENSION_MALFORMED. */
export function decodeExtensionHandshake(payload: Uint8Array): ExtensionHandshake | Violation {
  if (payload.length > MAX_HANDSHAKE_BYTES) {
    return violation(
      'EXTENSION_MALFORMED',
      `an extension handshake of ${payload.length} bytes, but it may not exceed ${MAX_HANDSHAKE_BYTES}`,
    );
  }
  const head = readPayloadHead(payload, 'EXTENSION_MALFORMED', 'the extension handshake');
  return isViolation(head) ? head : readHandshake(head.dictionary);
}

function readHandshake(dictionary: BencodeDictionary): ExtensionHandshake {
  const integer = (key: string, minimum: number, maximum: number) =>
    integerWithin(dictionary.get(key), minimum, maximum);
  const fields: Omit<Optional<ExtensionHandshake>, 'messageIds'> = {
    clientName: readClientName(dictionary.get('v')),
    reqq: integer('reqq', 1, Number.MAX_SAFE_INTEGER),
    metadataSizeBytes: integer('metadata_size', 1, MAX_METADATA_BYTES),
    listenPort: integer('p', 1, 65_535),
    yourIp: formatIp(bytesOrNone(dictionary.get('yourip'))),
    ipv4: readAddress(dictionary.get('ipv4'), 4),
    ipv6: readAddress(dictionary.get('ipv6'), 16),
    uploadOnly: toFlag(integer('upload_only', 0, Number.MAX_SAFE_INTEGER)),
    prefersEncryption: toFlag(integer('e', 0, Number.MAX_SAFE_INTEGER)),
  };
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { messageIds: readMessageIds(dictionary.get('m')), ...Object.fromEntries(present) };
}

type Optional<T> = { [K in keyof T]: T[K] | undefined };

function toFlag(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : value !== 0;
}

function readClientName(value: BencodeValue | undefined): string | undefined {
  const text = decodeUtf8Lossy(bytesOrNone(value).subarray(0, 16 * MAX_CLIENT_NAME_LENGTH));
  const shown = displayText(text, MAX_CLIENT_NAME_LENGTH);
  return shown === '' ? undefined : shown;
}

function readAddress(value: BencodeValue | undefined, lengthBytes: number): string | undefined {
  const bytes = bytesOrNone(value);
  return bytes.length === lengthBytes ? formatIp(bytes) : undefined;
}

function readMessageIds(value: BencodeValue | undefined): Map<string, number> {
  const ids = new Map<string, number>();
  if (!(value instanceof Map)) return ids;
  for (const [name, entry] of value) {
    const id = integerWithin(entry, 0, 255);
    if (id === undefined || name === '' || name.length > MAX_NAME_LENGTH) continue;
    ids.set(name, id);
    if (ids.size === MAX_EXTENSIONS) break;
  }
  return ids;
}
