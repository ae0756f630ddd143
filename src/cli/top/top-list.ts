/**
 * What `shoal top` shows: the daemon's torrents as its changes tell them, which of them, in which order,
 * and which one is chosen. Invariant: the chosen torrent stays chosen wherever it moves to.
 */
import type { SessionInfo, TorrentChanges, TorrentInfo } from '../../api/contract/torrents.ts';
import type { NumberedTorrent } from '../named-torrent.ts';

export const topSorts = ['number', 'name', 'size', 'done', 'down', 'up', 'state'] as const;
export type TopSort = (typeof topSorts)[number];

const textOrder = new Intl.Collator('en', { numeric: true });

/** What is most is first, where it is about an amount. */
const orders: Readonly<Record<TopSort, (a: NumberedTorrent, b: NumberedTorrent) => number>> = {
  number: (a, b) => a.number - b.number,
  name: (a, b) => textOrder.compare(a.name, b.name),
  size: (a, b) => b.lengthBytes - a.lengthBytes,
  done: (a, b) => b.progress - a.progress,
  down: (a, b) => b.downRate - a.downRate,
  up: (a, b) => b.upRate - a.upRate,
  state: (a, b) => (a.state < b.state ? -1 : Number(a.state > b.state)),
};

export class TopList {
  readonly #torrents = new Map<string, TorrentInfo>();
  #session: SessionInfo | undefined;
  #revision: number | undefined;
  #rows: readonly NumberedTorrent[] = [];
  #chosen: string | undefined;
  #sort: TopSort = 'number';
  #filter = '';

  get session(): SessionInfo | undefined {
    return this.#session;
  }

  get revision(): number | undefined {
    return this.#revision;
  }

  /** Those that match the filter, in order. */
  get rows(): readonly NumberedTorrent[] {
    return this.#rows;
  }

  get sort(): TopSort {
    return this.#sort;
  }

  get filter(): string {
    return this.#filter;
  }

  /** Of `rows`; 0 when there are none. */
  get chosenAt(): number {
    return Math.max(
      0,
      this.#rows.findIndex(({ hash }) => hash === this.#chosen),
    );
  }

  get chosen(): NumberedTorrent | undefined {
    return this.#rows[this.chosenAt];
  }

  take({ full, torrents, removed, session, revision }: TorrentChanges): void {
    if (full) this.#torrents.clear();
    for (const torrent of torrents) this.#torrents.set(torrent.hash, torrent);
    for (const hash of removed) this.#torrents.delete(hash);
    this.#session = session;
    this.#revision = revision;
    this.#arrange();
  }

  setFilter(text: string): void {
    this.#filter = text;
    this.#arrange();
  }

  nextSort(): void {
    this.#sort = topSorts[(topSorts.indexOf(this.#sort) + 1) % topSorts.length]!;
    this.#arrange();
  }

  /** By so many rows, as far as there are some. */
  move(rows: number): void {
    const at = Math.min(this.#rows.length - 1, Math.max(0, this.chosenAt + rows));
    this.#chosen = this.#rows[at]?.hash;
  }

  #arrange(): void {
    const at = this.chosenAt;
    const wanted = this.#filter.toLocaleLowerCase();
    this.#rows = [...this.#torrents.values()]
      .map((torrent, index) => ({ number: index + 1, ...torrent }))
      .filter((torrent) => matches(torrent, wanted))
      .sort((a, b) => orders[this.#sort](a, b) || a.number - b.number);
    if (this.#rows.some(({ hash }) => hash === this.#chosen)) return;
    // Its place is taken by the next one.
    this.#chosen = this.#rows[Math.min(at, this.#rows.length - 1)]?.hash;
  }
}

function matches({ name, hash, state, labels, category }: TorrentInfo, wanted: string): boolean {
  if (wanted === '') return true;
  const texts = [name, state, category ?? '', ...labels];
  return hash.startsWith(wanted) || texts.some((text) => text.toLocaleLowerCase().includes(wanted));
}
