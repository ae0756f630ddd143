/** The magnet link that names a torrent (BEP 9, 53). */
import { formatMagnet } from '../../protocol/magnet.ts';
import type { Metainfo } from '../../protocol/metainfo-types.ts';

/** Name, info-hashes, size, every tracker and web seed; `moreTrackers` follow the torrent's own. */
export function magnetOf(metainfo: Metainfo, moreTrackers: readonly string[] = []): string {
  const { name, infoHashV1, infoHashV2, contentBytes, webSeeds } = metainfo;
  return formatMagnet({
    name,
    ...(infoHashV1 === undefined ? {} : { infoHashV1 }),
    ...(infoHashV2 === undefined ? {} : { infoHashV2 }),
    lengthBytes: contentBytes,
    trackers: [...new Set([...metainfo.trackers.flat(), ...moreTrackers])],
    webSeeds,
  });
}
