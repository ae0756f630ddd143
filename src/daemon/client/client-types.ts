/** The types that a program above the client needs, for layers that reach the engine only through here. */
export type { Endpoint } from '../../base/endpoint.ts';
export type { InfoHash } from '../../base/ids.ts';
export type { Reason, TorrentPhase, TorrentStatus } from '../../engine/torrent-status.ts';
export type { Magnet } from '../../protocol/magnet.ts';
export type { Metainfo, MetainfoFile, MetainfoVersion } from '../../protocol/metainfo-types.ts';
