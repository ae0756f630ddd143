/**
 * What is known of a torrent before any peer is asked: its metainfo, from the source or from an earlier
 * run, and where that run ended.
 */
import type { ResumeState } from '../../engine/resume.ts';
import { type Metainfo, parseInfo } from '../../protocol/metainfo.ts';
import { layoutOf } from '../client/content-storage.ts';
import { withKeptLayers } from '../client/kept-layers.ts';
import { pathRules, type SourceDescription } from '../client/source-description.ts';
import type { TorrentContext } from './torrent-context.ts';

export interface KnownTorrent {
  /** Undefined for a magnet whose metadata was never here. */
  readonly metainfo: Metainfo | undefined;
  readonly saved: ResumeState | undefined;
}

/** Rejects with DecodeError where the metadata cannot be used. */
export async function loadKnown(
  source: SourceDescription,
  { resume, hashes, log }: TorrentContext,
): Promise<KnownTorrent> {
  let { metainfo } = source;
  if (metainfo === undefined) {
    const info = await resume?.loadInfo(source.infoHash);
    if (info === undefined || !source.isInfo(info)) return { metainfo, saved: undefined };
    metainfo = metainfoOf(source, info, hashes);
  }
  metainfo = await withKeptLayers(metainfo, resume, hashes, log);
  const saved = await resume?.load(source.infoHash, layoutOf(metainfo));
  return { metainfo, saved };
}

/** The metadata of a magnet as a metainfo: what the link says of trackers belongs to it. Throws DecodeError. */
export function metainfoOf(
  { trackers }: SourceDescription,
  info: Uint8Array,
  hashes: TorrentContext['hashes'],
): Metainfo {
  return { ...parseInfo(info, hashes, { pathRules }), trackers, webSeeds: [], nodes: [] };
}
