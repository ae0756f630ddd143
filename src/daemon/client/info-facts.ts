/** What the swarm is to know of a metainfo. */
import type { InfoFacts } from '../../engine/torrent-options.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';

export function infoFacts({
  infoBytes,
  name,
  private: isPrivate,
  ...metainfo
}: Metainfo): InfoFacts {
  const { pieceLength, pieceHashes } = metainfo;
  const { layers } = pieceHashes;
  const pieceLayers = layers !== undefined && layers.size > 0 ? { pieceLength, layers } : undefined;
  return { bytes: infoBytes, name, isPrivate, ...(pieceLayers !== undefined && { pieceLayers }) };
}
