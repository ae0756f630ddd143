/**
 * Keeps the files of one torrent apart. Invariant: no two entries share a path, and no path is both a
 * file and a folder, under the comparison of the rules in force: portable paths differ by more than
 * letter case and Unicode form. Names are given in the order of the torrent, so the same torrent
 * always yields the same names.
 */
import { numberedName, type PathRules } from './safe-path.ts';

/** What a name stands for: a file, or the identity of a folder. */
type Entry = 'file' | number;

export class UniquePaths {
  readonly #rules: PathRules;
  /** Keyed by the folder's identity and the compared form of the name in it. */
  readonly #entries = new Map<string, Entry>();
  /** Where the search for a free number goes on, so that many equal names stay cheap. */
  readonly #nextNumber = new Map<string, number>();
  #folders = 0;

  constructor(rules: PathRules) {
    this.#rules = rules;
  }

  /** The path itself, or with names numbered where they are taken. `path` holds safe components. */
  claim(path: readonly string[]): readonly string[] {
    let folder = 0;
    const claimed: string[] = [];
    for (let i = 0; i < path.length; i++) {
      const isFile = i === path.length - 1;
      const name = this.#freeName(folder, path[i]!, isFile);
      const key = this.#key(folder, name);
      const entry = this.#entries.get(key) ?? (isFile ? 'file' : ++this.#folders);
      this.#entries.set(key, entry);
      if (entry !== 'file') folder = entry;
      claimed.push(name);
    }
    return claimed;
  }

  #freeName(folder: number, name: string, isFile: boolean): string {
    const key = this.#key(folder, name);
    if (this.#fits(key, isFile)) return name;
    const counter = isFile ? `f${key}` : `d${key}`;
    // A folder in place of a file keeps its number for all that lies in it.
    for (let number = this.#nextNumber.get(counter) ?? 2; ; number++) {
      const candidate = numberedName(name, number);
      if (!this.#fits(this.#key(folder, candidate), isFile)) continue;
      this.#nextNumber.set(counter, isFile ? number + 1 : number);
      return candidate;
    }
  }

  #fits(key: string, isFile: boolean): boolean {
    const entry = this.#entries.get(key);
    return entry === undefined || (!isFile && entry !== 'file');
  }

  #key(folder: number, name: string): string {
    return `${folder}/${this.#rules === 'exact' ? name : foldName(name)}`;
  }
}

/** Equal for names that some file system takes for the same. */
function foldName(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name.toLowerCase();
  // Upper case first: it is what makes ß and ss, or the two small sigmas, one.
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
