/**
 * The version 2 part of a torrent (BEP 52, "info dictionary", "file tree layout", "piece layers").
 * Invariant: every non-empty file begins at a piece boundary of the piece space, in the order of the
 * tree; a layer that is kept hashes up to the `pieces root` it stands for.
 */
import { equalBytes } from '../base/bytes.ts';
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

/**
 * Four values a file for a million files; a tree deeper than this is no tree of folders. The order of
 * the keys is the order of the pieces, and programs that sort would see another one.
 */
const treeOptions: BencodeOptions = { maxNodes: 4_000_000, maxDepth: 200, canonical: true };

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
  const tree = info.isDictionary('file tree') ? info.value('file tree', treeOptions) : undefined;
  if (!(tree instanceof Map)) throw info.wrong('file tree', 'a dictionary');
  const found: TreeFile[] = [];
  collectFiles(tree, [], found, at);
  const singleFile = found.length === 1 && safePath(found[0]!.components, rules).join('/') === name;
  const paths = new UniquePaths(rules);
  const files: MetainfoFile[] = [];
  let end = 0;
  for (const { components, entry } of found) {
    const attributes = fileAttributes(entry.get('attr'));
    if (attributes.padding) throw badTree('a file is marked as padding', at);
    const start = Math.ceil(end / pieceLength) * pieceLength;
    const lengthBytes = attributes.symlink ? 0 : fileLength(entry.get('length'), start, at);
    // Only a non-empty file is moved to a boundary, so an empty one lies where the last one ended.
    const offsetBytes = lengthBytes === 0 ? end : start;
    const path = paths.claim(safePath(components, rules));
    const file = { path, lengthBytes, offsetBytes, ...attributes };
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
  const sound = root instanceof Uint8Array && root.length === merkleHashBytes;
  // Zero is the leaf that stands for no data, so no content has it as its root.
  if (sound && root.some((byte) => byte !== 0)) return root;
  throw new DecodeError('METAINFO_PIECES_ROOT', 'a file has no "pieces root" of 32 bytes', at);
}

function badTree(message: string, at: number): DecodeError {
  return new DecodeError('METAINFO_BAD_TREE', `in "file tree", ${message}`, at);
}

/** Whether some file is larger than a piece and its layer is not there, so that its pieces cannot be checked. */
export function lacksLayers(
  files: readonly MetainfoFile[],
  pieceLength: number,
  layers: ReadonlyMap<string, Uint8Array>,
): boolean {
  return files.some(
    ({ piecesRoot: root, lengthBytes }) =>
      root !== undefined && lengthBytes > pieceLength && !layers.has(toHex(root)),
  );
}

/**
 * The `piece layers` of a .torrent by root in hex. Layers may be absent, as they are in what programs
 * write that have the torrent from a magnet link; a wrong one, or one of no file, is a DecodeError.
 */
export function parsePieceLayers(
  root: DictionaryFields,
  files: readonly MetainfoFile[],
  pieceLength: number,
  hashes: Hashes,
): Map<string, Uint8Array> {
  const layers = new Map<string, Uint8Array>();
  if (!root.has('piece layers')) return layers;
  if (!root.isDictionary('piece layers')) throw root.wrong('piece layers', 'a dictionary');
  const given = new DictionaryFields(root.bytes, root.offset('piece layers'));
  const piecesOfRoot = countPiecesByRoot(files, pieceLength, given);
  for (const [key, { start }] of given.slices) {
    const pieces = piecesOfRoot.get(key);
    if (pieces === undefined) throw badLayers('hold one that is of no file', start);
    const layer = decodeBencodePrefix(root.bytes, {}, start).value;
    if (!(layer instanceof Uint8Array) || layer.length !== pieces * merkleHashBytes) {
      throw badLayers('hold one of the wrong length', start);
    }
    const piecesRoot = encodeLatin1(key);
    if (
      pieces === 1
        ? !equalBytes(layer, piecesRoot)
        : !isLayerOfRoot(layer, piecesRoot, pieceLength, hashes)
    ) {
      throw badLayers('do not match the "pieces root" of their file', start);
    }
    if (pieces > 1) layers.set(toHex(piecesRoot), layer);
  }
  return layers;
}

/** Equal files have equal roots; files of other numbers of pieces cannot. Keyed as `given` is. */
function countPiecesByRoot(
  files: readonly MetainfoFile[],
  pieceLength: number,
  given: DictionaryFields,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { piecesRoot, lengthBytes } of files) {
    if (piecesRoot === undefined) continue;
    const key = decodeLatin1(piecesRoot);
    const pieces = Math.ceil(lengthBytes / pieceLength);
    if ((counts.get(key) ?? pieces) !== pieces) {
      throw badLayers('would be shared by files of different lengths', given.offset(key));
    }
    counts.set(key, pieces);
  }
  return counts;
}

function badLayers(message: string, at: number): DecodeError {
  return new DecodeError('METAINFO_PIECE_LAYERS', `the "piece layers" ${message}`, at);
}
