/** Gets what the catalog lists: its .torrent as it was published, handed to the daemon. */
import { type CatalogEntry, catalogPath, torrentMediaType } from '../../api/contract/catalog.ts';
import { type TorrentInfo, torrentsPath } from '../../api/contract/torrents.ts';
import { ApiError, ask, refusalIn } from '../api.ts';
import { untrustedText } from '../parts/untrusted.tsx';

/** Rejects with ApiError. */
export async function torrentOf({ id, name }: CatalogEntry): Promise<File> {
  let response: Response;
  try {
    response = await fetch(`${catalogPath}/${id}/torrent`, { credentials: 'same-origin' });
  } catch {
    throw new ApiError('UNREACHABLE', 'The daemon does not answer. Is it still running?');
  }
  if (response.ok) {
    const bytes = await response.arrayBuffer();
    return new File([bytes], `${untrustedText(name)}.torrent`, { type: torrentMediaType });
  }
  throw refusalIn(await response.json().catch(() => undefined), response.status);
}

/** Added as it is: all files, to the daemon's folder. */
export async function getEntry(entry: CatalogEntry): Promise<TorrentInfo> {
  const body = await torrentOf(entry);
  return ask<TorrentInfo>(torrentsPath, { method: 'POST', body });
}
