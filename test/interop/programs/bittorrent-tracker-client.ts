/** The client of the npm package bittorrent-tracker: announces and scrapes for one peer. */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Client } from 'bittorrent-tracker';
import { doWithoutNativeParts } from './native-parts.ts';

const answerMs = 15_000;

export interface Counts {
  readonly complete: number;
  readonly incomplete: number;
  readonly downloaded?: number;
}

export interface Answer extends Counts {
  /** As `host:port`. */
  readonly peers: readonly string[];
}

export interface AnnouncerOptions {
  readonly url: string;
  /** Hex. */
  readonly infoHash: string;
  readonly port: number;
}

export class ForeignAnnouncer {
  readonly #client: Client;
  readonly #url: string;

  private constructor(client: Client, url: string) {
    this.#client = client;
    this.#url = url;
  }

  static async open({ url, infoHash, port }: AnnouncerOptions): Promise<ForeignAnnouncer> {
    doWithoutNativeParts();
    const { Client } = await import('bittorrent-tracker');
    const peerId = Buffer.from(`-XX0000-${String(port).padStart(12, '0')}`);
    const client = new Client({ infoHash, peerId, announce: [url], port, wrtc: false });
    client.on('error', () => {});
    return new ForeignAnnouncer(client, url);
  }

  /** With 0 bytes left it is a seeder. */
  start(left: number): Promise<Answer> {
    return this.#announce(() => this.#client.start({ left }));
  }

  complete(): Promise<Answer> {
    return this.#announce(() => this.#client.complete({ left: 0 }));
  }

  stop(): Promise<Answer> {
    return this.#announce(() => this.#client.stop({ left: 0 }));
  }

  async scrape(): Promise<Counts> {
    return this.#answer('scrape', () => this.#client.scrape());
  }

  close(): void {
    this.#client.destroy();
  }

  async #announce(ask: () => void): Promise<Answer> {
    const peers: string[] = [];
    const keep = (address: string) => peers.push(address);
    this.#client.on('peer', keep);
    const counts = await this.#answer('update', ask);
    // The peers of an answer are told right after its counts.
    await nextTurn();
    this.#client.removeListener('peer', keep);
    return { ...counts, peers };
  }

  async #answer(event: 'update' | 'scrape', ask: () => void): Promise<Counts> {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(answerMs)]);
    const warning = once(this.#client, 'warning', { signal }).then(([error]) => {
      throw new Error(`${this.#url}: ${String(error)}`);
    });
    try {
      const answer = once(this.#client, event, { signal });
      ask();
      const [counts] = (await Promise.race([answer, warning])) as [Counts];
      return counts;
    } finally {
      warning.catch(() => {});
      end.abort();
    }
  }
}
