/**
 * What a torrent remembers across restarts, as bytes and back. A header with a checksum stands in
 * front of a bencoded dictionary (BEP 3), so that a torn, foreign or later file is told from a good
 * one before anything in it is believed.
 * Invariant: decoding never throws and never allocates more than a small multiple of its input;
 * what does not fit the torrent is refused as a whole.
 */
import { Bitfield } from '../base/bitfield.ts';
import { readUint32, writeUint32 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { DecodeError } from '../base/decode-error.ts';
import { fromHex, toHex } from '../base/hex.ts';
import type { InfoHash } from '../base/ids.ts';
import { decodeUtf8, encodeLatin1 } from '../base/text.ts';
import type { BencodeDictionary, BencodeInput, BencodeValue } from '../protocol/bencode.ts';
import { decodeBencode, encodeBencode } from '../protocol/bencode.ts';
import type { FileStamp } from './file-stamp.ts';
import { decodeStamps, encodeStamps } from './file-stamp.ts';
import type { Layout } from './layout.ts';

/** Beyond this a file is no resume state; look at its length before reading it. */
export const mostResumeBytes = 64 * 1024 * 1024;

const magic = encodeLatin1('SHOALRS\0');
const version = 1;
/** Magic, version, body length, CRC-32C of the body. */
const headerBytes = 20;

/** A piece that was fetched in part and written to its place, unverified. */
export interface PartialPiece {
  readonly piece: number;
  /** The blocks that are there. */
  readonly blocks: Bitfield;
}

export interface ResumeState {
  readonly infoHash: InfoHash;
  /** Wall clock, ms since 1970. */
  readonly savedAtMs: number;
  readonly verified: Bitfield;
  /** How each file was when this was saved; undefined when it did not exist. */
  readonly files: readonly (FileStamp | undefined)[];
  /** The file that holds pieces shared with unwanted files. */
  readonly partsFile?: FileStamp | undefined;
  readonly partial: readonly PartialPiece[];
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  /** Received and found corrupt. */
  readonly corruptBytes: number;
  /** How long it has been complete and running; for time goals. */
  readonly seedingForMs: number;
  /** It was complete once, and the trackers were told. */
  readonly completedOnce: boolean;
  /** Tier by tier, where they differ from the torrent's own. */
  readonly trackers?: readonly (readonly string[])[] | undefined;
  /** Per file: 0 is unwanted, then rising; absent when all are as usual. */
  readonly priorities?: Uint8Array | undefined;
  /** Where they differ from what the torrent says. */
  readonly name?: string | undefined;
  readonly savePath?: string | undefined;
}

export type ResumeRefusal =
  | 'RESUME_TOO_LARGE'
  | 'RESUME_TRUNCATED'
  | 'RESUME_NOT_RESUME'
  | 'RESUME_FUTURE_VERSION'
  | 'RESUME_CHECKSUM'
  | 'RESUME_MALFORMED'
  | 'RESUME_OTHER_TORRENT';

export type ResumeResult =
  | { readonly state: ResumeState }
  | { readonly state: undefined; readonly code: ResumeRefusal; readonly reason: string };

export function encodeResume(state: ResumeState): Uint8Array {
  const body = encodeBencode(bodyOf(state));
  const bytes = new Uint8Array(headerBytes + body.length);
  bytes.set(magic);
  writeUint32(bytes, 8, version);
  writeUint32(bytes, 12, body.length);
  writeUint32(bytes, 16, crc32c(body));
  bytes.set(body, headerBytes);
  return bytes;
}

/** The state of the torrent with this info-hash and geometry, or why there is none. Copies what it keeps. */
export function decodeResume(bytes: Uint8Array, infoHash: InfoHash, layout: Layout): ResumeResult {
  const unfit = headerRefusal(bytes);
  if (unfit !== undefined) return unfit;
  try {
    const body = decodeBencode(bytes.subarray(headerBytes));
    if (!(body instanceof Map)) return malformed('it is not a dictionary');
    const owner = body.get('info hash');
    if (!(owner instanceof Uint8Array) || toHex(owner) !== infoHash) {
      return refuse('RESUME_OTHER_TORRENT', 'it belongs to another torrent');
    }
    return stateOf(body, infoHash, layout);
  } catch (error) {
    if (error instanceof DecodeError) return malformed(error.message);
    throw error;
  }
}

function headerRefusal(bytes: Uint8Array): ResumeResult | undefined {
  if (bytes.length > mostResumeBytes) {
    return refuse('RESUME_TOO_LARGE', `it has ${bytes.length} bytes`);
  }
  const known = Math.min(bytes.length, magic.length);
  for (let i = 0; i < known; i++) {
    if (bytes[i] !== magic[i]) return refuse('RESUME_NOT_RESUME', 'it is not a resume file');
  }
  if (bytes.length < headerBytes) return refuse('RESUME_TRUNCATED', 'it ends within its header');
  const writtenBy = readUint32(bytes, 8);
  if (writtenBy !== version) {
    return writtenBy > version
      ? refuse('RESUME_FUTURE_VERSION', `it has version ${writtenBy}, written by a newer Shoal`)
      : refuse('RESUME_NOT_RESUME', `it has version ${writtenBy}`);
  }
  const bodyBytes = bytes.length - headerBytes;
  const declaredBytes = readUint32(bytes, 12);
  if (bodyBytes !== declaredBytes) {
    return refuse('RESUME_TRUNCATED', `it has ${bodyBytes} of ${declaredBytes} bytes`);
  }
  if (crc32c(bytes.subarray(headerBytes)) !== readUint32(bytes, 16)) {
    return refuse('RESUME_CHECKSUM', 'its checksum is wrong');
  }
  return undefined;
}

function bodyOf(state: ResumeState): Map<string, BencodeInput> {
  const body = new Map<string, BencodeInput>([
    ['info hash', fromHex(state.infoHash)!],
    ['saved at', Math.round(state.savedAtMs)],
    ['verified', state.verified.toBytes()],
    ['files', encodeStamps(state.files)],
    ['partial', state.partial.map(({ piece, blocks }) => [piece, blocks.toBytes()])],
    ['uploaded', state.uploadedBytes],
    ['downloaded', state.downloadedBytes],
    ['corrupt', state.corruptBytes],
    ['seeding for', Math.round(state.seedingForMs)],
    ['completed once', state.completedOnce ? 1 : 0],
  ]);
  if (state.partsFile !== undefined) body.set('parts file', encodeStamps([state.partsFile]));
  if (state.trackers !== undefined) body.set('trackers', state.trackers);
  if (state.priorities !== undefined) body.set('priorities', state.priorities);
  if (state.name !== undefined) body.set('name', state.name);
  if (state.savePath !== undefined) body.set('save path', state.savePath);
  return body;
}

function stateOf(body: BencodeDictionary, infoHash: InfoHash, layout: Layout): ResumeResult {
  const verifiedBytes = body.get('verified');
  const verified =
    verifiedBytes instanceof Uint8Array
      ? Bitfield.fromBytes(verifiedBytes, layout.pieceCount)
      : undefined;
  if (verified === undefined) return malformed('its pieces are not those of the torrent');
  const files = decodeStamps(body.get('files'), layout.files.length);
  if (files === undefined) return malformed('its files are not those of the torrent');
  const partial = partialOf(body.get('partial'), verified, layout);
  if (partial === undefined) return malformed('its partial pieces are not those of the torrent');
  const priorities = body.get('priorities');
  const numbers = [
    'saved at',
    'uploaded',
    'downloaded',
    'corrupt',
    'seeding for',
    'completed once',
  ];
  for (const key of numbers) {
    if (count(body, key) === undefined) return malformed(`its number "${key}" is missing or bad`);
  }
  return {
    state: {
      infoHash,
      savedAtMs: count(body, 'saved at')!,
      verified,
      files,
      partsFile: decodeStamps(body.get('parts file'), 1)?.[0],
      partial,
      uploadedBytes: count(body, 'uploaded')!,
      downloadedBytes: count(body, 'downloaded')!,
      corruptBytes: count(body, 'corrupt')!,
      seedingForMs: count(body, 'seeding for')!,
      completedOnce: count(body, 'completed once') !== 0,
      trackers: trackersOf(body.get('trackers')),
      priorities:
        priorities instanceof Uint8Array && priorities.length === files.length
          ? priorities.slice()
          : undefined,
      name: textOf(body.get('name')),
      savePath: textOf(body.get('save path')),
    },
  };
}

/** Undefined when the list does not fit the torrent. Pieces that are verified, and twice named ones, drop out. */
function partialOf(
  value: BencodeValue | undefined,
  verified: Bitfield,
  layout: Layout,
): PartialPiece[] | undefined {
  if (!Array.isArray(value) || value.length > layout.pieceCount) return undefined;
  const partial = new Map<number, PartialPiece>();
  for (const item of value) {
    if (!Array.isArray(item)) return undefined;
    const [piece, blockBytes] = item;
    if (typeof piece !== 'number' || !(blockBytes instanceof Uint8Array)) return undefined;
    if (piece < 0 || piece >= layout.pieceCount) return undefined;
    const blocks = Bitfield.fromBytes(blockBytes, layout.blockCount(piece));
    if (blocks === undefined) return undefined;
    if (!verified.has(piece) && !blocks.isEmpty) partial.set(piece, { piece, blocks });
  }
  return [...partial.values()];
}

function trackersOf(value: BencodeValue | undefined): string[][] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.map((tier) =>
    (Array.isArray(tier) ? tier : []).map(textOf).filter((url) => url !== undefined),
  );
}

function textOf(value: BencodeValue | undefined): string | undefined {
  return value instanceof Uint8Array ? decodeUtf8(value) : undefined;
}

function count(body: BencodeDictionary, key: string): number | undefined {
  const value = body.get(key);
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function malformed(reason: string): ResumeResult {
  return refuse('RESUME_MALFORMED', reason);
}

function refuse(code: ResumeRefusal, reason: string): ResumeResult {
  return { state: undefined, code, reason };
}
