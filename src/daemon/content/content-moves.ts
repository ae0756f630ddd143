/**
 * Brings torrents of the daemon to other folders and gives their files other names, also across a crash.
 * Invariants: what is about to be done stands in the store before anything is touched, and is carried on
 * at the next start; the torrent is out of the client meanwhile and back with all it had verified.
 */
import { realpath, stat } from 'node:fs/promises';
import type { TorrentMove, TorrentRename } from '../../api/contract/torrents.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import type { InfoHash } from '../../base/ids.ts';
import { sameStamp } from '../../engine/file-stamp.ts';
import { readFileFacts } from '../../node/disk/file-facts.ts';
import type { TorrentInfo as ContentInfo } from '../../protocol/metainfo.ts';
import { ClientError } from '../client/client-error.ts';
import { layoutOf, prepareFolder } from '../client/content-storage.ts';
import { contentFiles } from '../client/placed-files.ts';
import type { ResumeFiles } from '../client/resume-files.ts';
import {
  bringOver,
  type ContentMove,
  removeOld,
  requireMovable,
  takeBack,
} from './content-move.ts';
import { renameContent, requireFreeName } from './content-rename.ts';
import { ownedPaths } from './owned-paths.ts';
import { Places } from './places.ts';
import { planRename } from './rename-plan.ts';
import type { SaveFolders } from './save-folders.ts';

/** What was begun and is not done. */
export type PendingMove =
  | { readonly kind: 'move'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'rename';
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly isFolder: boolean;
    };

export interface MovableRow {
  readonly infoHash: InfoHash;
  readonly name: string;
  readonly givenName: string | undefined;
  readonly dir: string;
  readonly paths: ReadonlyMap<number, readonly string[]>;
  readonly recheck: boolean;
  readonly moving: PendingMove | undefined;
}

export interface MovableTorrent {
  readonly row: MovableRow;
  readonly isMoving: boolean;
  /** Undefined until the metadata is here. */
  contentInfo(): Promise<ContentInfo | undefined>;
  change(news: Partial<MovableRow>): void;
  /** `work` while it is out of the client; what it gives is written. Rejects with what `work` rejects with. */
  whileOut(work: () => Promise<Partial<MovableRow>>): Promise<void>;
}

export interface ContentMovesOptions {
  readonly folders: SaveFolders;
  readonly resume: ResumeFiles;
  /** Settles when what was changed is on the disk. */
  flushed(): Promise<void>;
  /** A move ended otherwise than asked, with nobody waiting for it. */
  onTrouble(torrent: MovableTorrent, message: string): void;
  /** Between 0 and 1. */
  onProgress?(torrent: MovableTorrent, progress: number): void;
}

export class ContentMoves {
  readonly #options: ContentMovesOptions;
  readonly #running = new Map<InfoHash, AbortController>();
  /** Two copies at once keep two disks busy; more only make them seek. */
  readonly #copying = new Places(2);
  #isClosing = false;

  constructor(options: ContentMovesOptions) {
    this.#options = options;
  }

  /** Settles when the files are on their way, or are where they should be. Rejects with DaemonRefusal. */
  async move(torrent: MovableTorrent, { dir, data }: TorrentMove): Promise<void> {
    this.requireStill(torrent);
    const to = this.#options.folders.choose(dir);
    const from = torrent.row.dir;
    if (to === from && data !== false) return;
    await orRefusal(prepareFolder(to, true));
    const info = await torrent.contentInfo();
    const isSame = (await realpath(to)) === (await realpath(from).catch(() => undefined));
    if (data === false || info === undefined || isSame) {
      this.requireStill(torrent);
      await torrent.whileOut(async () => ({ dir: to, ...(data === false && { recheck: true }) }));
      return;
    }
    await orRefusal(requireMovable(moveOf(torrent, info, { from, to })));
    this.requireStill(torrent);
    await this.#begin(torrent, { kind: 'move', from, to });
  }

  /** Rejects with DaemonRefusal. */
  async rename(torrent: MovableTorrent, asked: TorrentRename): Promise<void> {
    this.requireStill(torrent);
    const info = await torrent.contentInfo();
    if (info === undefined) {
      throw new DaemonRefusal(
        'NO_METADATA',
        `What is in ${torrent.row.name} is not known before its metadata is here. Wait for it, then rename`,
      );
    }
    const plan = planRename(contentFiles(info, torrent.row.paths), asked);
    if (plan === undefined) return;
    const { from, to, isFolder, isTop } = plan;
    const { dir, paths, givenName } = torrent.row;
    await orRefusal(requireFreeName({ dir, from, to, isFolder }));
    this.requireStill(torrent);
    await orRefusal(
      torrent.whileOut(async () => {
        torrent.change({
          paths: withoutOwn(info, new Map([...paths, ...plan.paths])),
          ...(isTop && { givenName: to[0] === info.name ? undefined : to[0] }),
          moving: { kind: 'rename', from, to, isFolder },
        });
        await this.#options.flushed();
        try {
          await renameContent({ dir, from, to, isFolder });
        } catch (error) {
          torrent.change({ paths, givenName, moving: undefined });
          throw error;
        }
        return { moving: undefined };
      }),
    );
  }

  /** What a crash or the end of the daemon cut short. */
  carryOn(torrent: MovableTorrent): void {
    const { moving, dir, infoHash } = torrent.row;
    if (moving === undefined || torrent.isMoving || this.#running.has(infoHash)) return;
    if (moving.kind === 'move') {
      void this.#begin(torrent, moving);
      return;
    }
    const { from, to, isFolder } = moving;
    const renaming = torrent.whileOut(async () => {
      await renameContent({ dir, from, to, isFolder }).catch((error: unknown) =>
        this.#options.onTrouble(torrent, messageOf(error)),
      );
      return { moving: undefined };
    });
    renaming.catch((error: unknown) => this.#options.onTrouble(torrent, messageOf(error)));
  }

  /** What an earlier move could not do is carried on first. Throws DaemonRefusal. */
  requireStill(torrent: MovableTorrent): void {
    const { row, isMoving } = torrent;
    if (!isMoving && row.moving === undefined) return;
    this.carryOn(torrent);
    throw new DaemonRefusal(
      'TORRENT_MOVING',
      `The files of ${row.givenName ?? row.name} are on their way to another folder. Wait until they are there`,
    );
  }

  /** Takes the files back, so that something else may be done with the torrent. */
  cancel(torrent: MovableTorrent): void {
    this.#running.get(torrent.row.infoHash)?.abort(new Error('it was taken back'));
  }

  /** Leaves off where it is; `carryOn` goes on from there. */
  close(): void {
    this.#isClosing = true;
    for (const running of this.#running.values()) running.abort(new Error('the daemon is ending'));
  }

  // -------------------------------------------------------------- steps

  /** Settles when it has begun. */
  #begin(torrent: MovableTorrent, moving: PendingMove & { kind: 'move' }): Promise<void> {
    const { infoHash } = torrent.row;
    const abort = new AbortController();
    if (this.#isClosing) abort.abort(new Error('the daemon is ending'));
    this.#running.set(infoHash, abort);
    return new Promise((begun) => {
      torrent
        .whileOut(() => {
          begun();
          return this.#move(torrent, moving, abort.signal);
        })
        .catch((error: unknown) => {
          if (!this.#isClosing) this.#options.onTrouble(torrent, messageOf(error));
        })
        .finally(() => {
          this.#running.delete(infoHash);
          begun();
        });
    });
  }

  async #move(
    torrent: MovableTorrent,
    moving: PendingMove & { kind: 'move' },
    signal: AbortSignal,
  ): Promise<Partial<MovableRow>> {
    const info = await torrent.contentInfo();
    if (info === undefined) return { dir: moving.to, moving: undefined };
    const move = moveOf(torrent, info, moving);
    if (torrent.row.dir !== moving.to) {
      if (torrent.row.moving === undefined) {
        torrent.change({ moving });
        await this.#options.flushed();
      }
      await this.#bringOver(torrent, move, signal);
      await this.#restamp(torrent, info, move);
      torrent.change({ dir: moving.to });
      await this.#options.flushed();
    }
    // From here on the new folder is the one that counts.
    await removeOld(move).catch((error: unknown) => {
      const words = `some files stay behind in ${moving.from}: ${messageOf(error)}`;
      this.#options.onTrouble(torrent, words);
    });
    return { moving: undefined };
  }

  async #bringOver(torrent: MovableTorrent, move: ContentMove, signal: AbortSignal): Promise<void> {
    const onProgress = (done: number, total: number): void =>
      this.#options.onProgress?.(torrent, total === 0 ? 1 : done / total);
    const leave = (await isSameDisk(move)) ? undefined : await this.#copying.take();
    try {
      await bringOver(move, { signal, onProgress });
    } catch (error) {
      if (this.#isClosing) throw error;
      await takeBack(move);
      torrent.change({ moving: undefined });
      throw new ClientError('MOVE_FAILED', `the files stay in ${move.from}: ${messageOf(error)}`, {
        cause: error,
      });
    } finally {
      leave?.();
    }
  }

  /** A copy may have another time than the file, to the fraction that a file system knows. */
  async #restamp(torrent: MovableTorrent, info: ContentInfo, { from, to }: ContentMove) {
    const { resume } = this.#options;
    const saved = await resume.load(torrent.row.infoHash, layoutOf(info));
    if (saved === undefined) return;
    const files = contentFiles(info, torrent.row.paths);
    const states = new Int32Array(files.length);
    const before = await readFileFacts({ rootDir: from, files, states });
    const after = await readFileFacts({ rootDir: to, files, states });
    const stamps = saved.files.map((stamp, file) =>
      stamp !== undefined && sameStamp(stamp, before[file]) ? after[file] : stamp,
    );
    await resume.save({ ...saved, files: stamps });
  }
}

/** Throws ClientError while files may be in two folders. */
export function requireNoMove({ moving }: Pick<MovableRow, 'moving'>): void {
  if (moving === undefined) return;
  const where = moving.kind === 'move' ? `from ${moving.from} to ${moving.to}` : 'to other names';
  throw new ClientError(
    'MOVE_UNFINISHED',
    `its files could not be brought ${where}. Mend what stood in the way, then start it: that carries on.`,
  );
}

function moveOf(
  torrent: MovableTorrent,
  info: ContentInfo,
  { from, to }: { readonly from: string; readonly to: string },
): ContentMove {
  return { from, to, paths: ownedPaths(contentFiles(info, torrent.row.paths), info.name) };
}

/** Files that are back where the metainfo says. */
function withoutOwn(
  info: ContentInfo,
  paths: ReadonlyMap<number, readonly string[]>,
): ReadonlyMap<number, readonly string[]> {
  const own = contentFiles(info);
  return new Map([...paths].filter(([file, path]) => path.join('/') !== own[file]?.path.join('/')));
}

async function isSameDisk({ from, to }: ContentMove): Promise<boolean> {
  const [here, there] = await Promise.all(
    [from, to].map((path) => stat(path).catch(() => undefined)),
  );
  return here !== undefined && here.dev === there?.dev;
}

async function orRefusal<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const field = error.code === 'NAME_TAKEN' ? {} : { field: 'dir' };
    throw new DaemonRefusal(
      error.code === 'NAME_TAKEN' ? 'NAME_TAKEN' : 'DISK_FOLDER',
      error.message,
      field,
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
