/**
 * What a daemon was told and answered: what each torrent has to be like after a crash. A request without an
 * answer leaves two possibilities.
 */
import assert from 'node:assert/strict';
import type { FilePriority, TorrentInfo } from '../../src/api/contract/torrents.ts';

/** What people set; what is absent is not set. */
export interface Wishes {
  readonly labels: readonly string[];
  readonly category?: string | undefined;
  readonly downLimit?: number | undefined;
  readonly upLimit?: number | undefined;
  readonly sequential: boolean;
  readonly isStarted: boolean;
  /** Of its files, when they are known. */
  readonly priorities?: readonly FilePriority[] | undefined;
}

export interface Expected {
  wishes: Wishes;
  /** Asked for and not answered. */
  maybe: Wishes | undefined;
  /** States it may show while it is started. */
  readonly states: readonly TorrentInfo['state'][];
  /** As it was when a run began, which is what the run before had saved. */
  uploadedBytes: number;
  downloadedBytes: number;
  /** Verified and written at some time. */
  doneBytes: number;
}

export class WishBook {
  readonly torrents = new Map<string, Expected>();
  queue: string[] = [];
  maybeQueue: string[] | undefined;
  /** Asked to go, and not answered. */
  readonly leaving = new Set<string>();

  add(hash: string, wishes: Wishes, states: readonly TorrentInfo['state'][]): void {
    const counts = { uploadedBytes: 0, downloadedBytes: 0, doneBytes: 0 };
    this.torrents.set(hash, { wishes, maybe: undefined, states, ...counts });
    this.queue.push(hash);
  }

  remove(hash: string): void {
    this.torrents.delete(hash);
    this.queue = this.queue.filter((one) => one !== hash);
    this.leaving.delete(hash);
  }

  /** Of the two possibilities the one that came true, for all torrents; fails when it is neither. */
  settle(list: readonly TorrentInfo[]): void {
    const here = new Set(list.map(({ hash }) => hash));
    for (const hash of this.leaving) if (!here.has(hash)) this.remove(hash);
    this.leaving.clear();
    assert.deepEqual(
      [...here].sort(),
      [...this.torrents.keys()].sort(),
      'the torrents that are here',
    );
    const order = list.toSorted((a, b) => a.queuePosition - b.queuePosition);
    const queue = order.map(({ hash }) => hash);
    const isOld = String(queue) === String(this.queue);
    if (!isOld) assert.deepEqual(queue, this.maybeQueue ?? this.queue, 'the order of the queue');
    this.queue = queue;
    this.maybeQueue = undefined;
    for (const torrent of list) this.#settleOne(torrent);
  }

  #settleOne(torrent: TorrentInfo): void {
    const expected = this.torrents.get(torrent.hash)!;
    const { maybe } = expected;
    if (maybe !== undefined && differenceFrom(torrent, maybe) === undefined) {
      expected.wishes = { ...maybe, priorities: undefined };
    }
    const difference = differenceFrom(torrent, expected.wishes);
    assert.equal(difference, undefined, `${torrent.name}: ${difference}`);
    if (expected.wishes.isStarted) {
      assert.ok(
        expected.states.includes(torrent.state) || torrent.state === 'checking',
        torrent.state,
      );
    }
    for (const count of ['uploadedBytes', 'downloadedBytes'] as const) {
      assert.ok(torrent[count] >= expected[count], `${torrent.name}: ${count} fell`);
      expected[count] = torrent[count];
    }
  }
}

/** In words; undefined when it is as wished. */
function differenceFrom(torrent: TorrentInfo, wishes: Wishes): string | undefined {
  const { labels, category, downLimit, upLimit, sequential, isStarted } = wishes;
  const wished = { labels, category, downLimit, upLimit, sequential, isStarted };
  const is = {
    labels: torrent.labels,
    category: torrent.category,
    downLimit: torrent.downLimit,
    upLimit: torrent.upLimit,
    sequential: torrent.sequential,
    isStarted: torrent.state !== 'stopped',
  };
  const [a, b] = [JSON.stringify(is), JSON.stringify(wished)];
  return a === b ? undefined : `is ${a} instead of ${b}`;
}
