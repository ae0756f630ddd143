/** The .torrent of a torrent that is here: as it came, or made from the metadata that peers sent. */
import { fromHex } from '../../base/hex.ts';
import { decodeLatin1 } from '../../base/text.ts';
import { type BencodeInput, encodeBencode, RawBencode } from '../../protocol/bencode.ts';
import { trackerEntries } from '../../protocol/create-metainfo-trackers.ts';
import { editMetainfo } from '../../protocol/edit-metainfo.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';
import type { TorrentSource } from '../client/client-contract.ts';

/** With these trackers in place of its own. */
export function torrentFileOf(
  source: TorrentSource,
  metainfo: Metainfo,
  tiers: readonly (readonly string[])[],
): Uint8Array {
  if (typeof source !== 'string') {
    return JSON.stringify(tiers) === JSON.stringify(metainfo.trackers)
      ? source
      : editMetainfo(source, { trackers: tiers }).bytes;
  }
  const root = new Map<string, BencodeInput>(trackerEntries(tiers));
  root.set('info', new RawBencode(metainfo.infoBytes));
  const { layers } = metainfo.pieceHashes;
  if (metainfo.version !== '1') root.set('piece layers', layersOf(layers ?? new Map()));
  return encodeBencode(root);
}

/** By root: in hex here, as bytes there. */
function layersOf(layers: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, BencodeInput> {
  const byRoot = new Map<string, BencodeInput>();
  for (const [root, layer] of layers) {
    byRoot.set(decodeLatin1(fromHex(root) ?? new Uint8Array(0)), layer);
  }
  return byRoot;
}
