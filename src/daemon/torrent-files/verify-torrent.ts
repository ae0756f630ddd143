/** Checks the data of a torrent on the disk, without changing anything, and says what is wrong with which file. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Bitfield } from '../../base/bitfield.ts';
import type { Layout } from '../../engine/layout.ts';
import { verifyFiles } from '../../node/create/verify-files.ts';
import type { ContentFile } from '../../node/disk/content-map.ts';
import { DiskPool } from '../../node/disk/disk-pool.ts';
import { SharedSlabPool } from '../../node/slab-pool.ts';
import type { TorrentInfo } from '../../protocol/metainfo.ts';
import { ClientError } from '../client/client-error.ts';
import { layoutOf, pieceCheckOf } from '../client/content-storage.ts';
import { contentFiles } from '../client/placed-files.ts';

export interface VerifyTorrentOptions {
  /** Holds the torrent's file or folder. */
  readonly dir: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface VerifiedFile {
  /** Below the torrent's root folder, joined with slashes. */
  readonly path: string;
  readonly lengthBytes: number;
  /** Pieces with a byte of this file that do not hash right, ascending. */
  readonly badPieces: readonly number[];
  /** What is wrong with the file itself: missing, too short. Names the path. */
  readonly problem: string | undefined;
}

export interface VerifiedTorrent {
  readonly pieceCount: number;
  readonly goodPieces: number;
  /** In the torrent's order, without padding. */
  readonly files: readonly VerifiedFile[];
  readonly ok: boolean;
}

/** Rejects with ClientError VERIFY_NO_FOLDER or VERIFY_NO_HASHES, or the signal's reason. */
export async function verifyTorrent(
  info: TorrentInfo,
  options: VerifyTorrentOptions,
): Promise<VerifiedTorrent> {
  const rootDir = resolve(options.dir);
  if (!(await stat(rootDir).catch(() => undefined))?.isDirectory()) {
    throw new ClientError('VERIFY_NO_FOLDER', `there is no folder ${rootDir}. Name it with --dir.`);
  }
  const layout = layoutOf(info);
  const files = contentFiles(info);
  const disk = new DiskPool({ slabs: new SharedSlabPool() });
  try {
    const { valid, problems } = await verifyFiles({
      rootDir,
      files,
      layout,
      check: pieceCheckOf(info),
      disk,
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const problemOf = new Map(problems.map(({ path, message }) => [path, message]));
    const verified = files.flatMap((file, index): VerifiedFile[] => {
      if (file.padding) return [];
      return [
        {
          path: info.files[index]!.path.join('/'),
          lengthBytes: file.lengthBytes,
          badPieces: badPiecesOf(index, layout, valid),
          problem: problemOf.get(absolutePath(rootDir, file)),
        },
      ];
    });
    const goodPieces = valid.count;
    const sound = verified.every(({ problem }) => problem === undefined);
    return {
      pieceCount: layout.pieceCount,
      goodPieces,
      files: verified,
      ok: sound && goodPieces === layout.pieceCount,
    };
  } finally {
    await disk.close();
  }
}

function badPiecesOf(file: number, layout: Layout, valid: Bitfield): number[] {
  const range = layout.piecesOfFile(file);
  const bad: number[] = [];
  if (range === undefined) return bad;
  for (let piece = range.first; piece <= range.last; piece++)
    if (!valid.has(piece)) bad.push(piece);
  return bad;
}

function absolutePath(rootDir: string, file: ContentFile): string {
  return resolve(rootDir, ...file.path);
}
