/**
 * Which folders the daemon may be told to save to: its own, those that its owner allows, and what is
 * below them.
 * Invariant: what is judged is where the path really leads, with links followed as far as it exists.
 */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { DaemonRefusal } from '../api/service/refusal.ts';
import { errorCode } from '../node/socket-cause.ts';

export class SaveFolders {
  /** Where downloads go unless told. */
  readonly dir: string;
  readonly #allowed: readonly string[];

  constructor(dir: string, moreAllowed: readonly string[]) {
    this.dir = resolve(dir);
    this.#allowed = [this.dir, ...moreAllowed.map((one) => resolve(one))];
  }

  /** A relative path is one below the daemon's folder. Throws DaemonRefusal. */
  choose(asked: string | undefined): string {
    const path = asked === undefined ? this.dir : resolve(this.dir, asked);
    const real = realOf(path);
    if (real !== undefined && this.#allowed.some((root) => isBelow(real, realOf(root)))) {
      return path;
    }
    throw new DaemonRefusal(
      'FORBIDDEN_DIR',
      `dir is not below ${this.dir}. Choose a folder there, or start the daemon with --allow-dir`,
      { field: 'dir' },
    );
  }
}

function isBelow(path: string, root: string | undefined): boolean {
  if (root === undefined) return false;
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** What does not exist yet keeps its name below what does. Undefined where links go in a circle and the like. */
function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) return undefined;
    const above = realOf(dirname(path));
    return above === undefined ? undefined : join(above, basename(path));
  }
}
