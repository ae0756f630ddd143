/**
 * What `shoal/metainfo` offers: reading and editing .torrent files without a client. The codec below it
 * takes its digests as a parameter; here they are Node's.
 */
import { nodeHashes } from './node/hashes.ts';
import {
  type Metainfo,
  type MetainfoOptions,
  parseInfo as parseInfoWith,
  parseMetainfo as parseWith,
  type TorrentInfo,
} from './protocol/metainfo.ts';

export { DecodeError } from './base/decode-error.ts';
export { type EditedMetainfo, editMetainfo, type MetainfoEdits } from './protocol/edit-metainfo.ts';
export type * from './protocol/metainfo.ts';
export { pieceVerification } from './protocol/metainfo.ts';

/** Reads a .torrent file of any version (BEP 3, 52). Throws DecodeError, code `METAINFO_*` or `BENCODE_*`. */
export function parseMetainfo(bytes: Uint8Array, options: MetainfoOptions = {}): Metainfo {
  return parseWith(bytes, nodeHashes, options);
}

/** Reads an info dictionary alone, as it comes from a magnet link's swarm (BEP 9). Throws DecodeError. */
export function parseInfo(bytes: Uint8Array, options: MetainfoOptions = {}): TorrentInfo {
  return parseInfoWith(bytes, nodeHashes, options);
}
