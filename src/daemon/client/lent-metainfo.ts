/**
 * The metainfo of a torrent that does not keep it: parsed anew from where it came from, and remembered only
 * as long as whoever asked holds it.
 */
import type { InfoHash } from '../../base/ids.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';
import { metainfoOf } from '../torrents/known-torrent.ts';
import type { TorrentContext } from '../torrents/torrent-context.ts';
import { describeSource } from './source-description.ts';

export class LentMetainfo {
  #lent: WeakRef<Metainfo> | undefined;

  /** Undefined when it cannot be had again. */
  get(infoHash: InfoHash, context: TorrentContext): Metainfo | undefined {
    let metainfo = this.#lent?.deref();
    if (metainfo === undefined) {
      metainfo = parseAgain(infoHash, context);
      this.#lent = metainfo && new WeakRef(metainfo);
    }
    return metainfo;
  }
}

function parseAgain(
  infoHash: InfoHash,
  { options, hashes, resume }: TorrentContext,
): Metainfo | undefined {
  const again = options.reload?.();
  if (again === undefined) return undefined;
  const source = describeSource(again, hashes);
  if (source.metainfo !== undefined) return source.metainfo;
  const info = resume?.loadInfoNow(infoHash);
  if (info === undefined || !source.isInfo(info)) return undefined;
  return metainfoOf(source, info, hashes);
}
