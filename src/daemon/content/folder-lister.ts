/**
 * The folders that a person may choose from: those that torrents may be saved to and what lies below them.
 * Invariant: only folders are told, and a link only where it leads to an allowed one.
 */
import type { Dirent } from 'node:fs';
import { opendir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FolderListing } from '../../api/contract/torrents.ts';
import type { FoldersPort } from '../../api/service/daemon-ports.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import { errorCode } from '../../node/socket-cause.ts';
import type { SaveFolders } from './save-folders.ts';

/** Of one folder; what is beyond is not told. */
const mostEntries = 5000;

export class FolderLister implements FoldersPort {
  readonly #folders: SaveFolders;

  constructor(folders: SaveFolders) {
    this.#folders = folders;
  }

  choose(path: string | undefined): string {
    return this.#folders.choose(path);
  }

  async list(path: string | undefined): Promise<FolderListing> {
    const chosen = this.choose(path);
    const names = await this.#namesIn(chosen);
    const parent = dirname(chosen);
    return {
      path: chosen,
      ...(parent !== chosen && this.#folders.isAllowed(parent) && { parent }),
      freeBytes: await this.freeBytes(chosen),
      folders: names.map((name) => ({ name, path: join(chosen, name) })),
    };
  }

  /** Of the file system that a folder is, or would be, on. */
  async freeBytes(path: string): Promise<number> {
    for (let at = this.choose(path); ; at = dirname(at)) {
      try {
        const { bavail, bsize } = await statfs(at);
        return bavail * bsize;
      } catch (error) {
        if (errorCode(error) !== 'ENOENT' || dirname(at) === at) throw unusable(at, error);
      }
    }
  }

  /** Those that are hidden come last. */
  async #namesIn(folder: string): Promise<string[]> {
    const names: string[] = [];
    try {
      const entries = await opendir(folder);
      let seen = 0;
      for await (const entry of entries) {
        if (++seen > mostEntries) break;
        if (await this.#isAllowedFolder(folder, entry)) names.push(entry.name);
      }
    } catch (error) {
      throw unusable(folder, error);
    }
    const { compare } = new Intl.Collator('en', { numeric: true });
    const rank = (name: string): number => Number(name.startsWith('.'));
    return names.sort((a, b) => rank(a) - rank(b) || compare(a, b));
  }

  async #isAllowedFolder(folder: string, entry: Dirent): Promise<boolean> {
    if (entry.isDirectory()) return true;
    if (!entry.isSymbolicLink()) return false;
    const path = join(folder, entry.name);
    if (!this.#folders.isAllowed(path)) return false;
    return stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
  }
}

function unusable(folder: string, error: unknown): DaemonRefusal {
  const code = errorCode(error);
  if (code === 'ENOENT') {
    return new DaemonRefusal('NOT_FOUND', `There is no folder ${folder}. Choose another`, {
      field: 'path',
    });
  }
  const causes: Readonly<Record<string, string>> = {
    ENOTDIR: 'it is a file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
  };
  const cause = causes[code] ?? (error instanceof Error ? error.message : String(error));
  const message = `The folder ${folder} cannot be read: ${cause}. Choose another`;
  return new DaemonRefusal('DISK_FOLDER', message, { field: 'path' });
}
