/**
 * What a person can have done to torrents. What fails is said above the table, with a way to try it
 * again; what worked shows at once, ahead of the next delta.
 */
import { useMemo } from 'react';
import {
  type ActionResult,
  type QueueMove,
  type TorrentAction,
  type TorrentChange,
  type TorrentInfo,
  torrentsPath,
} from '../../api/contract/torrents.ts';
import { ask, problemOf } from '../api.ts';
import { useLive } from '../live/live-context.tsx';
import type { LiveStream } from '../live/live-stream.ts';
import { untrustedText } from '../parts/untrusted.tsx';
import { type PageState, usePage } from '../shell/page-state.tsx';

/** A request takes no more at once. */
const mostHashes = 5000;

export class TorrentActions {
  readonly #page: PageState;
  readonly #live: LiveStream;

  constructor(page: PageState, live: LiveStream) {
    this.#page = page;
    this.#live = live;
  }

  act(action: TorrentAction, hashes: readonly string[]): Promise<void> {
    return this.#try(hashes, () => this.#actOnMany(action, hashes));
  }

  /** Stops what runs; starts them where none does. */
  toggle(hashes: readonly string[]): Promise<void> {
    const { torrents } = this.#live.state.get();
    const isRunning = hashes.some((hash) => torrents.get(hash)?.state !== 'stopped');
    return this.act(isRunning ? 'stop' : 'start', hashes);
  }

  change(hashes: readonly string[], change: TorrentChange): Promise<void> {
    return this.#try(hashes, () => this.changeAll(hashes, change));
  }

  queue(hashes: readonly string[], to: QueueMove): Promise<void> {
    // Each goes past the one before it, so that they keep their order.
    const inOrder = to === 'top' || to === 'down' ? [...hashes].reverse() : hashes;
    return this.#try(hashes, () =>
      this.#each(inOrder, (hash) => this.#post(hash, 'queue', { to })),
    );
  }

  /** Rejects with the first failure; for dialogs, which show it themselves. */
  async changeAll(hashes: readonly string[], change: TorrentChange): Promise<void> {
    await this.#each(hashes, (hash) =>
      ask<TorrentInfo>(`${torrentsPath}/${hash}`, { method: 'PATCH', body: change }),
    );
  }

  async moveAll(hashes: readonly string[], dir: string, data: boolean): Promise<void> {
    await this.#each(hashes, (hash) => this.#post(hash, 'move', { dir, data }));
  }

  async rename(hash: string, path: string, name: string): Promise<void> {
    this.#live.take(await this.#post(hash, 'rename', { path, name }));
  }

  #post(hash: string, what: string, body: unknown): Promise<TorrentInfo> {
    return ask<TorrentInfo>(`${torrentsPath}/${hash}/${what}`, { method: 'POST', body });
  }

  async #each(
    hashes: readonly string[],
    request: (hash: string) => Promise<TorrentInfo>,
  ): Promise<void> {
    for (const hash of hashes) this.#live.take(await request(hash));
  }

  async #actOnMany(action: TorrentAction, hashes: readonly string[]): Promise<void> {
    const failed: ActionResult['failed'][number][] = [];
    for (let i = 0; i < hashes.length; i += mostHashes) {
      const body = { action, hashes: hashes.slice(i, i + mostHashes) };
      const path = `${torrentsPath}/actions`;
      failed.push(...(await ask<ActionResult>(path, { method: 'POST', body })).failed);
    }
    const [first] = failed;
    if (first === undefined) return;
    const name = this.#live.state.get().torrents.get(first.hash)?.name ?? first.hash;
    const others = failed.length > 1 ? ` The same goes for ${failed.length - 1} more.` : '';
    throw new Error(`${untrustedText(name, 80)}: ${first.error.message}${others}`);
  }

  async #try(hashes: readonly string[], work: () => Promise<void>): Promise<void> {
    if (hashes.length === 0) return;
    try {
      await work();
      this.#page.problem.set(undefined);
    } catch (error) {
      const retry = () => void this.#try(hashes, work);
      this.#page.problem.set({ message: problemOf(error), retry });
    }
  }
}

export function useTorrentActions(): TorrentActions {
  const page = usePage();
  const live = useLive();
  return useMemo(() => new TorrentActions(page, live), [page, live]);
}
