/** All that the API tells of one torrent. Pure. */
import { join } from 'node:path';
import type { TorrentDetail, TorrentInfo } from '../../api/contract/torrents.ts';
import type { TorrentStatus } from '../../engine/torrent-status.ts';
import { formatMagnet } from '../../protocol/magnet.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';
import { contentFiles } from '../client/placed-files.ts';
import type { SourceDescription } from '../client/source-description.ts';
import type { StoredTorrent } from '../session/stored-torrent.ts';
import { contentFacts } from './content-facts.ts';

export interface DetailedPieces {
  readonly pieceCount: number;
  readonly pieceLength: number;
  readonly piecesDone: number;
}

export interface DetailFacts {
  readonly info: TorrentInfo;
  readonly row: StoredTorrent;
  readonly seedingMs: number;
  readonly activeMs: number;
  readonly status: TorrentStatus | undefined;
  readonly metainfo: Metainfo | undefined;
  readonly described: SourceDescription;
  readonly tiers: readonly (readonly string[])[];
  readonly pieces: DetailedPieces;
}

export function torrentDetail(facts: DetailFacts): TorrentDetail {
  const { info, row, status, metainfo, pieces } = facts;
  const { infoHashV2 } = metainfo ?? {};
  const { comment, createdBy, createdAt } = metainfo === undefined ? {} : contentFacts(metainfo);
  return {
    ...info,
    ...pieces,
    hasMetadata: metainfo !== undefined,
    magnet: magnetLink(facts),
    contentPath: contentPath(row, metainfo),
    wastedBytes: row.wastedBytes,
    seedingSeconds: Math.floor(facts.seedingMs / 1000),
    activeSeconds: Math.floor(facts.activeMs / 1000),
    ...(status?.availability !== undefined && { availability: status.availability }),
    ...(infoHashV2 !== undefined && { infoHashV2 }),
    ...(comment !== undefined && { comment }),
    ...(createdBy !== undefined && { createdBy }),
    ...(createdAt !== undefined && { createdAt }),
  };
}

function magnetLink({ row, metainfo, described, tiers }: DetailFacts): string {
  const { infoHashV1, infoHashV2 } = metainfo ?? described;
  return formatMagnet({
    name: row.givenName ?? row.name,
    ...(infoHashV1 !== undefined && { infoHashV1 }),
    ...(infoHashV2 !== undefined && { infoHashV2 }),
    ...(metainfo !== undefined && { lengthBytes: metainfo.contentBytes }),
    trackers: [...new Set(tiers.flat())],
    webSeeds: metainfo?.webSeeds ?? [],
  });
}

/** Of its file or folder. */
function contentPath(row: StoredTorrent, metainfo: Metainfo | undefined): string {
  if (metainfo === undefined) return join(row.dir, row.givenName ?? row.name);
  const [first] = contentFiles(metainfo, row.paths).filter(({ padding }) => !padding);
  const steps = metainfo.singleFile ? first?.path : first?.path.slice(0, 1);
  return join(row.dir, ...(steps ?? [metainfo.name]));
}
