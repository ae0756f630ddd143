/**
 * Reading .torrent files and bare info dictionaries (BEP 3 "metainfo files", 5, 12, 19, 27, 47, 52).
 * Invariants of a result: paths are safe and distinct (`safe-path.ts`, `unique-paths.ts`), lengths add
 * up within 2^53 − 1, every piece has a hash or `layersMissing` is set, and the info-hash is of the raw
 * bytes of `info`.
 *
 * Limits: piece length 1 to 2^30 (version 2: a power of two from 16 KiB), 1,000,000 files, 2^21 pieces
 * in version 2, 1,000 trackers, web seeds and nodes each.
 *
 * Codes of DecodeError, besides those of bencoding: METAINFO_NOT_A_TORRENT (no dictionary with `info`),
 * METAINFO_MISSING_KEY, METAINFO_WRONG_TYPE, METAINFO_VERSION (newer than BEP 52), METAINFO_PIECE_LENGTH,
 * METAINFO_PIECES (hashes and content do not match in number), METAINFO_BAD_LENGTH, METAINFO_TOO_LARGE,
 * METAINFO_EMPTY (no content), METAINFO_TOO_MANY_FILES, METAINFO_TOO_MANY_PIECES, METAINFO_BAD_PATH, METAINFO_BAD_TREE,
 * METAINFO_PIECES_ROOT, METAINFO_PIECE_LAYERS, METAINFO_HYBRID_MISMATCH (the two parts differ).
 */
import { DecodeError } from '../base/decode-error.ts';
import type { Hashes } from '../base/hashes.ts';
import { toHex } from '../base/hex.ts';
import { infoHashFromBytes } from '../base/ids.ts';
import { decodeUtf8 } from '../base/text.ts';
import { decodeDictionarySlices } from './bencode.ts';
import { DictionaryFields } from './metainfo-fields.ts';
import { checkHybrid } from './metainfo-hybrid.ts';
import { parseNodes, parseTrackers, parseWebSeeds } from './metainfo-trackers.ts';
import type { Metainfo, MetainfoVersion, PieceHashes, TorrentInfo } from './metainfo-types.ts';
import { type FileList, parseFilesV1 } from './metainfo-v1.ts';
import { lacksLayers, parseFilesV2, parsePieceLayers } from './metainfo-v2.ts';
import { isPowerOfTwo, maxPieceLength, minPieceLengthV2 } from './piece-length.ts';
import { type PathRules, safeComponent } from './safe-path.ts';

export type * from './metainfo-types.ts';
export { type PieceExpectation, pieceVerification } from './piece-verification.ts';

/** In version 1 every piece takes 20 bytes of the torrent; a version 2 info dictionary only states lengths. */
const maxPiecesV2 = 2 ** 21;

export interface MetainfoOptions {
  /** Default `portable`; `exact` where the content lies on a case-sensitive POSIX file system. */
  readonly pathRules?: PathRules;
}

/** Parses a .torrent file. The result holds views of `bytes`. Throws DecodeError. */
export function parseMetainfo(
  bytes: Uint8Array,
  hashes: Hashes,
  options: MetainfoOptions = {},
): Metainfo {
  checkOpening(bytes);
  // Checks the syntax of the whole document once; everything after reads parts of it.
  const slices = decodeDictionarySlices(bytes, { maxDepth: 200, tolerateTrailingNewline: true });
  const root = new DictionaryFields(bytes, 0, slices);
  const infoSlice = slices.get('info');
  if (infoSlice === undefined || !root.isDictionary('info')) {
    throw new DecodeError(
      'METAINFO_NOT_A_TORRENT',
      'there is no "info" dictionary',
      root.offset('info'),
      'It is bencoded, but not a torrent.',
    );
  }
  const infoBytes = bytes.subarray(infoSlice.start, infoSlice.end);
  const draft = parseInfoAt(bytes, infoSlice.start, infoBytes, hashes, options);
  const createdSeconds = root.optionalInteger('creation date');
  const comment = root.optionalText('comment');
  const createdBy = root.optionalText('created by');
  return {
    ...draft,
    pieceHashes: withLayers(draft, root, hashes),
    trackers: parseTrackers(root),
    webSeeds: parseWebSeeds(root),
    nodes: parseNodes(root),
    ...(comment === undefined ? {} : { comment }),
    ...(createdBy === undefined ? {} : { createdBy }),
    // The range of JavaScript dates; a creation date of 0 or less is a placeholder.
    ...(createdSeconds !== undefined && createdSeconds > 0 && createdSeconds <= 8.64e12
      ? { creationDateMs: createdSeconds * 1000 }
      : {}),
  };
}

/**
 * Parses an info dictionary on its own, as a magnet link's swarm delivers it (BEP 9). The caller has
 * checked its hash. Piece layers are missing where version 2 files need them. Throws DecodeError.
 */
export function parseInfo(
  infoBytes: Uint8Array,
  hashes: Hashes,
  options: MetainfoOptions = {},
): TorrentInfo {
  decodeDictionarySlices(infoBytes, { maxDepth: 200 });
  return parseInfoAt(infoBytes, 0, infoBytes, hashes, options);
}

function parseInfoAt(
  document: Uint8Array,
  start: number,
  infoBytes: Uint8Array,
  hashes: Hashes,
  options: MetainfoOptions,
): TorrentInfo {
  const rules = options.pathRules ?? 'portable';
  const info = new DictionaryFields(document, start);
  const version = parseVersion(info);
  const pieceLength = parsePieceLength(info, version);
  const v1 = version === '2' ? undefined : hashes.sha1(infoBytes);
  const v2 = version === '1' ? undefined : hashes.sha256(infoBytes);
  const infoHash = infoHashFromBytes(v1 ?? v2!.slice(0, 20));
  const name = parseName(info, rules, infoHash);
  const listV1 = version === '2' ? undefined : parseFilesV1(info, name, rules);
  const listV2 = version === '1' ? undefined : parseFilesV2(info, name, pieceLength, rules);
  const list =
    listV1 && listV2 ? checkHybrid(listV1, listV2, pieceLength, info) : (listV1 ?? listV2!);
  const pieceCount = countPieces(list, pieceLength, version, info);
  const source = info.optionalText('source');
  return {
    name,
    version,
    infoHash,
    ...(v1 ? { infoHashV1: infoHash } : {}),
    ...(v2 ? { infoHashV2: toHex(v2) } : {}),
    pieceLength,
    pieceCount,
    lengthBytes: list.lengthBytes,
    contentBytes: list.files.reduce((sum, file) => sum + (file.padding ? 0 : file.lengthBytes), 0),
    files: list.files,
    singleFile: list.singleFile,
    private: (info.optionalInteger('private') ?? 0) !== 0,
    ...(source === undefined ? {} : { source }),
    infoBytes,
    pieceHashes: {
      ...(v1 ? { v1: parsePieces(info, pieceCount) } : {}),
      ...(v2 ? { layers: new Map() } : {}),
      layersMissing: v2 !== undefined && lacksLayers(list.files, pieceLength, new Map()),
    },
  };
}

/** Says what a file that is no torrent most likely is; people meet these far more often than broken torrents. */
function checkOpening(bytes: Uint8Array): void {
  if (bytes[0] === 0x64) return;
  const opening = (decodeUtf8(bytes.subarray(0, 64)) ?? '').trimStart().toLowerCase();
  let hint: string | undefined;
  if (bytes.length === 0) {
    throw new DecodeError('METAINFO_NOT_A_TORRENT', 'the file is empty');
  } else if (opening.startsWith('<')) {
    hint = 'It looks like a web page; was it downloaded while logged out?';
  } else if (opening.startsWith('magnet:')) {
    hint = 'It holds a magnet link; add the link itself.';
  } else if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    hint = 'It is compressed with gzip; unpack it first.';
  } else if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    hint = 'It is a zip archive; unpack it first.';
  }
  const found =
    bytes[0]! > 0x20 && bytes[0]! < 0x7f
      ? `"${String.fromCharCode(bytes[0]!)}"`
      : `byte 0x${bytes[0]!.toString(16).padStart(2, '0')}`;
  throw new DecodeError(
    'METAINFO_NOT_A_TORRENT',
    `expected a dictionary (found ${found})`,
    0,
    hint,
  );
}

function parseVersion(info: DictionaryFields): MetainfoVersion {
  const hasV1 = info.has('pieces');
  if (!info.has('meta version')) {
    if (!hasV1 && info.has('file tree')) throw info.wrong('meta version', 'an integer');
    return '1';
  }
  const version = info.integer('meta version');
  if (version !== 2) {
    throw new DecodeError(
      'METAINFO_VERSION',
      `the torrent is of version ${version}; versions 1 and 2 are known`,
      info.offset('meta version'),
    );
  }
  return hasV1 ? 'hybrid' : '2';
}

function parsePieceLength(info: DictionaryFields, version: MetainfoVersion): number {
  const value = info.integer('piece length');
  if (typeof value === 'bigint' || value < 1 || value > maxPieceLength) {
    throw pieceLengthError(info, `${value} is not between 1 and ${maxPieceLength}`);
  }
  if (version !== '1' && (value < minPieceLengthV2 || !isPowerOfTwo(value))) {
    throw pieceLengthError(
      info,
      `${value} is no power of two from ${minPieceLengthV2}, as version 2 asks`,
    );
  }
  return value;
}

function pieceLengthError(info: DictionaryFields, message: string): DecodeError {
  return new DecodeError(
    'METAINFO_PIECE_LENGTH',
    `the piece length ${message}`,
    info.offset('piece length'),
  );
}

/** A name that names nothing gives way to the info-hash, so that two such torrents do not meet in one folder. */
function parseName(info: DictionaryFields, rules: PathRules, infoHash: string): string {
  const preferred = info.optionalBytes('name.utf-8');
  const sound = preferred && decodeUtf8(preferred) !== undefined ? preferred : undefined;
  return safeComponent(sound ?? info.byteString('name'), rules) ?? infoHash;
}

function countPieces(
  list: FileList,
  pieceLength: number,
  version: MetainfoVersion,
  info: DictionaryFields,
): number {
  if (list.lengthBytes === 0) {
    throw new DecodeError(
      'METAINFO_EMPTY',
      'the torrent has no content: its files are all empty',
      info.offset('files'),
    );
  }
  const pieces = Math.ceil(list.lengthBytes / pieceLength);
  if (version === '2' && pieces > maxPiecesV2) {
    throw new DecodeError(
      'METAINFO_TOO_MANY_PIECES',
      `${pieces} pieces, but at most ${maxPiecesV2} are supported`,
      info.offset('piece length'),
    );
  }
  return pieces;
}

function parsePieces(info: DictionaryFields, pieceCount: number): Uint8Array {
  const pieces = info.byteString('pieces');
  if (pieces.length === pieceCount * 20) return pieces;
  throw new DecodeError(
    'METAINFO_PIECES',
    `"pieces" holds ${pieces.length} bytes, but ${pieceCount} pieces need ${pieceCount * 20}`,
    info.offset('pieces'),
  );
}

function withLayers(info: TorrentInfo, root: DictionaryFields, hashes: Hashes): PieceHashes {
  if (info.version === '1') return info.pieceHashes;
  const layers = parsePieceLayers(root, info.files, info.pieceLength, hashes);
  const layersMissing = lacksLayers(info.files, info.pieceLength, layers);
  return { ...info.pieceHashes, layers, layersMissing };
}
