/**
 * Which torrents changed after a revision, at the cost of what changed.
 * Invariants: revisions rise by one a change and never repeat, also not over restarts; a torrent is
 * named once in an answer, as changed or as removed.
 */
export interface LoggedChanges {
  readonly revision: number;
  /** Undefined: too long ago, or never; all there is has to be told. */
  readonly changed: readonly string[] | undefined;
  readonly removed: readonly string[];
}

interface Entry {
  readonly revision: number;
  readonly hash: string;
  readonly isRemoval: boolean;
}

const spareEntries = 2048;

export class ChangeLog {
  /** Rising; an entry counts when it is the latest of its torrent. */
  #entries: Entry[] = [];
  readonly #latest = new Map<string, Entry>();
  /** What came before it is forgotten. */
  #floor: number;
  #revision: number;
  #removals = 0;

  /** `firstRevision` is beyond what any earlier run gave. */
  constructor(firstRevision: number) {
    this.#revision = firstRevision;
    this.#floor = firstRevision;
  }

  get revision(): number {
    return this.#revision;
  }

  changed(hash: string): void {
    this.#append(hash, false);
  }

  removed(hash: string): void {
    this.#append(hash, true);
  }

  since(revision: number | undefined): LoggedChanges {
    const now = this.#revision;
    if (revision === undefined || revision < this.#floor || revision > now) {
      return { revision: now, changed: undefined, removed: [] };
    }
    const changed: string[] = [];
    const removed: string[] = [];
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i]!;
      if (entry.revision <= revision) break;
      if (this.#latest.get(entry.hash) !== entry) continue;
      (entry.isRemoval ? removed : changed).push(entry.hash);
    }
    return { revision: now, changed, removed };
  }

  #append(hash: string, isRemoval: boolean): void {
    const entry = { revision: ++this.#revision, hash, isRemoval };
    this.#entries.push(entry);
    this.#latest.set(hash, entry);
    if (isRemoval) this.#removals++;
    const isLong = this.#entries.length > 2 * this.#latest.size + spareEntries;
    if (isLong || this.#removals > 2 * spareEntries) this.#compact();
  }

  /** Entries that were overtaken go; of removals the older half, and with them all that is older. */
  #compact(): void {
    const current = this.#entries.filter((entry) => this.#latest.get(entry.hash) === entry);
    const removals = current.filter(({ isRemoval }) => isRemoval);
    if (removals.length > spareEntries) {
      const last = removals[removals.length >> 1]!;
      this.#floor = last.revision;
      for (const { hash, revision } of removals) {
        if (revision <= this.#floor) this.#latest.delete(hash);
      }
    }
    this.#entries = current.filter((entry) => this.#latest.get(entry.hash) === entry);
    this.#removals = this.#entries.filter(({ isRemoval }) => isRemoval).length;
  }
}
