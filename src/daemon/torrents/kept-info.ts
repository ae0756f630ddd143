/** What is in a torrent, as far as it is known without running it. */
import type { InfoHash } from '../../base/ids.ts';
import { nodeHashes } from '../../node/hashes.ts';
import { parseInfo, type TorrentInfo } from '../../protocol/metainfo.ts';
import type { ResumeFiles } from '../client/resume-files.ts';
import { describeSource, pathRules } from '../client/source-description.ts';
import type { SessionStore } from '../session/session-store.ts';

/** Undefined until the metadata of a magnet link is here. */
export async function keptInfo(
  infoHash: InfoHash,
  { store, resume }: { readonly store: SessionStore; readonly resume: ResumeFiles },
): Promise<TorrentInfo | undefined> {
  const source = store.source(infoHash);
  if (source === undefined) return undefined;
  const described = describeSource(source, nodeHashes);
  if (described.metainfo !== undefined) return described.metainfo;
  const info = await resume.loadInfo(infoHash);
  if (info === undefined || !described.isInfo(info)) return undefined;
  return parseInfo(info, nodeHashes, { pathRules });
}
