/**
 * Torrents as JSON. Invariant: what nobody changed is written out once, however many ask for it: a
 * TorrentInfo is replaced when it changes, never altered.
 */
import type { TorrentInfo } from '../contract/torrents.ts';

export class TorrentTexts {
  readonly #texts = new WeakMap<TorrentInfo, string>();
  #listed: readonly TorrentInfo[] = [];
  #list: Buffer | undefined;

  /** A JSON list. */
  textOf(torrents: readonly TorrentInfo[]): string {
    return `[${torrents.map((torrent) => this.#textOf(torrent)).join()}]`;
  }

  /** A TorrentList; the same bytes as long as the same torrents are in it. */
  listOf(torrents: readonly TorrentInfo[]): Buffer {
    const isSame =
      torrents.length === this.#listed.length &&
      torrents.every((torrent, i) => torrent === this.#listed[i]);
    if (this.#list === undefined || !isSame) {
      this.#list = Buffer.from(`{"torrents":${this.textOf(torrents)}}`);
      this.#listed = torrents;
    }
    return this.#list;
  }

  #textOf(torrent: TorrentInfo): string {
    let text = this.#texts.get(torrent);
    if (text === undefined) {
      text = JSON.stringify(torrent);
      this.#texts.set(torrent, text);
    }
    return text;
  }
}
