/**
 * Shows one transfer until it is over: complete and told to leave then, its seeding goal reached,
 * nothing moved for too long, or Ctrl-C. Always leaves its swarm and saves its state.
 */
import { join } from 'node:path';
import type { TorrentStatus } from '../daemon/client/client-types.ts';
import type { Transfer } from '../daemon/client/open-transfer.ts';
import { CliError } from './cli-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { formatBytes, formatDuration, formatPercent, formatRate } from './format.ts';
import type { Interrupt } from './interrupt.ts';
import type { LiveLine } from './live-line.ts';
import type { Terminal } from './terminal.ts';
import { TransferEvents } from './transfer-events.ts';
import { transferLine, transferState } from './transfer-line.ts';
import { visibleText } from './visible-text.ts';

export interface FollowOptions {
  readonly terminal: Terminal;
  readonly transfer: Transfer;
  readonly interrupt: Interrupt;
  /** Of `performance.now()`. */
  readonly startedAtMs: number;
  /** Leave when everything wanted is here; otherwise share on. */
  readonly exitWhenComplete: boolean;
  /** Give up after this long without progress. */
  readonly timeoutMs?: number | undefined;
  /** Data that is only shared: whatever is missing is a failure, not work. */
  readonly mustBeComplete: boolean;
}

type Ending = 'complete' | 'goal' | 'interrupt' | 'timeout' | 'incomplete' | 'failure';

/** Throws CliError when the transfer ends unfinished for another reason than Ctrl-C. */
export async function followTransfer(options: FollowOptions): Promise<ExitCode> {
  const follower = new Follower(options);
  try {
    return await follower.run();
  } finally {
    await options.transfer.close();
  }
}

class Follower {
  readonly #options: FollowOptions;
  readonly #live: LiveLine | undefined;
  readonly #events: TransferEvents;
  readonly #end = new AbortController();
  #ending: Ending | undefined;
  #complete = false;
  #failure: unknown;
  #status: TorrentStatus;
  #progressMark = '';
  #progressAtMs: number;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#live = options.terminal.liveLine();
    this.#events = new TransferEvents(options.terminal, options.transfer);
    this.#status = options.transfer.torrent.status();
    this.#progressAtMs = options.startedAtMs;
  }

  async run(): Promise<ExitCode> {
    const { terminal, interrupt, transfer } = this.#options;
    const { torrent } = transfer;
    interrupt.signal.addEventListener('abort', () => this.#stop('interrupt'), { once: true });
    if (interrupt.signal.aborted) this.#stop('interrupt');
    const signal = this.#end.signal;
    const onFailure = (error: unknown): void => this.#onFailure(error);
    torrent.completed(signal).then(() => this.#onComplete(), onFailure);
    torrent.goalReached(signal).then(() => this.#stop('goal'), onFailure);
    this.#events.started();
    // Read often enough for five events or four redraws a second.
    const intervalMs = terminal.json ? 200 : 250;
    if (!signal.aborted) {
      for await (const status of torrent.updates({ intervalMs, signal })) this.#onStatus(status);
    }
    this.#live?.leave();
    if (this.#ending === 'interrupt')
      terminal.note('  leaving the swarm; Ctrl-C again does not wait');
    await transfer.close();
    this.#events.stopped(torrent.status());
    return this.#conclude();
  }

  #onStatus(status: TorrentStatus): void {
    if (this.#end.signal.aborted) return;
    this.#status = status;
    const { terminal, transfer } = this.#options;
    this.#events.progress(status);
    // About to leave: the last words are those of completion.
    if (this.#options.exitWhenComplete && status.phase === 'seeding') return;
    this.#live?.update(transferState(status), (columns) =>
      transferLine(status, { columns, style: terminal.noteStyle, port: transfer.port }),
    );
    if (this.#complete) return;
    const isKnown = status.phase !== 'checking' && status.phase !== 'metadata';
    const lacksData = isKnown && status.piecesDone < status.pieceCount;
    if (this.#options.mustBeComplete && lacksData) this.#stop('incomplete');
    this.#watchProgress(status);
  }

  /** What is only shared is never fetched: as soon as it was checked, it is whole or it will not be. */
  #lacksData({ phase, piecesDone, pieceCount }: TorrentStatus): boolean {
    const isChecked = phase === 'seeding' || phase === 'downloading' || phase === 'error';
    return this.#options.mustBeComplete && isChecked && piecesDone < pieceCount;
  }

  /** Bytes and checking count as progress, and so does every change of phase. */
  #watchProgress(status: TorrentStatus): void {
    const mark = `${status.phase} ${status.doneBytes} ${status.checkedFraction}`;
    const nowMs = performance.now();
    if (mark !== this.#progressMark) {
      this.#progressMark = mark;
      this.#progressAtMs = nowMs;
    }
    const { timeoutMs } = this.#options;
    if (timeoutMs !== undefined && nowMs - this.#progressAtMs >= timeoutMs) this.#stop('timeout');
  }

  #onComplete(): void {
    if (this.#complete || this.#ending !== undefined) return;
    const { terminal, transfer, startedAtMs } = this.#options;
    this.#status = transfer.torrent.status();
    if (this.#lacksData(this.#status)) {
      this.#stop('incomplete');
      return;
    }
    this.#complete = true;
    const seconds = (performance.now() - startedAtMs) / 1000;
    const path = contentPath(transfer);
    this.#events.complete(this.#status, seconds, path);
    if (!this.#options.mustBeComplete) {
      this.#live?.clear();
      terminal.line(completeText(this.#status, seconds, path));
    }
    if (this.#options.exitWhenComplete) this.#stop('complete');
  }

  /** Also told when what it waits for was called off, which is no failure. */
  #onFailure(error: unknown): void {
    if (this.#end.signal.aborted) return;
    this.#failure = error;
    this.#stop('failure');
  }

  #stop(ending: Ending): void {
    this.#ending ??= ending;
    this.#end.abort();
  }

  /** Of everything for data that is only shared, else of what is wanted. */
  #shareDone(): number {
    const { piecesDone, pieceCount, doneBytes, wantedBytes } = this.#status;
    if (this.#options.mustBeComplete) return pieceCount === 0 ? 0 : piecesDone / pieceCount;
    return wantedBytes === 0 ? 0 : doneBytes / wantedBytes;
  }

  #conclude(): ExitCode {
    const { terminal } = this.#options;
    const status = this.#status;
    const name = visibleText(status.name);
    const percent = formatPercent(this.#shareDone()).trim();
    if (this.#ending === 'failure') throw this.#failure;
    if (this.#ending === 'incomplete') throw incomplete(status, percent);
    if (this.#ending === 'timeout') {
      const waited = formatDuration((this.#options.timeoutMs ?? 0) / 1000);
      const reason = status.error?.message ?? status.stalled?.message ?? 'nothing arrived';
      throw new CliError(
        'UNFINISHED_TIMEOUT',
        `${status.name} stands at ${percent}, without progress for ${waited}: ${reason}. The same command goes on from there.`,
      );
    }
    if (this.#complete) return exitCodes.ok;
    terminal.note(`  ${name} stands at ${percent}; the same command goes on from there`);
    return exitCodes.interrupted;
  }
}

function completeText(status: TorrentStatus, seconds: number, path: string): string {
  const rate = status.downloadedBytes === 0 ? '' : `   ${formatRate(status.wantedBytes / seconds)}`;
  const took = `${formatBytes(status.wantedBytes)} in ${formatDuration(seconds)}${rate}`;
  return `  ${visibleText(status.name)}   complete   ${took}   ${visibleText(path)}`;
}

function incomplete(status: TorrentStatus, percent: string): CliError {
  const cause = status.error === undefined ? '' : ` (${status.error.message})`;
  return new CliError(
    'VERIFY_INCOMPLETE',
    `only ${percent} of ${status.name} is here and sound${cause}. Name the folder that holds it with --dir, see what is damaged with shoal verify, or fetch the rest with shoal get.`,
  );
}

/** Absolute: the file of a single-file torrent, else the folder. */
function contentPath({ torrent }: Transfer): string {
  return join(torrent.dir, torrent.metainfo?.name ?? '');
}
