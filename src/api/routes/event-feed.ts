/**
 * All who listen to the daemon's events. Invariant: what has changed is asked for and written out once for
 * all who know the same; nobody listening costs nothing; no more than `maxStreams` listen.
 */
import type { TorrentsPort } from '../service/torrents-port.ts';
import { ChangesFrames, noticeFrame } from './event-frames.ts';
import { type EventSink, EventStream } from './event-stream.ts';
import type { TorrentTexts } from './torrent-texts.ts';

export interface EventFeedOptions {
  readonly torrents: Pick<TorrentsPort, 'changes' | 'onNotice'>;
  readonly texts: TorrentTexts;
  readonly maxStreams: number;
  /** 250 unless told. */
  readonly tickMs?: number;
}

export interface Listener {
  readonly sink: EventSink;
  readonly since: number | undefined;
  readonly intervalMs: number;
  isKnown(): boolean;
}

export interface Listening {
  onDrain(): void;
  stop(): void;
}

const heartbeatMs = 15_000;
const patienceMs = 60_000;

export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #tickMs: number;
  readonly #streams = new Set<EventStream>();
  #frames: ChangesFrames;
  #ticker: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;
  #tick = 0;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#tickMs = options.tickMs ?? 250;
    this.#frames = this.#newFrames();
  }

  get size(): number {
    return this.#streams.size;
  }

  get isFull(): boolean {
    return this.#streams.size >= this.#options.maxStreams;
  }

  /** Sends at once what is new to this one. */
  add({ sink, since, intervalMs, isKnown }: Listener): Listening {
    const everyTicks = Math.max(1, Math.round(intervalMs / this.#tickMs));
    const stream = new EventStream({ sink, since, everyTicks, isKnown });
    if (this.#streams.size === 0) this.#begin();
    this.#streams.add(stream);
    stream.sendChanges(this.#frames);
    const stop = () => {
      if (this.#streams.delete(stream) && this.#streams.size === 0) this.#rest();
    };
    return { onDrain: () => stream.onDrain(), stop };
  }

  /** Ends them all. */
  close(): void {
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
    this.#rest();
  }

  #begin(): void {
    this.#frames = this.#newFrames();
    this.#ticker = setInterval(() => this.#onTick(), this.#tickMs);
    this.#unsubscribe = this.#options.torrents.onNotice((notice) => {
      const frame = noticeFrame(notice);
      for (const stream of this.#streams) stream.sendNotice(frame);
    });
  }

  #rest(): void {
    clearInterval(this.#ticker);
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  #onTick(): void {
    this.#tick++;
    this.#frames = this.#newFrames();
    const heartbeatTicks = Math.ceil(heartbeatMs / this.#tickMs);
    const patienceTicks = Math.ceil(patienceMs / this.#tickMs);
    for (const stream of this.#streams) {
      stream.onTick(this.#tick, this.#frames, { heartbeatTicks, patienceTicks });
    }
  }

  #newFrames(): ChangesFrames {
    const { torrents, texts } = this.#options;
    return new ChangesFrames((since) => torrents.changes(since), texts);
  }
}
