/** The catalog and the figures of the tracker that a daemon calls its own, asked through the daemon. */
import {
  type CatalogDetail,
  type CatalogPage,
  type CatalogQuery,
  catalogPath,
} from '../contract/catalog.ts';
import { homeTrackerPath } from '../contract/torrents.ts';
import { type Fields, fields } from './answer-fields.ts';
import { readDetail, readPage } from './catalog-answers.ts';
import type { DaemonAsker } from './daemon-asker.ts';

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
    const path = `${catalogPath}/${encodeURIComponent(ref.toWellFormed())}`;
    return this.#asker.readAs({ method: 'GET', path, signal }, readDetail);
  }

  /** As the tracker of its kind gives them; nothing in them is checked. */
  async statistics(signal?: AbortSignal): Promise<Fields> {
    const path = homeTrackerPath;
    return this.#asker.readAs({ method: 'GET', path, signal }, (value) =>
      fields(value, 'the answer'),
    );
  }
}
