/**
 * What a daemon says of itself as it happens, out of its server-sent events. Invariant: a stream that is
 * silent for longer than the daemon ever is counts as broken; memory is bounded by one event.
 */
import { notice, torrentChanges } from '../contract/schema/daemon.ts';
import { eventsPath, type Notice, type TorrentChanges } from '../contract/torrents.ts';
import { FetchFailure, fetchFailureOf } from './bounded-fetch.ts';
import type { DaemonAsker } from './daemon-asker.ts';
import { EventStreamParser } from './event-stream-parser.ts';

export type DaemonEvent =
  | { readonly event: 'changes'; readonly data: TorrentChanges }
  | { readonly event: 'notice'; readonly data: Notice };

export interface EventsAsked {
  /** Revision of the last changes that are known. */
  readonly since?: number;
  /** Between two changes; 1000 unless told. */
  readonly intervalMs?: number;
}

/** Three of the daemon's heartbeats. */
const longestSilenceMs = 45_000;
const maxEventBytes = 128 * 1024 ** 2;

/** Throws DaemonError, or the reason of `signal`. Ends when the daemon ends it. */
export async function* readEvents(
  asker: DaemonAsker,
  { since, intervalMs }: EventsAsked,
  signal: AbortSignal | undefined,
): AsyncGenerator<DaemonEvent, void, undefined> {
  const query = new URLSearchParams();
  if (since !== undefined) query.set('since', String(since));
  if (intervalMs !== undefined) query.set('intervalMs', String(intervalMs));
  const path = query.size === 0 ? eventsPath : `${eventsPath}?${query}`;
  const silence = new Silence(signal);
  try {
    const response = await asker.stream({ method: 'GET', path, signal: silence.signal });
    const type = response.headers.get('content-type')?.split(';')[0];
    if (type !== 'text/event-stream') throw asker.absent(response.status);
    const parser = new EventStreamParser(maxEventBytes);
    for await (const chunk of response.body ?? []) {
      silence.end();
      for (const { event, data } of parser.push(chunk)) {
        if (event === 'changes') yield { event, data: asker.check(torrentChanges, json(data)) };
        if (event === 'notice') yield { event, data: asker.check(notice, json(data)) };
      }
      silence.begin();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TypeError || error instanceof FetchFailure) {
      throw asker.noAnswer(fetchFailureOf(error));
    }
    throw error;
  } finally {
    silence.end();
    silence.abort();
  }
}

/** Aborts when nothing came for long, and when the caller does. */
class Silence {
  readonly #controller = new AbortController();
  readonly signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal | undefined) {
    const own = this.#controller.signal;
    this.signal = signal === undefined ? own : AbortSignal.any([own, signal]);
    this.begin();
  }

  begin(): void {
    const seconds = longestSilenceMs / 1000;
    const reason = new FetchFailure('unreachable', `it said nothing for ${seconds} s`);
    this.#timer = setTimeout(() => this.#controller.abort(reason), longestSilenceMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  abort(): void {
    this.#controller.abort();
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
