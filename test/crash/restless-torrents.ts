/** Fifty torrents of a daemon in every state, and people who change them all the time until it is killed. */
import type { FilePriority } from '../../src/api/contract/torrents.ts';
import { filePriorities, queueMoves } from '../../src/api/contract/torrents.ts';
import type { SeededRandom } from '../../src/base/random.ts';
import { movedInQueue } from '../../src/daemon/torrents/queue-order.ts';
import type { Client } from '../../src/index.ts';
import type { RunningDaemon } from '../e2e/stage/daemon-process.ts';
import type { Stage } from '../e2e/stage/stage.ts';
import { WishBook, type Wishes } from './wishes.ts';

const plain: Wishes = { labels: [], sequential: false, isStarted: true };
/** Small enough for a few rounds, long enough to be cut short. */
const slowUpLimit = 400_000;

export class RestlessTorrents {
  readonly book = new WishBook();
  readonly #stage: Stage;
  readonly #random: SeededRandom;
  /** Their files are here, by hash: how many. */
  readonly #files = new Map<string, number>();
  /** A client that has what the daemon downloads. */
  #origin: Client | undefined;
  #number = 0;

  constructor(stage: Stage, random: SeededRandom) {
    this.#stage = stage;
    this.#random = random;
  }

  /** Adds all fifty. */
  async begin(daemon: RunningDaemon): Promise<void> {
    for (let i = 0; i < 10; i++) await this.addSeed(daemon);
    for (let i = 0; i < 4; i++) await this.#addDownload(daemon);
    for (let i = 0; i < 26; i++) await this.#addLink(daemon, i % 3 !== 0);
    for (let i = 0; i < 10; i++) {
      const hash = await this.addSeed(daemon);
      await daemon.until(hash, ({ state }) => state === 'seeding');
      await this.#ask(daemon, hash, { isStarted: false });
    }
  }

  async addSeed(daemon: RunningDaemon): Promise<string> {
    const name = `seed ${this.#number++}`;
    const path = await this.#stage.content(name, [
      ['a.bin', 30_000],
      ['b.bin', 20_000],
    ]);
    const { bytes, metainfo } = await this.#stage.torrent(path);
    const { infoHash } = metainfo;
    await daemon.add(bytes);
    this.#files.set(infoHash, metainfo.files.length);
    this.book.add(infoHash, plain, ['queued', 'seeding', 'downloading', 'error']);
    return infoHash;
  }

  async #addDownload(daemon: RunningDaemon): Promise<void> {
    const name = `download ${this.#number++}`;
    const path = await this.#stage.content(`../elsewhere/${name}`, [['large.bin', 3_000_000]]);
    const { bytes, metainfo } = await this.#stage.torrent(path);
    this.#origin ??= await this.#stage.client({ upLimit: slowUpLimit });
    await this.#origin.add(bytes, { dir: this.#stage.path('elsewhere'), seedInPlace: true });
    await daemon.add(bytes);
    this.book.add(metainfo.infoHash, plain, ['queued', 'downloading', 'seeding']);
  }

  async #addLink(daemon: RunningDaemon, isStarted: boolean): Promise<void> {
    const hash = `${100 + this.#number++}`.padEnd(40, 'c');
    const body = { source: hash, paused: !isStarted };
    await daemon.ask('POST', '/torrents', body);
    this.book.add(hash, { ...plain, isStarted }, ['queued', 'metadata']);
  }

  /** What it downloads is there to be had again. */
  async connect(daemon: RunningDaemon): Promise<void> {
    if (this.#origin === undefined) return;
    const peers = [`127.0.0.1:${this.#origin.port}`];
    for (const { hash, name, state } of await daemon.list()) {
      const mayTake =
        name.startsWith('download') && (state === 'downloading' || state === 'checking');
      if (mayTake) await daemon.ask('POST', `/torrents/${hash}/peers`, { peers });
    }
  }

  /** Changes torrents until the daemon answers no more. */
  async change(daemon: RunningDaemon): Promise<void> {
    for (;;) {
      const hash = this.#pick([...this.book.torrents.keys()]);
      try {
        await this.#changeOne(daemon, hash);
      } catch (error) {
        // A daemon that is gone; what it refuses is a failure.
        if (error instanceof TypeError) return;
        throw error;
      }
    }
  }

  async #changeOne(daemon: RunningDaemon, hash: string): Promise<void> {
    const random = this.#random;
    switch (random.below(9)) {
      case 0:
        return this.#ask(daemon, hash, { labels: [`label ${random.below(5)}`, 'all'] });
      case 1:
        return this.#ask(daemon, hash, { category: `category ${random.below(5)}` });
      case 2:
        return this.#ask(daemon, hash, { downLimit: 1_000_000 + random.below(5) });
      case 3:
        return this.#ask(daemon, hash, { upLimit: 1_000_000 + random.below(5) });
      case 4:
        return this.#ask(daemon, hash, { sequential: random.below(2) === 0 });
      case 5:
        return this.#move(daemon, hash);
      case 6:
        return this.#choose(daemon, hash);
      case 7:
        return this.#verify(daemon, hash);
      default:
        return random.below(4) === 0 ? this.#remove(daemon, hash) : this.#toggle(daemon, hash);
    }
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#random.below(items.length)]!;
  }

  #toggle(daemon: RunningDaemon, hash: string): Promise<void> {
    const { isStarted } = this.book.torrents.get(hash)!.wishes;
    return this.#ask(daemon, hash, { isStarted: !isStarted });
  }

  async #ask(daemon: RunningDaemon, hash: string, news: Partial<Wishes>): Promise<void> {
    const expected = this.book.torrents.get(hash)!;
    const { isStarted, ...change } = news;
    expected.maybe = { ...expected.wishes, ...news };
    const reply =
      isStarted === undefined
        ? await daemon.ask('PATCH', `/torrents/${hash}`, change)
        : await daemon.ask('POST', `/torrents/${hash}/${isStarted ? 'start' : 'stop'}`);
    requireGood(reply.status, reply.body);
    expected.wishes = expected.maybe;
    expected.maybe = undefined;
  }

  async #move(daemon: RunningDaemon, hash: string): Promise<void> {
    const to = this.#pick(queueMoves);
    const next = movedInQueue(this.book.queue, new Set([hash]), to);
    this.book.maybeQueue = next;
    const { status, body } = await daemon.ask('POST', `/torrents/${hash}/queue`, { to });
    requireGood(status, body);
    this.book.queue = next;
    this.book.maybeQueue = undefined;
  }

  async #choose(daemon: RunningDaemon, hash: string): Promise<void> {
    const count = this.#files.get(hash);
    if (count === undefined) return;
    const expected = this.book.torrents.get(hash)!;
    const words = filePriorities.filter((word) => word !== 'skip');
    const priority = this.#pick(words);
    const priorities: FilePriority[] = Array.from({ length: count }, () => priority);
    expected.wishes = { ...expected.wishes, priorities: undefined };
    const ranges = [{ first: 0, last: count - 1, priority }];
    const { status, body } = await daemon.ask('PATCH', `/torrents/${hash}/files`, { ranges });
    requireGood(status, body);
    expected.wishes = { ...expected.wishes, priorities };
  }

  async #verify(daemon: RunningDaemon, hash: string): Promise<void> {
    if (!this.#files.has(hash) || !this.book.torrents.get(hash)!.wishes.isStarted) return;
    const { status, body } = await daemon.ask('POST', `/torrents/${hash}/verify`);
    requireGood(status, body);
  }

  async #remove(daemon: RunningDaemon, hash: string): Promise<void> {
    if (!this.#files.has(hash)) return;
    this.book.leaving.add(hash);
    this.book.maybeQueue = undefined;
    const { status, body } = await daemon.ask('DELETE', `/torrents/${hash}?data=true`);
    requireGood(status, body);
    this.book.remove(hash);
  }
}

function requireGood(status: number, body: unknown): void {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
}
