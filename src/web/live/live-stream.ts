/**
 * The daemon's changes as they come (server-sent events), from the first until it is closed. A lost
 * connection is taken up again where it was left; one that the daemon refuses is asked about, because
 * an EventSource does not say why.
 */

import type { TorrentInfo } from '../../api/contract/torrents.ts';
import {
  eventsPath,
  type Notice,
  sessionPath,
  type TorrentChanges,
} from '../../api/contract/torrents.ts';
import { ApiError, ask } from '../api.ts';
import { Observable } from '../parts/observable.ts';
import { applyAnswer, applyChanges, type LiveState, noLiveState } from './live-state.ts';

export type Connection =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open' }
  /** Tried again at that time, as Date.now() gives it. */
  | { readonly kind: 'lost'; readonly nextTryAt: number; readonly message: string };

const firstRetryMs = 1000;
const longestRetryMs = 15_000;
const lostWords = 'The daemon does not answer. What is shown may be old.';

export class LiveStream {
  readonly state = new Observable<LiveState>(noLiveState);
  readonly connection = new Observable<Connection>({ kind: 'opening' });
  readonly #onNotice: (notice: Notice) => void;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isClosed = true;

  constructor(onNotice: (notice: Notice) => void) {
    this.#onNotice = onNotice;
  }

  open(): void {
    this.#isClosed = false;
    this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  /** Does not wait for the next try. */
  retry(): void {
    if (this.connection.get().kind === 'lost') this.#connect();
  }

  /** Shows at once what an action was answered with. */
  take(torrent: TorrentInfo): void {
    this.state.update((state) => applyAnswer(state, torrent));
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    const { revision } = this.state.get();
    const source = new EventSource(
      revision === undefined ? eventsPath : `${eventsPath}?since=${revision}`,
    );
    this.#source = source;
    source.addEventListener('open', () => {
      this.#failures = 0;
      this.connection.set({ kind: 'open' });
    });
    source.addEventListener('changes', (event) => {
      this.state.update((state) => applyChanges(state, JSON.parse(event.data) as TorrentChanges));
    });
    source.addEventListener('notice', (event) => this.#onNotice(JSON.parse(event.data) as Notice));
    source.addEventListener('error', () => {
      // Left to itself it would ask at its own pace, with the revision it began with.
      source.close();
      if (!this.#isClosed && source === this.#source) void this.#askWhy();
    });
  }

  async #askWhy(): Promise<void> {
    let message = lostWords;
    try {
      await ask(sessionPath);
    } catch (error) {
      // Who has to log in is told so by `ask` itself.
      if (error instanceof ApiError && error.code !== 'UNREACHABLE') message = error.message;
    }
    if (this.#isClosed) return;
    const waitMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures++);
    this.connection.set({ kind: 'lost', nextTryAt: Date.now() + waitMs, message });
    this.#timer = setTimeout(() => this.#connect(), waitMs);
  }
}
