/** A torrent or magnet link as `--json` shows it; the names are a contract with scripts. */
import type { Magnet, Metainfo, MetainfoFile } from '../daemon/client/client-types.ts';

export interface TorrentObject {
  readonly name: string;
  readonly infoHash?: string;
  readonly infoHashV2?: string;
  readonly version: '1' | '2' | 'hybrid';
  readonly pieceLength: number;
  readonly pieceCount: number;
  /** Sum of the files without padding. */
  readonly lengthBytes: number;
  readonly files: readonly FileObject[];
  readonly private: boolean;
  readonly trackers: readonly (readonly string[])[];
  readonly webSeeds: readonly string[];
  readonly comment?: string;
  readonly createdBy?: string;
  /** ISO 8601. */
  readonly creationDate?: string;
  /** The tag that makes cross-seeds differ. `source` already is what was asked for. */
  readonly sourceTag?: string;
}

interface FileObject {
  readonly path: string;
  readonly lengthBytes: number;
  readonly padding?: true;
  readonly piecesRoot?: string;
}

export function torrentObject(metainfo: Metainfo): TorrentObject {
  const { comment, createdBy, creationDateMs, source } = metainfo;
  return {
    name: metainfo.name,
    ...hashesObject(metainfo),
    version: metainfo.version,
    pieceLength: metainfo.pieceLength,
    pieceCount: metainfo.pieceCount,
    lengthBytes: metainfo.contentBytes,
    files: metainfo.files.map(fileObject),
    private: metainfo.private,
    trackers: metainfo.trackers,
    webSeeds: metainfo.webSeeds,
    ...(comment === undefined ? {} : { comment }),
    ...(createdBy === undefined ? {} : { createdBy }),
    ...(creationDateMs === undefined
      ? {}
      : { creationDate: new Date(creationDateMs).toISOString() }),
    ...(source === undefined ? {} : { sourceTag: source }),
  };
}

/** What a link alone tells: no pieces and no files. */
export function magnetObject(magnet: Magnet): object {
  const { infoHashV1, infoHashV2, name, lengthBytes } = magnet;
  const both = infoHashV1 !== undefined && infoHashV2 !== undefined;
  const single = infoHashV2 === undefined ? '1' : '2';
  return {
    ...(name === undefined ? {} : { name }),
    ...hashesObject(magnet),
    version: both ? 'hybrid' : single,
    ...(lengthBytes === undefined ? {} : { lengthBytes }),
    trackers: magnet.trackers.map((url) => [url]),
    webSeeds: magnet.webSeeds,
    ...(magnet.peers.length === 0 ? {} : { peers: magnet.peers.map(peerText) }),
  };
}

export function hashesObject(of: { infoHashV1?: string; infoHashV2?: string }): {
  infoHash?: string;
  infoHashV2?: string;
} {
  return {
    ...(of.infoHashV1 === undefined ? {} : { infoHash: of.infoHashV1 }),
    ...(of.infoHashV2 === undefined ? {} : { infoHashV2: of.infoHashV2 }),
  };
}

export function peerText({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function fileObject(file: MetainfoFile): FileObject {
  return {
    path: file.path.join('/'),
    lengthBytes: file.lengthBytes,
    ...(file.padding ? { padding: true as const } : {}),
    ...(file.piecesRoot === undefined ? {} : { piecesRoot: hex(file.piecesRoot) }),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
