/**
 * `shoal top` at work: follows the daemon's changes, draws them, and does what keys say. Invariant: a
 * daemon that goes away is said and waited for; it does not end the window.
 */
import type { DaemonClient } from '../../api/client/daemon-client.ts';
import { presentError } from '../cli-error.ts';
import { Screen } from '../screen.ts';
import type { Style } from '../style.ts';
import { visibleText } from '../visible-text.ts';
import { type DetailData, detailFrame, detailLines } from './top-detail.ts';
import { listRows, topFrame } from './top-frame.ts';
import { TopList } from './top-list.ts';

type Key = { readonly name: string; readonly text: string; readonly isCtrl: boolean };

type Mode =
  | { readonly kind: 'list' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'remove'; readonly hash: string; readonly name: string; readonly back: Mode }
  | { readonly kind: 'detail'; readonly hash: string };

const retryMs = 2000;
const detailMs = 1000;
const messageMs = 6000;

export interface TopOptions {
  readonly client: DaemonClient;
  readonly style: Style;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Ends it, as `q` does. */
  readonly signal: AbortSignal;
}

/** What ended it: `q`; or Ctrl-C, or the signal. Rejects when the first question is refused. */
export async function runTop(options: TopOptions): Promise<'quit' | 'interrupt'> {
  // What is refused is said on the usual screen.
  await options.client.session(options.signal);
  const top = new Top(options);
  return top.run();
}

class Top {
  readonly #options: TopOptions;
  readonly #list = new TopList();
  readonly #screen: Screen;
  readonly #ended = new AbortController();
  #mode: Mode = { kind: 'list' };
  #first = 0;
  #scrolled = 0;
  #detail: DetailData | undefined;
  #message: string | undefined;
  #messageTimer: NodeJS.Timeout | undefined;
  #connection: string | undefined;
  #wasInterrupted = false;

  constructor(options: TopOptions) {
    this.#options = options;
    this.#screen = new Screen(options.input, options.output, {
      onKey: (key) => this.#onKey(key),
      onResize: () => this.#draw(),
    });
  }

  async run(): Promise<'quit' | 'interrupt'> {
    const { signal } = this.#options;
    const end = (): void => this.#ended.abort();
    signal.addEventListener('abort', end);
    const timer = setInterval(() => void this.#askDetail(), detailMs);
    this.#screen.open();
    try {
      this.#draw();
      while (!this.#ended.signal.aborted) await this.#follow();
    } finally {
      clearInterval(timer);
      clearTimeout(this.#messageTimer);
      signal.removeEventListener('abort', end);
      this.#screen.close();
    }
    return this.#wasInterrupted || signal.aborted ? 'interrupt' : 'quit';
  }

  async #follow(): Promise<void> {
    const { client } = this.#options;
    const ended = this.#ended.signal;
    try {
      const { revision: since } = this.#list;
      for await (const { event, data } of client.events(
        since === undefined ? {} : { since },
        ended,
      )) {
        this.#connection = undefined;
        if (event === 'changes') this.#list.take(data);
        else if (data.kind === 'completed' || data.kind === 'error') this.#say(data.message);
        this.#draw();
      }
      this.#connection = 'the daemon has ended; waiting for it to come back';
    } catch (error) {
      if (ended.aborted) return;
      this.#connection = presentError(error).message;
    }
    if (ended.aborted) return;
    this.#draw();
    await pause(retryMs, ended);
  }

  // -------------------------------------------------------------- drawing

  #draw(): void {
    const { columns, rows } = this.#screen;
    const size = { columns, rows };
    const { style } = this.#options;
    const shown = this.#detail;
    const isDetail = this.#mode.kind === 'detail' || backOf(this.#mode)?.kind === 'detail';
    if (isDetail && shown !== undefined) {
      const lines = detailFrame(shown, this.#scrolled, size, style);
      const foot = this.#footText();
      this.#screen.draw(
        foot === undefined ? lines : [...lines.slice(0, -1), `  ${foot}`.slice(0, columns)],
      );
      return;
    }
    const fitting = listRows(size);
    const at = this.#list.chosenAt;
    const last = Math.max(0, this.#list.rows.length - fitting);
    this.#first = Math.min(last, Math.max(at - fitting + 1, Math.min(this.#first, at)));
    const text = this.#footText();
    const isTrouble = text !== undefined && text === (this.#message ?? this.#connection);
    this.#screen.draw(topFrame(this.#list, this.#first, { text, isTrouble }, size, style));
  }

  #footText(): string | undefined {
    const mode = this.#mode;
    if (mode.kind === 'filter')
      return `/${visibleText(this.#list.filter)}▏   enter keeps it, esc shows all`;
    if (mode.kind === 'remove') {
      return `Remove ${visibleText(mode.name)}?   y yes   D with its data   n no`;
    }
    return this.#message ?? this.#connection;
  }

  #say(message: string): void {
    this.#message = visibleText(message);
    clearTimeout(this.#messageTimer);
    this.#messageTimer = setTimeout(() => {
      this.#message = undefined;
      this.#draw();
    }, messageMs);
  }

  // -------------------------------------------------------------- keys

  #onKey(key: Key): void {
    if (key.isCtrl && key.name === 'c') {
      this.#wasInterrupted = true;
      this.#ended.abort();
    } else if (this.#mode.kind === 'filter') this.#onFilterKey(key);
    else if (this.#mode.kind === 'remove') this.#onRemoveKey(key, this.#mode);
    else this.#onPlainKey(key);
    if (!this.#ended.signal.aborted) this.#draw();
  }

  #onPlainKey({ name, text }: Key): void {
    const page = listRows(this.#screen) - 1;
    const moves: Readonly<Record<string, number>> = {
      up: -1,
      k: -1,
      down: 1,
      j: 1,
      pageup: -page,
      pagedown: page,
      home: Number.NEGATIVE_INFINITY,
      end: Number.POSITIVE_INFINITY,
    };
    const by = moves[name];
    if (by !== undefined) this.#move(by);
    else if (text === 'q') this.#ended.abort();
    else if (name === 'space') void this.#toggle();
    else if (text === 'd' || name === 'delete') this.#askRemove();
    else if (name === 'escape' || name === 'backspace' || name === 'left') this.#goBack();
    else if (this.#mode.kind === 'detail') return;
    else if (text === 's') this.#list.nextSort();
    else if (text === '/') this.#mode = { kind: 'filter' };
    else if (name === 'return' || name === 'right') void this.#openDetail();
  }

  #onFilterKey({ name, text }: Key): void {
    const { filter } = this.#list;
    if (name === 'return' || name === 'enter') this.#mode = { kind: 'list' };
    else if (name === 'escape') {
      this.#list.setFilter('');
      this.#mode = { kind: 'list' };
    } else if (name === 'backspace') this.#list.setFilter([...filter].slice(0, -1).join(''));
    else if (name === 'up' || name === 'down') this.#move(name === 'up' ? -1 : 1);
    else if (text !== '') this.#list.setFilter(filter + text);
  }

  #onRemoveKey({ text, name }: Key, { hash, back }: Mode & { kind: 'remove' }): void {
    if (text === 'y' || text === 'D') {
      this.#mode = { kind: 'list' };
      void this.#act((client) => client.remove(hash, { data: text === 'D' }));
    } else if (text === 'n' || name === 'escape' || text === 'q') this.#mode = back;
  }

  #move(by: number): void {
    if (this.#mode.kind !== 'detail') {
      this.#list.move(by);
      return;
    }
    const { columns, rows } = this.#screen;
    const lines =
      this.#detail === undefined
        ? 0
        : detailLines(this.#detail, columns, this.#options.style).length;
    this.#scrolled = Math.min(Math.max(0, lines - rows + 1), Math.max(0, this.#scrolled + by));
  }

  #goBack(): void {
    if (this.#mode.kind === 'detail') this.#mode = { kind: 'list' };
    else this.#list.setFilter('');
  }

  #askRemove(): void {
    const { chosen } = this.#list;
    if (chosen === undefined) return;
    this.#mode = { kind: 'remove', hash: chosen.hash, name: chosen.name, back: this.#mode };
  }

  async #toggle(): Promise<void> {
    const { chosen } = this.#list;
    if (chosen === undefined) return;
    const isStill = chosen.state === 'stopped' || chosen.state === 'error';
    await this.#act((client) => client.act(isStill ? 'start' : 'stop', chosen.hash));
  }

  async #act(work: (client: DaemonClient) => Promise<unknown>): Promise<void> {
    try {
      await work(this.#options.client);
    } catch (error) {
      this.#say(presentError(error).message);
      this.#draw();
    }
  }

  // -------------------------------------------------------------- one torrent

  async #openDetail(): Promise<void> {
    const { chosen } = this.#list;
    if (chosen === undefined) return;
    this.#mode = { kind: 'detail', hash: chosen.hash };
    this.#detail = { torrent: chosen, peers: [], trackers: [] };
    this.#scrolled = 0;
    await this.#askDetail();
  }

  async #askDetail(): Promise<void> {
    const mode = this.#mode;
    if (mode.kind !== 'detail') return;
    const { client } = this.#options;
    const torrent = this.#list.rows.find(({ hash }) => hash === mode.hash);
    if (torrent === undefined) {
      this.#mode = { kind: 'list' };
      return;
    }
    const [peers, trackers] = await Promise.all([
      client.peers(mode.hash).catch(() => []),
      client.trackers(mode.hash).catch(() => []),
    ]);
    if (this.#mode !== mode) return;
    this.#detail = { torrent, peers, trackers };
    this.#draw();
  }
}

function backOf(mode: Mode): Mode | undefined {
  return mode.kind === 'remove' ? mode.back : undefined;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
