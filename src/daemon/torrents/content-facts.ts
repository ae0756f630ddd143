/** The little of a torrent's metadata that lists show, small enough to be kept of every torrent. Pure. */
import type { Metainfo } from '../../protocol/metainfo.ts';

export interface ContentFacts {
  /** Without padding. */
  readonly fileCount: number;
  readonly pieceCount: number;
  readonly pieceLength: number;
  readonly comment?: string;
  readonly createdBy?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
}

type Described = Pick<
  Metainfo,
  'pieceCount' | 'pieceLength' | 'comment' | 'createdBy' | 'creationDateMs'
> & { readonly files: readonly { readonly padding: boolean }[] };

export function contentFacts(metainfo: Described): ContentFacts {
  const { files, pieceCount, pieceLength, comment, createdBy, creationDateMs } = metainfo;
  return {
    fileCount: files.filter(({ padding }) => !padding).length,
    pieceCount,
    pieceLength,
    ...(comment !== undefined && { comment }),
    ...(createdBy !== undefined && { createdBy }),
    ...(creationDateMs !== undefined && { createdAt: timeOf(creationDateMs) }),
  };
}

/** Some torrents name a time that no calendar has. */
function timeOf(ms: number): string {
  const date = new Date(ms);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}
