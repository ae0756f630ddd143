/** The end of a torrent that left the client: its files when they go too, its row, and what was verified of it. */
import type { TorrentInfo } from '../../protocol/metainfo-types.ts';
import type { ResumeFiles } from '../client/resume-files.ts';
import { deleteContent } from '../content/delete-content.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { StoredTorrent } from '../session/stored-torrent.ts';

/** `info`: whose files go; undefined leaves all files. Rejects with what the file system says. */
export async function eraseTorrent(
  { infoHash, dir, paths }: StoredTorrent,
  info: TorrentInfo | undefined,
  { store, resume }: { readonly store: SessionStore; readonly resume: ResumeFiles },
): Promise<void> {
  if (info !== undefined) await deleteContent(info, dir, paths);
  store.remove(infoHash);
  await resume.forget(infoHash);
}
