/** Those who want to know what changes in a catalog. */
import type { CatalogChange } from './catalog-store.ts';

export class ChangeListeners {
  readonly #listeners = new Set<(change: CatalogChange) => void>();

  /** Returns how to stop listening. */
  add(listener: (change: CatalogChange) => void): () => void {
    const own = (change: CatalogChange) => listener(change);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  tell(change: CatalogChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
