/**
 * Piece layers that come apart from the info dictionary (BEP 52, "piece layers"): which ones a torrent
 * lacks, how it gets them, and a form to keep them in, which is that of a .torrent with nothing else.
 */
import { DecodeError } from '../base/decode-error.ts';
import type { Hashes } from '../base/hashes.ts';
import { fromHex, toHex } from '../base/hex.ts';
import { decodeLatin1 } from '../base/text.ts';
import { encodeBencode } from './bencode.ts';
import { merkleHashBytes } from './merkle.ts';
import type { LayerShape } from './merkle-proof.ts';
import { DictionaryFields } from './metainfo-fields.ts';
import type { TorrentInfo } from './metainfo-types.ts';
import { lacksLayers, parsePieceLayers } from './metainfo-v2.ts';

/**
 * The layers without which pieces cannot be checked, each root once; none in a hybrid, which has its
 * version 1 hashes. Throws DecodeError where files of different lengths claim one root.
 */
export function missingLayers(info: TorrentInfo): LayerShape[] {
  if (info.version !== '2' || !info.pieceHashes.layersMissing) return [];
  const counts = new Map<string, number>();
  const missing = new Map<string, LayerShape>();
  for (const { piecesRoot, lengthBytes } of info.files) {
    if (piecesRoot === undefined) continue;
    const root = toHex(piecesRoot);
    const pieceCount = Math.ceil(lengthBytes / info.pieceLength);
    if ((counts.get(root) ?? pieceCount) !== pieceCount) {
      throw wrongLayers('would be shared by files of different lengths');
    }
    counts.set(root, pieceCount);
    const isThere = pieceCount === 1 || info.pieceHashes.layers?.has(root) === true;
    if (!isThere) missing.set(root, { piecesRoot, pieceCount });
  }
  return [...missing.values()];
}

/**
 * The torrent with these layers beside those it has. Each is known to belong under its root, which is
 * its key in hex. Throws DecodeError where a layer is not as long as the file it is for.
 */
export function withPieceLayers<Info extends TorrentInfo>(
  info: Info,
  layers: ReadonlyMap<string, Uint8Array>,
): Info {
  const all = new Map([...(info.pieceHashes.layers ?? []), ...layers]);
  for (const { piecesRoot, lengthBytes } of info.files) {
    const layer = piecesRoot && all.get(toHex(piecesRoot));
    const pieces = Math.ceil(lengthBytes / info.pieceLength);
    if (layer !== undefined && layer.length !== pieces * merkleHashBytes) {
      throw wrongLayers('hold one of the wrong length');
    }
  }
  const layersMissing = lacksLayers(info.files, info.pieceLength, all);
  return { ...info, pieceHashes: { ...info.pieceHashes, layers: all, layersMissing } };
}

/** `layers` by root in hex. */
export function encodePieceLayers(layers: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const byRoot = new Map<string, Uint8Array>();
  for (const [root, layer] of layers) byRoot.set(decodeLatin1(fromHex(root)!), layer);
  return encodeBencode(new Map([['piece layers', byRoot]]));
}

/** Reads what `encodePieceLayers` wrote; every layer is checked against its root. Throws DecodeError. */
export function decodePieceLayers(
  bytes: Uint8Array,
  info: TorrentInfo,
  hashes: Hashes,
): Map<string, Uint8Array> {
  return parsePieceLayers(new DictionaryFields(bytes, 0), info.files, info.pieceLength, hashes);
}

function wrongLayers(message: string): DecodeError {
  return new DecodeError('METAINFO_PIECE_LAYERS', `the "piece layers" ${message}`);
}
