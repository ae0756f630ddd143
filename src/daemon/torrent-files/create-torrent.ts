/**
 * Makes a torrent of a file or folder: scans it, hashes it on all cores and puts the metainfo together
 * (BEP 3, 12, 27, 47, 52). The same content with the same options gives the same info-hash as
 * mktorrent and transmission-create.
 *
 * Codes of ClientError: CREATE_SCAN (nothing there to share, or a name that cannot be carried),
 * CREATE_EMPTY, CREATE_READ (a file could not be read, or changed meanwhile).
 */
import { Layout } from '../../engine/layout.ts';
import { type FileDigests, HashFilesError, hashFiles } from '../../node/create/hash-files.ts';
import { ScanError, type ScannedFile, scanFolder } from '../../node/create/scan-folder.ts';
import { DiskPool } from '../../node/disk/disk-pool.ts';
import { nodeHashes } from '../../node/hashes.ts';
import { SharedSlabPool } from '../../node/slab-pool.ts';
import { createMetainfo, layOutFiles, sortFiles } from '../../protocol/create-metainfo.ts';
import { type Metainfo, type MetainfoVersion, parseMetainfo } from '../../protocol/metainfo.ts';
import { automaticPieceLength } from '../../protocol/piece-length.ts';
import { ClientError } from '../client/client-error.ts';
import { packageVersion } from '../package-version.ts';

export interface CreateTorrentOptions {
  /** Tiers in order of preference (BEP 12). */
  readonly trackers?: readonly (readonly string[])[];
  readonly webSeeds?: readonly string[];
  /** Default: the last component of the path. */
  readonly name?: string;
  readonly comment?: string;
  /** Part of the info-hash. */
  readonly source?: string;
  /** BEP 27. */
  readonly private?: boolean;
  /** A power of two from 16 KiB to 1 GiB; `auto` aims at 1,500 pieces. */
  readonly pieceLength?: number | 'auto';
  /** Default `1`, which every client reads. */
  readonly version?: MetainfoVersion;
  /** Globs; one without a slash is tried on each name, one with a slash on the path below the root. */
  readonly exclude?: readonly string[];
  /** Left out of the torrent when absent, so that the same content gives the same bytes. */
  readonly creationDateMs?: number;
  /** Default `shoal/` and its version. */
  readonly createdBy?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CreateProgress) => void;
}

export interface CreateProgress {
  readonly name: string;
  readonly fileCount: number;
  readonly pieceLength: number;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface CreatedTorrent {
  /** The .torrent file. */
  readonly bytes: Uint8Array;
  readonly metainfo: Metainfo;
  /** What was left out of the folder, and why. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** Rejects with ClientError, or the signal's reason. */
export async function createTorrent(
  path: string,
  options: CreateTorrentOptions = {},
): Promise<CreatedTorrent> {
  const { exclude = [], signal } = options;
  const scan = await orClientError(
    scanFolder(path, { exclude, ...(signal === undefined ? {} : { signal }) }),
  );
  const totalBytes = scan.files.reduce((sum, file) => sum + file.lengthBytes, 0);
  if (totalBytes === 0) {
    throw new ClientError(
      'CREATE_EMPTY',
      `${path} holds only empty files: there is nothing to share.`,
    );
  }
  const version = options.version ?? '1';
  const wanted = options.pieceLength ?? 'auto';
  const plan: HashPlan = {
    files: sortFiles(scan.files, version),
    pieceLength: wanted === 'auto' ? automaticPieceLength(totalBytes) : wanted,
    version,
    totalBytes,
    name: options.name ?? scan.name,
  };
  const digests = await orClientError(hashPlanned(plan, options));
  const bytes = assemble(plan, scan.singleFile, digests, options);
  return {
    bytes,
    metainfo: parseMetainfo(bytes, nodeHashes, { pathRules: 'exact' }),
    skipped: scan.skipped,
  };
}

interface HashPlan {
  /** In the order of the torrent. */
  readonly files: readonly ScannedFile[];
  readonly pieceLength: number;
  readonly version: MetainfoVersion;
  readonly totalBytes: number;
  readonly name: string;
}

async function hashPlanned(plan: HashPlan, options: CreateTorrentOptions): Promise<FileDigests> {
  const { files, pieceLength, version, totalBytes, name } = plan;
  const planned = files.map(({ path, lengthBytes, absolutePath }) => ({
    path,
    lengthBytes,
    absolutePath,
  }));
  // Padding files come between the others and have no source.
  const laidOut = layOutFiles(planned, pieceLength, version);
  let source = 0;
  const sources = laidOut.map(({ padding }) => (padding ? '' : planned[source++]!.absolutePath));
  const contentFiles = laidOut.map(({ path, lengthBytes, offsetBytes, padding }) => ({
    path: path.map(String),
    lengthBytes,
    offsetBytes,
    padding,
  }));
  const disk = new DiskPool({ slabs: new SharedSlabPool() });
  try {
    return await hashFiles({
      files: contentFiles,
      sources,
      layout: new Layout(pieceLength, contentFiles, version === '2'),
      v1: version !== '2',
      v2: version !== '1',
      disk,
      onProgress: (hashed, all) => {
        // Padding is hashed too; people are told of the content.
        const doneBytes = Math.min(totalBytes, Math.round((hashed / all) * totalBytes));
        options.onProgress?.({ name, fileCount: files.length, pieceLength, doneBytes, totalBytes });
      },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } finally {
    await disk.close();
  }
}

function assemble(
  plan: HashPlan,
  singleFile: boolean,
  digests: FileDigests,
  options: CreateTorrentOptions,
): Uint8Array {
  const { comment, source, creationDateMs } = options;
  const { version } = plan;
  return createMetainfo({
    name: plan.name,
    // The executable bit stays out: it would make another torrent of the same content.
    files: plan.files.map(({ path, lengthBytes }) => ({ path, lengthBytes })),
    singleFile,
    pieceLength: plan.pieceLength,
    version,
    trackers: options.trackers ?? [],
    webSeeds: options.webSeeds ?? [],
    private: options.private === true,
    createdBy: options.createdBy ?? `shoal/${packageVersion()}`,
    ...(version === '2' ? {} : { v1Pieces: digests.pieces }),
    ...(version === '1' ? {} : { v2Files: treesOfFiles(plan, digests) }),
    ...(comment === undefined ? {} : { comment }),
    ...(source === undefined ? {} : { source }),
    ...(creationDateMs === undefined ? {} : { creationDateMs }),
  });
}

/** One entry a file: hashing gave one for each padding file as well. */
function treesOfFiles({ files, pieceLength, version }: HashPlan, { trees }: FileDigests) {
  const laidOut = layOutFiles(files, pieceLength, version);
  return trees
    .filter((_tree, index) => laidOut[index]?.padding === false)
    .map((tree) => {
      if (tree === undefined) return undefined;
      return { root: tree.root, ...(tree.layer === undefined ? {} : { layer: tree.layer }) };
    });
}

async function orClientError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ScanError) throw new ClientError('CREATE_SCAN', error.message);
    if (error instanceof HashFilesError) throw new ClientError(error.code, error.message);
    throw error;
  }
}
