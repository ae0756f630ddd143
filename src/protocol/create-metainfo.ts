/**
 * Assembling a .torrent from names, lengths and hashes that others have computed (BEP 3, 12, 19, 27, 47,
 * 52). The info dictionary holds the keys that mktorrent and transmission-create write and no more, so
 * the same content in the same order with the same options has the same info-hash.
 */
import { assert } from '../base/assert.ts';
import { type BencodeInput, bencodeKey, encodeBencode } from './bencode.ts';
import { type LaidOutFile, layOutFiles, type TorrentFileInput } from './create-metainfo-layout.ts';
import { trackerEntries, webSeedEntry } from './create-metainfo-trackers.ts';
import type { MetainfoVersion } from './metainfo-types.ts';
import { isPowerOfTwo, maxPieceLength, minPieceLengthV2 } from './piece-length.ts';

export * from './create-metainfo-layout.ts';

export interface CreateMetainfoInput {
  /** Root folder, or the file of a single-file torrent. */
  readonly name: string | Uint8Array;
  /** In final order; see `sortFiles`. */
  readonly files: readonly TorrentFileInput[];
  /** The one file stands without a folder; its path is then `name` alone and is not looked at. */
  readonly singleFile: boolean;
  readonly pieceLength: number;
  readonly version: MetainfoVersion;
  /** 20 bytes a piece over the space that `layOutFiles` gives; version 1 and hybrid. */
  readonly v1Pieces?: Uint8Array;
  /** One for each file, undefined for empty ones; version 2 and hybrid. See `hashFileV2`. */
  readonly v2Files?: readonly (FileHashesV2 | undefined)[];
  readonly private?: boolean;
  /** Write `private` as 0 where it is off, as transmission-create does; mktorrent leaves it out. */
  readonly writePublic?: boolean;
  readonly source?: string;
  readonly comment?: string;
  readonly createdBy?: string;
  /** Written in whole seconds. */
  readonly creationDateMs?: number;
  /** Tiers in order of preference. */
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
}

export interface FileHashesV2 {
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** 32 bytes a piece; only for files larger than a piece. */
  readonly layer?: Uint8Array;
}

/** The bytes of the .torrent. The input is Shoal's own, so inconsistency is a bug and asserts. */
export function createMetainfo(input: CreateMetainfoInput): Uint8Array {
  const info = infoDictionary(input);
  const root = new Map<string, BencodeInput>([['info', info], ...trackerEntries(input.trackers)]);
  if (input.webSeeds.length > 0) root.set('url-list', webSeedEntry(input.webSeeds));
  if (input.comment !== undefined) root.set('comment', input.comment);
  if (input.createdBy !== undefined) root.set('created by', input.createdBy);
  if (input.creationDateMs !== undefined) {
    root.set('creation date', Math.floor(input.creationDateMs / 1000));
  }
  if (input.version !== '1') root.set('piece layers', pieceLayers(input));
  return encodeBencode(root);
}

function infoDictionary(input: CreateMetainfoInput): ReadonlyMap<string, BencodeInput> {
  const { files, pieceLength, version } = input;
  checkInput(input);
  const info = new Map<string, BencodeInput>([
    ['name', input.name],
    ['piece length', pieceLength],
  ]);
  if (input.private) info.set('private', 1);
  else if (input.writePublic) info.set('private', 0);
  if (input.source !== undefined) info.set('source', input.source);
  if (version !== '2') {
    const laidOut = layOutFiles(files, pieceLength, version);
    const end = laidOut.at(-1)!.offsetBytes + laidOut.at(-1)!.lengthBytes;
    const expected = Math.ceil(end / pieceLength) * 20;
    assert(input.v1Pieces?.length === expected, `v1Pieces has ${expected} bytes`);
    info.set('pieces', input.v1Pieces);
    if (input.singleFile) {
      info.set('length', files[0]!.lengthBytes);
      if (files[0]!.executable) info.set('attr', 'x');
    } else info.set('files', laidOut.map(fileEntry));
  }
  if (version !== '1') {
    info.set('meta version', 2);
    info.set('file tree', fileTree(input));
  }
  return info;
}

function checkInput({
  files,
  singleFile,
  pieceLength,
  version,
  v2Files,
}: CreateMetainfoInput): void {
  assert(pieceLength >= 1 && pieceLength <= maxPieceLength, 'piece length is between 1 and 2^30');
  assert(
    version === '1' || (isPowerOfTwo(pieceLength) && pieceLength >= minPieceLengthV2),
    'a version 2 piece length is a power of two from 16 KiB',
  );
  assert(!singleFile || files.length === 1, 'a single-file torrent has one file');
  assert(
    files.some((file) => file.lengthBytes > 0),
    'a torrent has content; refuse empty folders before',
  );
  assert(
    version === '1' || v2Files?.length === files.length,
    'v2Files has one entry for each file',
  );
}

function fileEntry(file: LaidOutFile): ReadonlyMap<string, BencodeInput> {
  const entry = new Map<string, BencodeInput>([
    ['length', file.lengthBytes],
    ['path', file.path],
  ]);
  if (file.padding) entry.set('attr', 'p');
  else if (file.executable) entry.set('attr', 'x');
  return entry;
}

type Tree = Map<string, BencodeInput>;

function fileTree(input: CreateMetainfoInput): BencodeInput {
  const tree: Tree = new Map();
  for (const [i, file] of input.files.entries()) {
    const path = input.singleFile ? [input.name] : file.path;
    const properties = new Map<string, BencodeInput>([['length', file.lengthBytes]]);
    if (file.executable) properties.set('attr', 'x');
    if (file.lengthBytes > 0) {
      const root = input.v2Files?.[i]?.root;
      assert(root?.length === 32, `file ${i} has a root of 32 bytes`);
      properties.set('pieces root', root);
    }
    let folder = tree;
    for (const component of path) folder = subtree(folder, component);
    assert(folder.size === 0, `file ${i} has a path of its own`);
    folder.set('', properties);
  }
  return tree;
}

function subtree(folder: Tree, component: string | Uint8Array): Tree {
  assert(!folder.has(''), 'a file is no folder');
  const key = bencodeKey(component);
  const found = folder.get(key);
  if (found instanceof Map) return found;
  const made: Tree = new Map();
  folder.set(key, made);
  return made;
}

function pieceLayers(input: CreateMetainfoInput): ReadonlyMap<string, BencodeInput> {
  const layers = new Map<string, BencodeInput>();
  for (const [i, file] of input.files.entries()) {
    if (file.lengthBytes <= input.pieceLength) continue;
    const hashes = input.v2Files?.[i];
    const expected = Math.ceil(file.lengthBytes / input.pieceLength) * 32;
    assert(hashes?.layer?.length === expected, `file ${i} has a layer of ${expected} bytes`);
    layers.set(bencodeKey(hashes.root), hashes.layer);
  }
  return layers;
}
