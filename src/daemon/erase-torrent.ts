/** The end of a torrent that left the client: its files when they go too, its row, and what was verified of it. */
import type { TorrentInfo } from '../protocol/metainfo-types.ts';
import { deleteContent } from './delete-content.ts';
import type { ResumeFiles } from './resume-files.ts';
import type { SessionStore } from './session-store.ts';
import type { StoredTorrent } from './stored-torrent.ts';

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
