/**
 * Labels and categories: those that torrents have, and those that were made without one.
 * Invariant: both lists are those of the store; a folder of a category is one that may be saved to.
 */
import type { Category, LabelsPort } from '../../api/service/daemon-ports.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import type { SaveFolders } from '../content/save-folders.ts';
import type { SessionStore, StoredTorrent } from '../session/session-store.ts';
import type { ManagedTorrent } from './managed-torrent.ts';
import type { TorrentRoster } from './torrent-roster.ts';

/** As the contract's schema has them, so that each fits a torrent. */
const nameForm = /^[^\p{Cc},]{1,100}$/u;
const mostNames = 10_000;

export class TorrentLabels implements LabelsPort {
  readonly #store: SessionStore;
  readonly #folders: SaveFolders;
  readonly #roster: TorrentRoster;
  /** Folder by name; empty for the daemon's own. */
  readonly #categories: Map<string, string>;
  readonly #labels: Set<string>;

  constructor(store: SessionStore, folders: SaveFolders, roster: TorrentRoster) {
    this.#store = store;
    this.#folders = folders;
    this.#roster = roster;
    this.#categories = store.categories();
    this.#labels = new Set(store.labels());
  }

  labels(): readonly string[] {
    const all = new Set(this.#labels);
    for (const { row } of this.#roster.all()) for (const label of row.labels) all.add(label);
    return [...all].sort();
  }

  async addLabels(names: readonly string[]): Promise<void> {
    requireNames(names, this.#labels.size);
    this.#store.saveLabels(names);
    for (const name of names) this.#labels.add(name);
    await this.#store.flushed();
  }

  async removeLabels(names: readonly string[]): Promise<void> {
    const gone = new Set(names);
    this.#store.together(() => {
      this.#store.removeLabels(names);
      this.#changeEach(({ labels }) =>
        labels.some((label) => gone.has(label))
          ? { labels: labels.filter((label) => !gone.has(label)) }
          : undefined,
      );
    });
    for (const name of names) this.#labels.delete(name);
    await this.#store.flushed();
  }

  categories(): readonly Category[] {
    const all = new Map(this.#categories);
    for (const { row } of this.#roster.all()) {
      if (row.category !== undefined && !all.has(row.category)) all.set(row.category, '');
    }
    return [...all]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, dir]) => ({ name, ...(dir !== '' && { dir }) }));
  }

  /** Where its torrents go unless told. */
  folderOf(category: string | undefined): string | undefined {
    return (category !== undefined && this.#categories.get(category)) || undefined;
  }

  async putCategory({ name, dir }: Category): Promise<void> {
    requireNames([name], this.#categories.size);
    const chosen = dir === undefined ? '' : this.#folders.choose(dir);
    this.#store.saveCategory(name, chosen);
    this.#categories.set(name, chosen);
    await this.#store.flushed();
  }

  async removeCategories(names: readonly string[]): Promise<void> {
    const gone = new Set(names);
    this.#store.together(() => {
      this.#store.removeCategories(names);
      this.#changeEach(({ category }) =>
        category !== undefined && gone.has(category) ? { category: undefined } : undefined,
      );
    });
    for (const name of names) this.#categories.delete(name);
    await this.#store.flushed();
  }

  #changeEach(news: (row: StoredTorrent) => Partial<StoredTorrent> | undefined): void {
    for (const torrent of [...this.#roster.all()]) changeIf(torrent, news(torrent.row));
  }
}

function changeIf(torrent: ManagedTorrent, news: Partial<StoredTorrent> | undefined): void {
  if (news !== undefined) torrent.change(news);
}

function requireNames(names: readonly string[], known: number): void {
  const bad = names.find((name) => !nameForm.test(name));
  if (bad !== undefined) {
    throw new DaemonRefusal(
      'BAD_REQUEST',
      `${JSON.stringify(bad.slice(0, 120))} is no name: it has 1 to 100 characters and no comma`,
      { field: 'name' },
    );
  }
  if (known + names.length > mostNames) {
    throw new DaemonRefusal('TOO_LARGE', `There are ${mostNames} names already. Remove some`);
  }
}
