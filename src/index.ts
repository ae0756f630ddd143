/** The library: a client and a tracker to embed, and what torrents are made of and read with. */
export { DecodeError } from './base/decode-error.ts';
export { Client } from './daemon/client/client.ts';
export type {
  AddOptions,
  ClientFace,
  ClientOptions,
  ClientTorrent,
  FilePriority,
  FileReader,
  PieceMap,
  TorrentSource,
} from './daemon/client/client-contract.ts';
export { ClientError } from './daemon/client/client-error.ts';
export type {
  Endpoint,
  InfoHash,
  Magnet,
  Metainfo,
  MetainfoFile,
  MetainfoVersion,
  Reason,
  TorrentPhase,
  TorrentStatus,
} from './daemon/client/client-types.ts';
export {
  type CreatedTorrent,
  type CreateProgress,
  type CreateTorrentOptions,
  createTorrent,
} from './daemon/torrent-files/create-torrent.ts';
export type { LogEntry } from './engine/ports.ts';
export type { PeerStatus } from './engine/torrent-status.ts';
export type { TrackerStatus } from './engine/tracker-status.ts';
export { parseMetainfo } from './metainfo.ts';
export { formatMagnet, parseMagnet } from './protocol/magnet.ts';
export { Tracker, TrackerOptionError, type TrackerOptions } from './tracker-server/tracker.ts';
