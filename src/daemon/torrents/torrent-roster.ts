/**
 * All torrents of the daemon: by hash in the order they were added, and in the order of the queue.
 * Invariant: no two have one position in the queue.
 */
import type { QueueMove } from '../../api/contract/torrents.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { ManagedTorrent } from './managed-torrent.ts';
import { movedInQueue, queuePositions } from './queue-order.ts';

export class TorrentRoster {
  readonly #store: SessionStore;
  readonly #torrents = new Map<string, ManagedTorrent>();
  /** Sorted when it is asked for. */
  #queue: ManagedTorrent[] | undefined;
  /** Also what an earlier run left. */
  #hasGaps = true;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  get size(): number {
    return this.#torrents.size;
  }

  /** In the order they were added. */
  all(): IterableIterator<ManagedTorrent> {
    return this.#torrents.values();
  }

  has(hash: string): boolean {
    return this.#torrents.has(hash);
  }

  get(hash: string): ManagedTorrent | undefined {
    return this.#torrents.get(hash);
  }

  /** Throws DaemonRefusal. */
  find(hash: string): ManagedTorrent {
    const torrent = this.#torrents.get(hash);
    if (torrent !== undefined) return torrent;
    throw new DaemonRefusal('NOT_FOUND', `There is no torrent ${hash} here. List them for others`);
  }

  add(torrent: ManagedTorrent): void {
    const last = this.#queue?.at(-1)?.row.queuePosition ?? -1;
    this.#torrents.set(torrent.infoHash, torrent);
    if (torrent.row.queuePosition > last) this.#queue?.push(torrent);
    else this.#queue = undefined;
  }

  delete(torrent: ManagedTorrent): void {
    this.#torrents.delete(torrent.infoHash);
    this.#queue = undefined;
    this.#hasGaps = true;
  }

  /** The first that may run comes first. */
  inQueueOrder(): readonly ManagedTorrent[] {
    this.#queue ??= [...this.#torrents.values()].sort(
      (a, b) => a.row.queuePosition - b.row.queuePosition,
    );
    return this.#queue;
  }

  /** Behind all others. */
  get nextPosition(): number {
    const last = this.inQueueOrder().at(-1);
    return last === undefined ? 0 : last.row.queuePosition + 1;
  }

  move(torrents: ReadonlySet<ManagedTorrent>, to: QueueMove): void {
    this.#place(movedInQueue(this.inQueueOrder(), torrents, to));
  }

  /** Closes the gaps that those who left made, unless they are few in a long queue. */
  closeGaps(): void {
    if (!this.#hasGaps) return;
    this.#hasGaps = false;
    this.#place(this.inQueueOrder());
  }

  #place(order: readonly ManagedTorrent[]): void {
    const positions = queuePositions(order.map(({ row }) => row.queuePosition));
    const moved = order.flatMap((torrent, index) => {
      const queuePosition = positions[index]!;
      return torrent.row.queuePosition === queuePosition ? [] : [{ torrent, queuePosition }];
    });
    if (moved.length === 0) return;
    this.#store.saveQueue(
      moved.map(({ torrent, queuePosition }) => ({ ...torrent.row, queuePosition })),
    );
    for (const { torrent, queuePosition } of moved) torrent.placed(queuePosition);
    this.#queue = [...order];
  }
}
