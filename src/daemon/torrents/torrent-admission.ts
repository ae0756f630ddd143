/** What somebody wants to add, as it goes into the session. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import type { AddTorrent } from '../../api/service/torrents-port.ts';
import type { TorrentInfo } from '../../protocol/metainfo-types.ts';
import { ClientError } from '../client/client-error.ts';
import { prepareFolder } from '../client/content-storage.ts';
import { contentFiles } from '../client/placed-files.ts';
import type { SourceDescription } from '../client/source-description.ts';
import { namesOf } from '../content/owned-paths.ts';
import { noPaths, type StoredTorrent } from '../session/stored-torrent.ts';
import { withoutFiles } from './file-wishes.ts';

export interface Admission {
  readonly described: SourceDescription;
  readonly asked: Omit<AddTorrent, 'source'>;
  readonly dir: string;
  readonly isStarted: boolean;
  readonly checksAlone?: boolean;
  readonly queuePosition: number;
}

/** Beyond this a number of a file is none, whatever the metadata will say. */
const mostFiles = 1_000_000;

/** Throws DaemonRefusal for files that it does not have. */
export function admitted(admission: Admission): StoredTorrent {
  const { described, asked, dir, isStarted, checksAlone = false, queuePosition } = admission;
  const { infoHash, name, metainfo } = described;
  const lengthBytes = metainfo?.contentBytes ?? 0;
  const trackers = asked.trackers ?? [];
  return {
    infoHash,
    dir,
    moving: undefined,
    trackers,
    tiers: undefined,
    firstTracker: trackers[0] ?? described.trackers[0]?.[0],
    wanted: isStarted ? 'started' : 'stopped',
    recheck: false,
    checksAlone,
    forced: false,
    goalReached: undefined,
    goalWaived: false,
    addedAtMs: Date.now(),
    completedAtMs: undefined,
    activeAtMs: undefined,
    name,
    givenName: undefined,
    paths: noPaths,
    private: described.private,
    labels: [...new Set(asked.labels ?? [])],
    category: asked.category,
    queuePosition,
    sequential: asked.sequential ?? false,
    downLimit: asked.downLimit ?? undefined,
    upLimit: asked.upLimit ?? undefined,
    seedRatio: undefined,
    seedTimeSeconds: undefined,
    priorities: skipped(asked.skip, metainfo?.files.length),
    lengthBytes,
    wantedBytes: lengthBytes,
    doneBytes: 0,
    uploadedBytes: 0,
    downloadedBytes: 0,
    wastedBytes: 0,
    seedingMs: 0,
    activeMs: 0,
  };
}

/** Of a magnet link the files are not known yet: as many as are named. */
function skipped(
  skip: readonly number[] | undefined,
  fileCount: number | undefined,
): Uint8Array | undefined {
  if (skip === undefined || skip.length === 0) return undefined;
  const named = Math.min(mostFiles, skip.reduce((most, file) => Math.max(most, file), 0) + 1);
  return withoutFiles(skip, fileCount ?? named);
}

/** Whether its first file seems to be there, whole or not. */
export async function hasContent(info: TorrentInfo, dir: string): Promise<boolean> {
  const first = contentFiles(info).find(({ padding, lengthBytes }) => !padding && lengthBytes > 0);
  if (first === undefined) return false;
  for (const path of namesOf(first)) {
    const isThere = await lstat(join(dir, ...path)).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}

/** Rejects with DaemonRefusal. */
export async function requireFolder(dir: string): Promise<void> {
  try {
    await prepareFolder(dir, true);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    throw new DaemonRefusal('DISK_FOLDER', error.message, { field: 'dir' });
  }
}
