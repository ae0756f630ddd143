/** What a person may want to know at once, told to whoever listens. */
import type { Notice } from '../../api/contract/torrents.ts';

export class TorrentNotices {
  readonly #listeners = new Set<(notice: Notice) => void>();

  /** Gives back how to stop it. */
  listen(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(notice: Notice): void {
    for (const listener of [...this.#listeners]) listener(notice);
  }
}
