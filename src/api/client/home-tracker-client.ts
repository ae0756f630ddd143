/** The catalog and the figures of the tracker that a daemon calls its own, asked through the daemon. */
import {
  type CatalogDetail,
  type CatalogPage,
  type CatalogQuery,
  catalogPath,
  torrentMediaType,
} from '../contract/catalog.ts';
import { homeTrackerPath } from '../contract/torrents.ts';
import { type Fields, fields } from './answer-fields.ts';
import { readDetail, readPage } from './catalog-answers.ts';
import type { DaemonAsker } from './daemon-asker.ts';
import { DaemonError } from './daemon-error.ts';

export class HomeTrackerClient {
  readonly #asker: DaemonAsker;

  constructor(asker: DaemonAsker) {
    this.#asker = asker;
  }

  async catalog(query: CatalogQuery = {}, signal?: AbortSignal): Promise<CatalogPage> {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined && value !== '') parameters.set(key, String(value));
    }
    const path = parameters.size === 0 ? catalogPath : `${catalogPath}?${parameters}`;
    return this.#asker.readAs({ method: 'GET', path, signal }, readPage);
  }

  /** By id, info-hash or name. */
  async entry(ref: string, signal?: AbortSignal): Promise<CatalogDetail> {
    return this.#asker.readAs({ method: 'GET', path: pathOf(ref), signal }, readDetail);
  }

  /** The bytes as they were published. They are a stranger's: nothing about them was checked here. */
  async torrent(ref: string, signal?: AbortSignal): Promise<Uint8Array> {
    const path = `${pathOf(ref)}/torrent`;
    const { status, headers, body } = await this.#asker.ask({ method: 'GET', path, signal });
    if (headers.get('content-type') !== torrentMediaType) throw this.#asker.absent(status);
    return body;
  }

  /** As the tracker of its kind gives them; nothing in them is checked. */
  async statistics(signal?: AbortSignal): Promise<Fields> {
    const path = homeTrackerPath;
    return this.#asker.readAs({ method: 'GET', path, signal }, (value) =>
      fields(value, 'the answer'),
    );
  }
}

function pathOf(ref: string): string {
  // URLs have no place for these, and no torrent is named so.
  if (/^\.{0,2}$/.test(ref)) {
    throw new DaemonError(
      'DAEMON_NOT_FOUND',
      `${JSON.stringify(ref)} names no torrent. Give an id, an info-hash or a name`,
    );
  }
  return `${catalogPath}/${encodeURIComponent(ref.toWellFormed())}`;
}
