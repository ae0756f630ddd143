/**
 * Which folders the daemon may be told to save to: its own, those that its owner allows, and what is
 * below them.
 * Invariant: what is judged is where the path really leads, with links followed as far as it exists.
 */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import { errorCode } from '../../node/socket-cause.ts';

export class SaveFolders {
  #dir: string;
  /** Allowed by the owner of the daemon; no request adds to them. */
  readonly #roots: string[];

  constructor(dir: string, moreAllowed: readonly string[]) {
    this.#dir = resolve(dir);
    this.#roots = [this.#dir, ...moreAllowed.map((one) => resolve(one))];
  }

  /** Where downloads go unless told. */
  get dir(): string {
    return this.#dir;
  }

  /** Asked for over the network: it has to be allowed already. Throws DaemonRefusal. */
  setAllowed(dir: string): void {
    this.#dir = this.choose(dir);
  }

  /** From the owner's own settings, which allow it by naming it. */
  setOwn(dir: string): void {
    this.#dir = resolve(dir);
    if (!this.#roots.includes(this.#dir)) this.#roots.push(this.#dir);
  }

  /** A relative path is one below the daemon's folder. Throws DaemonRefusal. */
  choose(asked: string | undefined): string {
    const path = asked === undefined ? this.#dir : resolve(this.#dir, asked);
    // A share of another machine (UNC) is reached by naming it, and here it would be an odd name.
    const isShare = asked?.startsWith('\\\\') === true;
    if (!isShare && this.isAllowed(path)) return path;
    throw new DaemonRefusal(
      'FORBIDDEN_DIR',
      `${asked ?? this.#dir} is not below ${this.#dir}. Choose a folder there, or start the daemon with --allow-dir`,
      { field: 'dir' },
    );
  }

  /** Of an absolute path, which need not exist. */
  isAllowed(path: string): boolean {
    const real = realOf(path);
    return real !== undefined && this.#roots.some((root) => isBelow(real, realOf(root)));
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
