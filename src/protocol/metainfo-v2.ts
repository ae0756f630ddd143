/**
 * The version 2 part of a torrent (BEP 52, "info dictionary", "file tree layout", "piece layers").
 * Invariant: every non-empty file begins at a piece boundary of the piece space, in the order of the
 * tree; a layer that is kept hashes up to the `pieces root` it stands for.
 */
import { DecodeError } from '../base/decode-error.ts';
import type { Hashes } from '../base/hashes.ts';
import { toHex } from '../base/hex.ts';
import { decodeLatin1, encodeLatin1 } from '../base/text.ts';
import { type BencodeDictionary, type BencodeOptions, decodeBencodePrefix } from './bencode.ts';
import { isLayerOfRoot, merkleHashBytes } from './merkle.ts';
import { DictionaryFields, fileAttributes } from './metainfo-fields.ts';
import type { MetainfoFile } from './metainfo-types.ts';
import { type FileList, fileLength, maxFiles } from './metainfo-v1.ts';
import { type PathRules, safePath } from './safe-path.ts';
import { UniquePaths } from './unique-paths.ts';

/** Four values a file for a million files; a tree deeper than this is no tree of folders. */
const treeLimits: BencodeOptions = { maxNodes: 4_000_000, maxDepth: 200 };

interface TreeFile {
  readonly components: readonly Uint8Array[];
  readonly entry: BencodeDictionary;
}

/** Throws DecodeError. `pieceLength` is a power of two; `name` the torrent's safe name. */
export function parseFilesV2(
  info: DictionaryFields,
  name: string,
  pieceLength: number,
  rules: PathRules,
): FileList {
  const at = info.offset('file tree');
  const tree = info.isDictionary('file tree') ? info.value('file tree', treeLimits) : undefined;
  if (!(tree instanceof Map)) throw info.wrong('file tree', 'a dictionary');
  const found: TreeFile[] = [];
  collectFiles(tree, [], found, at);
  const singleFile = found.length === 1 && safePath(found[0]!.components, rules).join('/') === name;
  const paths = new UniquePaths(rules);
  const files: MetainfoFile[] = [];
  let end = 0;
  for (const { components, entry } of found) {
    const attributes = fileAttributes(entry.get('attr'));
    const start = Math.ceil(end / pieceLength) * pieceLength;
    const lengthBytes = attributes.symlink ? 0 : fileLength(entry.get('length'), start, at);
    // Only a non-empty file is moved to a boundary, so an empty one lies where the last one ended.
    const offsetBytes = lengthBytes === 0 ? end : start;
    const path = paths.claim(safePath(components, rules));
    const file = { path, lengthBytes, offsetBytes, ...attributes, padding: false };
    files.push(lengthBytes === 0 ? file : { ...file, piecesRoot: piecesRoot(entry, at) });
    end = offsetBytes + lengthBytes;
  }
  return { files, lengthBytes: end, singleFile };
}

/** Depth is bounded by the decoder's. */
function collectFiles(
  folder: BencodeDictionary,
  above: readonly Uint8Array[],
  found: TreeFile[],
  at: number,
): void {
  for (const [key, child] of folder) {
    if (!(child instanceof Map) || key === '')
      throw badTree('a name does not lead to a dictionary', at);
    const components = [...above, encodeLatin1(key)];
    const entry = child.get('');
    if (entry === undefined) {
      collectFiles(child, components, found, at);
    } else if (!(entry instanceof Map)) {
      throw badTree('the properties of a file are not a dictionary', at);
    } else if (child.size > 1) {
      throw badTree('a file has other files below it', at);
    } else {
      if (found.length === maxFiles) {
        throw new DecodeError('METAINFO_TOO_MANY_FILES', `more than ${maxFiles} files`, at);
      }
      found.push({ components, entry });
    }
  }
}

function piecesRoot(entry: BencodeDictionary, at: number): Uint8Array {
  const root = entry.get('pieces root');
  if (root instanceof Uint8Array && root.length === merkleHashBytes) return root;
  throw new DecodeError('METAINFO_PIECES_ROOT', 'a file has no "pieces root" of 32 bytes', at);
}

function badTree(message: string, at: number): DecodeError {
  return new DecodeError('METAINFO_BAD_TREE', `in "file tree", ${message}`, at);
}

/** Files that need a layer, each root once: equal files have equal roots. */
function* layeredFiles(
  files: readonly MetainfoFile[],
  pieceLength: number,
): Generator<{ key: string; root: Uint8Array; lengthBytes: number }> {
  const lengths = new Map<string, number>();
  for (const { piecesRoot: root, lengthBytes } of files) {
    if (root === undefined || lengthBytes <= pieceLength) continue;
    const key = toHex(root);
    const pieces = Math.ceil(lengthBytes / pieceLength);
    if (lengths.get(key) === pieces) continue;
    lengths.set(key, pieces);
    yield { key, root, lengthBytes };
  }
}

/** Whether some file is larger than a piece, so that a bare info dictionary does not say enough to check it. */
export function needsLayers(files: readonly MetainfoFile[], pieceLength: number): boolean {
  return !layeredFiles(files, pieceLength).next().done;
}

/** The checked `piece layers` of a .torrent by root in hex. Throws DecodeError where one is missing or wrong. */
export function parsePieceLayers(
  root: DictionaryFields,
  files: readonly MetainfoFile[],
  pieceLength: number,
  hashes: Hashes,
): Map<string, Uint8Array> {
  const layers = new Map<string, Uint8Array>();
  if (!root.has('piece layers') && !needsLayers(files, pieceLength)) return layers;
  if (!root.isDictionary('piece layers')) throw badLayers('are missing', root.offset('info'));
  const given = new DictionaryFields(root.bytes, root.offset('piece layers'));
  for (const { key, root: piecesRoot, lengthBytes } of layeredFiles(files, pieceLength)) {
    const rawKey = decodeLatin1(piecesRoot);
    const at = given.offset(rawKey);
    const slice = given.slices.get(rawKey);
    if (slice === undefined) throw badLayers('lack one for a file larger than a piece', at);
    const layer = decodeBencodePrefix(root.bytes, {}, slice.start).value;
    const expected = Math.ceil(lengthBytes / pieceLength) * merkleHashBytes;
    if (!(layer instanceof Uint8Array) || layer.length !== expected) {
      throw badLayers('hold one of the wrong length', at);
    }
    if (!layers.has(key)) {
      if (!isLayerOfRoot(layer, piecesRoot, pieceLength, hashes)) {
        throw badLayers('do not match the "pieces root" of their file', at);
      }
      layers.set(key, layer);
    }
  }
  return layers;
}

function badLayers(message: string, at: number): DecodeError {
  return new DecodeError('METAINFO_PIECE_LAYERS', `the "piece layers" ${message}`, at);
}
