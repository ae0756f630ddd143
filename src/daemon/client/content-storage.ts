/**
 * Makes the engine's storage for a parsed torrent: where its files lie below a folder, what each
 * piece must hash to, and which files are wanted.
 */
import { stat } from 'node:fs/promises';
import { Layout } from '../../engine/layout.ts';
import type { StorageError, StorageSink } from '../../engine/ports.ts';
import type { ContentFile } from '../../node/disk/content-map.ts';
import type { DiskPool } from '../../node/disk/disk-pool.ts';
import { FileStorage } from '../../node/disk/file-storage.ts';
import type { PieceCheck } from '../../node/disk/piece-check.ts';
import type { ReadCache } from '../../node/disk/read-cache.ts';
import { makeFolders } from '../../node/make-folders.ts';
import { pieceVerification, type TorrentInfo } from '../../protocol/metainfo.ts';
import { ClientError } from './client-error.ts';

export interface StoragePlace {
  readonly disk: DiskPool;
  readonly cache: ReadCache;
  /** The folder that holds, or will hold, the torrent's file or folder. */
  readonly dir: string;
}

export function layoutOf(info: TorrentInfo): Layout {
  return new Layout(info.pieceLength, info.files, info.version === '2');
}

export function pieceCheckOf(info: TorrentInfo): PieceCheck {
  const expectation = pieceVerification(info);
  if (expectation.kind === 'sha1') return { kind: 'sha1', digests: expectation.digests };
  // A piece whose hash is not known has width 0, which no data passes.
  const widths = expectation.leafCounts.map((count, piece) =>
    expectation.known.has(piece) ? count : 0,
  );
  return { kind: 'merkle', roots: expectation.roots, widths };
}

export interface StorageSetup {
  readonly info: TorrentInfo;
  readonly layout: Layout;
  readonly sink: StorageSink;
  readonly files: readonly ContentFile[];
  readonly wanted: readonly boolean[] | undefined;
  /** Files that have their final name already. */
  readonly finished: readonly boolean[];
  onFileProblem(file: number | undefined, error: StorageError): void;
}

export function openStorage(place: StoragePlace, setup: StorageSetup): FileStorage {
  const { info, layout, sink, files, wanted, finished, onFileProblem } = setup;
  return new FileStorage({
    rootDir: place.dir,
    name: info.name,
    files,
    layout,
    check: pieceCheckOf(info),
    sink,
    preallocation: 'sparse',
    disk: place.disk,
    cache: place.cache,
    finished,
    onFileProblem,
    ...(wanted !== undefined && { wanted }),
  });
}

/** Makes the folder, or says why that cannot be. */
export async function prepareFolder(dir: string, mayCreate: boolean): Promise<void> {
  try {
    if (mayCreate) await makeFolders(dir);
    if ((await stat(dir)).isDirectory()) return;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new ClientError('DISK_FOLDER', `cannot use the folder ${dir}: ${cause}`, {
      cause: error,
    });
  }
  throw new ClientError('DISK_FOLDER', `cannot use the folder ${dir}: it is a file`);
}
