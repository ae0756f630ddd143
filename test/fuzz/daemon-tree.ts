/**
 * The folders of a daemon that is fuzzed: those it may write to, and around them what it must leave alone.
 * Invariant: `requireUntouched` throws once anything but the allowed folders and the daemon's own changed.
 */
import assert from 'node:assert/strict';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of the data folder, besides what SQLite puts beside its file. */
const ownNames = /^(?:address|lock.*|resume|token|token-path|session\.sqlite.*|uploads?|.*\.tmp)$/;

export class DaemonTree {
  readonly root: string;
  readonly #before: string;
  readonly #rootNames: readonly string[];

  private constructor(root: string) {
    this.root = root;
    this.#before = print(this.outside);
    this.#rootNames = readdirSync(root).sort();
  }

  static async make(): Promise<DaemonTree> {
    const root = await mkdtemp(join(tmpdir(), 'shoal-fuzz-'));
    for (const name of ['allowed/films', 'data', 'downloads/inner', 'outside/deep', 'watch']) {
      await mkdir(join(root, name), { recursive: true });
    }
    for (const name of ['outside/sentinel.txt', 'outside/deep/sentinel.bin', 'sentinel.txt']) {
      await writeFile(join(root, name), 'it stays as it is'.padEnd(100, '.'));
    }
    // A person's own links, which no torrent may follow.
    await symlink(join(root, 'outside'), join(root, 'downloads', 'link'));
    await symlink(join(root, 'outside'), join(root, 'allowed', 'link'));
    await writeFile(join(root, 'downloads', 'barrier'), 'a file where a folder should be');
    return new DaemonTree(root);
  }

  get downloads(): string {
    return join(this.root, 'downloads');
  }

  get allowed(): string {
    return join(this.root, 'allowed');
  }

  get outside(): string {
    return join(this.root, 'outside');
  }

  get data(): string {
    return join(this.root, 'data');
  }

  requireUntouched(): void {
    assert.deepEqual(readdirSync(this.root).sort(), this.#rootNames, 'beside the allowed folders');
    assert.equal(print(this.outside), this.#before, 'outside of the allowed folders');
    assert.deepEqual(readdirSync(join(this.root, 'watch')), [], 'the watch folder');
    const strange = readdirSync(this.data).filter((name) => !ownNames.test(name));
    assert.deepEqual(strange, [], 'in the data folder');
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Names, kinds, sizes, times and bytes of all that is below. */
function print(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const stats = lstatSync(path);
      const bytes = stats.isFile() ? readFileSync(path, 'latin1') : '';
      return `${name} ${stats.mode} ${stats.mtimeMs} ${bytes}`;
    })
    .join('\n');
}
