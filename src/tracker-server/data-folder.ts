/** The tracker's data folder: where it is, what is in it, and that only one tracker uses it. */
import { join } from 'node:path';
import { defaultStateFolder, makePrivateFolder } from '../node/state-folder.ts';
import { lockStateFolder, StateLockedError } from '../node/state-lock.ts';
import { defaultPort } from './tracker-options.ts';

/** One for each port, so that two trackers of a user do not meet in it. */
export function defaultTrackerFolder(port: number): string {
  return join(defaultStateFolder(), port === defaultPort ? 'tracker' : `tracker-${port}`);
}

export interface DataFolder {
  readonly path: string;
  readonly swarmsPath: string;
  readonly catalogPath: string;
  /** Idempotent. */
  release(): void;
}

/** Another tracker uses the folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
  readonly code = 'STATE_IN_USE';
}

/** Made when missing, readable by its owner alone. Throws DataFolderInUseError, or what the file system does. */
export function openDataFolder(path: string): DataFolder {
  makePrivateFolder(path);
  try {
    const lock = lockStateFolder(path);
    return {
      path,
      swarmsPath: join(path, 'swarms'),
      catalogPath: join(path, 'catalog.sqlite'),
      release: () => lock.release(),
    };
  } catch (error) {
    if (!(error instanceof StateLockedError)) throw error;
    const owner =
      error.pid === undefined ? 'another tracker' : `another tracker (pid ${error.pid})`;
    throw new DataFolderInUseError(
      `${path} is in use by ${owner}. Stop it first, or give this one a folder of its own with --data.`,
    );
  }
}
