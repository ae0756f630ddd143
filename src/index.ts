/** The library: a client and a tracker to embed, and what torrents are made of and read with. */
import { nodeHashes } from './node/hashes.ts';
import { type Metainfo, parseMetainfo as parse } from './protocol/metainfo.ts';

export { DecodeError } from './base/decode-error.ts';
export { Client } from './daemon/client.ts';
export type {
  AddOptions,
  ClientFace,
  ClientOptions,
  ClientTorrent,
  TorrentSource,
} from './daemon/client-contract.ts';
export { ClientError } from './daemon/client-error.ts';
export type {
  Endpoint,
  InfoHash,
  Magnet,
  MetainfoFile,
  MetainfoVersion,
  Reason,
  TorrentPhase,
  TorrentStatus,
} from './daemon/client-types.ts';
export {
  type CreatedTorrent,
  type CreateProgress,
  type CreateTorrentOptions,
  createTorrent,
} from './daemon/create-torrent.ts';
export type { LogEntry } from './engine/ports.ts';
export type { PeerStatus } from './engine/torrent-status.ts';
export type { TrackerStatus } from './engine/tracker-status.ts';
export { formatMagnet, parseMagnet } from './protocol/magnet.ts';
export { Tracker, type TrackerOptions } from './tracker-server/tracker.ts';
export type { Metainfo };

/** Reads a .torrent file of any version (BEP 3, 52). Throws DecodeError, code `METAINFO_*` or `BENCODE_*`. */
export function parseMetainfo(bytes: Uint8Array): Metainfo {
  return parse(bytes, nodeHashes);
}
