/**
 * The small numbers by which Transmission's clients know torrents. Invariant: a number means one torrent
 * for as long as the daemon runs; one that is removed and added again gets another.
 */
import type { TorrentInfo } from '../contract/torrents.ts';

/** As long as clients may ask for what went. */
const goneMemoryMs = 60_000;

export class TorrentIds {
  readonly #ids = new Map<string, number>();
  readonly #hashes = new Map<number, string>();
  #gone: { readonly id: number; readonly atMs: number }[] = [];
  #last = 0;

  /** `torrents` are all that there are now, in the order they were added. */
  sync(torrents: readonly TorrentInfo[], nowMs: number): void {
    for (const { hash } of torrents) this.idOf(hash);
    if (torrents.length < this.#ids.size) {
      const here = new Set(torrents.map(({ hash }) => hash));
      for (const hash of this.#ids.keys()) if (!here.has(hash)) this.forget(hash, nowMs);
    }
    this.#gone = this.#gone.filter(({ atMs }) => nowMs - atMs < goneMemoryMs);
  }

  idOf(hash: string): number {
    const known = this.#ids.get(hash);
    if (known !== undefined) return known;
    const id = ++this.#last;
    this.#ids.set(hash, id);
    this.#hashes.set(id, hash);
    return id;
  }

  hashOf(id: number): string | undefined {
    return this.#hashes.get(id);
  }

  forget(hash: string, nowMs: number): void {
    const id = this.#ids.get(hash);
    if (id === undefined) return;
    this.#ids.delete(hash);
    this.#hashes.delete(id);
    this.#gone.push({ id, atMs: nowMs });
  }

  /** Of torrents whose removal was seen in the last minute. */
  gone(): readonly number[] {
    return this.#gone.map(({ id }) => id);
  }
}
