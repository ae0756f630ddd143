/**
 * Where the .torrent of shared data goes when nobody says: beside the work, never inside the data
 * itself, where it would become part of the content next time, and never over another torrent.
 */
import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Metainfo } from '../../protocol/metainfo-types.ts';
import { ClientError } from '../client/client-error.ts';
import { loadTorrent } from './load-source.ts';
import { writeTorrentFile } from './write-torrent-file.ts';

/** `NAME.torrent` in the working directory, or beside the data when that lies around the working directory. */
export async function defaultTorrentPath(dataPath: string, name: string): Promise<string> {
  const data = await realpath(dataPath).catch(() => resolve(dataPath));
  const here = await realpath('.');
  const inside = here === data || here.startsWith(data.endsWith(sep) ? data : data + sep);
  if (!inside) return `${name}.torrent`;
  return relative(here, join(dirname(data), `${name}.torrent`));
}

export interface KeptTorrent {
  readonly path: string;
  /** The file was there before, with the same content; it was not touched. */
  readonly existed: boolean;
}

/**
 * Writes the .torrent of data that is about to be shared. A file of the same torrent stays as it is;
 * when another torrent has the name, the first digits of the info-hash are put behind it.
 */
export async function keepTorrentFile(
  dataPath: string,
  torrent: { readonly bytes: Uint8Array; readonly metainfo: Metainfo },
  output: string | undefined,
): Promise<KeptTorrent> {
  const { bytes, metainfo } = torrent;
  const first = output ?? (await defaultTorrentPath(dataPath, metainfo.name));
  const second = first.replace(/(\.torrent)?$/, `-${metainfo.infoHash.slice(0, 8)}.torrent`);
  // A name that was asked for is not exchanged for another.
  const candidates = output === undefined ? [first, second] : [first];
  for (const path of candidates) {
    if (await holdsSame(path, metainfo)) return { path, existed: true };
    try {
      await writeTorrentFile(path, bytes, { overwrite: false });
      return { path, existed: false };
    } catch (error) {
      const isTaken = error instanceof ClientError && error.code === 'DISK_EXISTS';
      if (!isTaken) throw error;
    }
  }
  throw new ClientError(
    'DISK_EXISTS',
    `${resolve(candidates.at(-1)!)} exists already and is something else. Choose another name with --output.`,
  );
}

async function holdsSame(path: string, metainfo: Metainfo): Promise<boolean> {
  try {
    const there = await loadTorrent(path);
    return there.metainfo.infoHash === metainfo.infoHash;
  } catch {
    // Missing, unreadable or no torrent: writing will tell.
    return false;
  }
}
