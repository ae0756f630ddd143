/**
 * Piece layers that peers sent in an earlier run (BEP 52): a torrent that came without them need not ask
 * again.
 * Invariant: what was kept is trusted only as far as it hashes up to the roots in the info dictionary.
 */
import type { Hashes } from '../../base/hashes.ts';
import type { LogEntry } from '../../engine/ports.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';
import { decodePieceLayers, missingLayers, withPieceLayers } from '../../protocol/piece-layers.ts';
import type { ResumeFiles } from './resume-files.ts';

/** The torrent with the kept layers, or as it is. Rejects with DecodeError where no layers can be right. */
export async function withKeptLayers(
  metainfo: Metainfo,
  resume: ResumeFiles | undefined,
  hashes: Hashes,
  log: (entry: LogEntry) => void,
): Promise<Metainfo> {
  if (missingLayers(metainfo).length === 0) return metainfo;
  const { infoHash } = metainfo;
  const kept = await resume?.loadLayers(infoHash);
  if (kept === undefined) return metainfo;
  try {
    return withPieceLayers(metainfo, decodePieceLayers(kept, metainfo, hashes));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const message = `the piece hashes kept for ${metainfo.name} are not used: ${cause}. Peers are asked again.`;
    log({ level: 'warn', code: 'LAYERS_UNUSABLE', message, infoHash });
    return metainfo;
  }
}
