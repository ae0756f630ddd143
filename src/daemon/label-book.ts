/**
 * The labels and categories that are known: those that were made, and those that torrents have. What is
 * taken out of the book is taken from torrents too.
 */
import type { TorrentInfo } from '../api/contract/torrents.ts';
import type { Category, LabelsPort } from '../api/service/daemon-ports.ts';
import { DaemonRefusal } from '../api/service/refusal.ts';
import type { TorrentsPort } from '../api/service/torrents-port.ts';
import type { SaveFolders } from './save-folders.ts';
import type { SessionStore } from './session-store.ts';

export interface LabelBookOptions {
  readonly store: SessionStore;
  readonly torrents: Pick<TorrentsPort, 'list' | 'change'>;
  readonly folders: SaveFolders;
}

/** As the contract's schema has them, so that each fits a torrent. */
const nameForm = /^[^\p{Cc},]{1,100}$/u;
const mostNames = 10_000;

export class LabelBook implements LabelsPort {
  readonly #options: LabelBookOptions;

  constructor(options: LabelBookOptions) {
    this.#options = options;
  }

  labels(): readonly string[] {
    const { store, torrents } = this.#options;
    const names = new Set(store.labels());
    for (const { labels } of torrents.list()) for (const label of labels) names.add(label);
    return [...names].sort();
  }

  async addLabels(names: readonly string[]): Promise<void> {
    const { store } = this.#options;
    requireNames(names, store.labels().length);
    store.saveLabels(names);
    await store.flushed();
  }

  async removeLabels(names: readonly string[]): Promise<void> {
    const { store, torrents } = this.#options;
    const gone = new Set(names);
    store.removeLabels(names);
    await this.#changeWhere(
      ({ labels }) => labels.some((label) => gone.has(label)),
      ({ hash, labels }) =>
        torrents.change(hash, { labels: labels.filter((label) => !gone.has(label)) }),
    );
    await store.flushed();
  }

  categories(): readonly Category[] {
    const { store, torrents } = this.#options;
    const dirs = store.categories();
    for (const { category } of torrents.list()) {
      if (category !== undefined && !dirs.has(category)) dirs.set(category, '');
    }
    return [...dirs]
      .map(([name, dir]) => ({ name, ...(dir !== '' && { dir }) }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async putCategory({ name, dir }: Category): Promise<void> {
    const { store, folders } = this.#options;
    requireNames([name], store.categories().size);
    const chosen = dir === undefined ? '' : folders.choose(dir);
    store.saveCategory(name, chosen);
    await store.flushed();
  }

  async removeCategories(names: readonly string[]): Promise<void> {
    const { store, torrents } = this.#options;
    const gone = new Set(names);
    store.removeCategories(names);
    await this.#changeWhere(
      ({ category }) => category !== undefined && gone.has(category),
      ({ hash }) => torrents.change(hash, { category: null }),
    );
    await store.flushed();
  }

  async #changeWhere(
    is: (torrent: TorrentInfo) => boolean,
    change: (torrent: TorrentInfo) => Promise<unknown>,
  ): Promise<void> {
    await Promise.all(this.#options.torrents.list().filter(is).map(change));
  }
}

function requireNames(names: readonly string[], known: number): void {
  const bad = names.find((name) => !nameForm.test(name));
  if (bad !== undefined) {
    throw new DaemonRefusal(
      'BAD_REQUEST',
      `${JSON.stringify(bad.slice(0, 120))} is no name: 1 to 100 characters, no comma`,
      { field: 'name' },
    );
  }
  if (known + names.length > mostNames) {
    throw new DaemonRefusal('TOO_LARGE', `There are ${mostNames} names already. Remove some`);
  }
}
