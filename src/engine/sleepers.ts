/**
 * All torrents that sleep, be they ten thousand, and their time: each is looked at about once a second,
 * a part of them with every tick.
 */
import type { InfoHash } from '../base/ids.ts';
import type { SleepingTorrent } from './sleeping-torrent.ts';

/** Ticks come every 100 ms or so. */
const ticksPerRound = 10;

export class Sleepers {
  readonly #torrents = new Map<InfoHash, SleepingTorrent>();
  /** Goes on where it was, also when torrents come and go meanwhile. */
  #round = this.#torrents.values();

  get size(): number {
    return this.#torrents.size;
  }

  has(infoHash: InfoHash): boolean {
    return this.#torrents.has(infoHash);
  }

  get(infoHash: InfoHash): SleepingTorrent | undefined {
    return this.#torrents.get(infoHash);
  }

  keys(): Iterable<InfoHash> {
    return this.#torrents.keys();
  }

  add(torrent: SleepingTorrent): void {
    this.#torrents.set(torrent.infoHash, torrent);
  }

  take(infoHash: InfoHash): SleepingTorrent | undefined {
    const torrent = this.#torrents.get(infoHash);
    this.#torrents.delete(infoHash);
    return torrent;
  }

  tick(nowMs: number): void {
    for (let left = Math.ceil(this.#torrents.size / ticksPerRound); left > 0; left--) {
      let next = this.#round.next();
      if (next.done) {
        this.#round = this.#torrents.values();
        next = this.#round.next();
        if (next.done) return;
      }
      next.value.tick(nowMs);
    }
  }
}
