/**
 * Which torrents use which paths, so that one does not write over the files of another. Torrents are
 * grouped by the first component of their paths, and only members of a shared group are compared file
 * by file. Names are folded, because many file systems do not tell case or normal forms apart.
 * Invariant: two torrents may read the same file; while they do, neither writes to it.
 */
import { join } from 'node:path';
import { finalPath, type StorageSpec } from './storage-spec.ts';

export class PathClaims {
  readonly #groups = new Map<string, Set<StorageSpec>>();
  readonly #pathsOf = new WeakMap<StorageSpec, Set<string>>();

  #version = 0;

  /** Changes whenever a torrent comes or goes. */
  get version(): number {
    return this.#version;
  }

  add(spec: StorageSpec): void {
    this.#version++;
    for (const key of groupKeys(spec)) {
      const group = this.#groups.get(key) ?? new Set();
      group.add(spec);
      this.#groups.set(key, group);
    }
  }

  remove(spec: StorageSpec): void {
    this.#version++;
    for (const key of groupKeys(spec)) {
      const group = this.#groups.get(key);
      group?.delete(spec);
      if (group?.size === 0) this.#groups.delete(key);
    }
  }

  /** Whether another torrent has the same first component, so that `conflict` may find something. */
  isContested(spec: StorageSpec): boolean {
    for (const key of groupKeys(spec)) {
      if ((this.#groups.get(key)?.size ?? 0) > 1) return true;
    }
    return false;
  }

  /** The path of `file` when another torrent uses it too. */
  conflict(spec: StorageSpec, file: number): string | undefined {
    const entry = spec.files[file];
    if (entry === undefined || entry.padding) return undefined;
    const group = this.#groups.get(groupKey(spec, entry.path[0] ?? ''));
    if (group === undefined || group.size < 2) return undefined;
    const path = finalPath(spec, file);
    const folded = fold(path);
    for (const other of group) if (other !== spec && this.#paths(other).has(folded)) return path;
    return undefined;
  }

  #paths(spec: StorageSpec): Set<string> {
    let paths = this.#pathsOf.get(spec);
    if (paths === undefined) {
      paths = new Set();
      for (let i = 0; i < spec.files.length; i++) {
        if (!spec.files[i]!.padding) paths.add(fold(finalPath(spec, i)));
      }
      this.#pathsOf.set(spec, paths);
    }
    return paths;
  }
}

function groupKeys(spec: StorageSpec): Set<string> {
  const components = new Set<string>();
  for (const file of spec.files) if (!file.padding) components.add(file.path[0] ?? '');
  return new Set(Array.from(components, (component) => groupKey(spec, component)));
}

function groupKey(spec: StorageSpec, component: string): string {
  return fold(join(spec.rootDir, component));
}

function fold(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
