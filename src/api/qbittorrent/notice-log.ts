/** log/main: the last notices of the daemon, as qBittorrent gives its log. Bounded; the oldest go. */
import type { Notice } from '../contract/torrents.ts';
import type { TorrentsPort } from '../service/torrents-port.ts';

const mostEntries = 1000;
const types = { normal: 1, warning: 4 };

export class NoticeLog {
  #entries: { id: number; message: string; timestamp: number; type: number }[] = [];
  #nextId = 0;

  /** Listens from now on; gives back how to stop it. */
  follow(torrents: TorrentsPort, nowMs: () => number): () => void {
    return torrents.onNotice(({ kind, message }: Notice) => {
      this.#entries.push({
        id: this.#nextId++,
        message,
        timestamp: Math.floor(nowMs() / 1000),
        type: kind === 'error' ? types.warning : types.normal,
      });
      if (this.#entries.length > mostEntries) this.#entries = this.#entries.slice(-mostEntries / 2);
    });
  }

  after(id: number): readonly Record<string, unknown>[] {
    return this.#entries.filter((entry) => entry.id > id);
  }
}
