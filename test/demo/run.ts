/**
 * `npm run demo`: a tracker, one seeder and several leechers as separate processes share a folder on this
 * machine; every copy is compared with the original.
 * Invariant: however it ends, no process of it runs on and, unless told to keep it, its folder is gone.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatBytes, formatCount, formatDuration } from '../../src/cli/format.ts';
import { type EventLine, TransferProcess } from '../e2e/stage/transfer-process.ts';
import { Board, type PeerRow } from './board.ts';
import { compareCopy, folderName, type MadeContent, makeContent } from './content.ts';
import { type DemoOptions, readOptions, usage } from './options.ts';
import { Pace } from './pace.ts';
import { reportLines } from './report.ts';

const drawMs = 100;
/** A peer that was asked to leave and does not is ended. */
const leaveMs = 10_000;
/** Nobody got any further for this long: something is wrong. */
const patienceMs = 60_000;

interface Peer {
  readonly name: string;
  readonly process: TransferProcess;
  readonly down: Pace;
  readonly up: Pace;
}

interface Leecher extends Peer {
  readonly dir: string;
}

class Demo {
  readonly #options: DemoOptions;
  readonly #dir: string;
  readonly #signal: AbortSignal;
  readonly #running: Peer[] = [];

  constructor(options: DemoOptions, dir: string, signal: AbortSignal) {
    this.#options = options;
    this.#dir = dir;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const { leecherCount } = this.#options;
    const leechersInWords = formatCount(leecherCount, 'leecher');
    say(
      `  A tracker, a seeder and ${leechersInWords}, each a process of its own on this machine.\n`,
    );
    const content = await makeContent(
      join(this.#dir, 'seeder'),
      this.#options.sizeBytes,
      this.#signal,
    );
    const { digests, folderCount, lengthBytes } = content;
    const counts = `${formatCount(digests.size, 'file')} in ${formatCount(folderCount, 'folder')}`;
    say(`  content    ${folderName}   ${counts}   ${formatBytes(lengthBytes)}`);

    const announceUrl = await this.#startTracker();
    say(`  tracker    ${announceUrl}`);
    const torrentFile = join(this.#dir, 'demo.torrent');
    const seeder = this.#start('seeder', [
      'seed',
      content.folder,
      '-a',
      announceUrl,
      '-o',
      torrentFile,
    ]);
    const { infoHash } = await this.#until(seeder, 'complete');
    say(`  torrent    ${infoHash}\n`);

    const leechers = Array.from({ length: leecherCount }, (_, i): Leecher => {
      const name = `leecher ${i + 1}`;
      const dir = join(this.#dir, name);
      return { ...this.#start(name, ['get', torrentFile, '-o', dir]), dir };
    });
    await this.#watch(seeder, leechers);
    await this.#compare(content, leechers);
    await this.#report(content, seeder, leechers);
  }

  async #startTracker(): Promise<string> {
    const args = ['tracker', '--host', '127.0.0.1', '--port', '0'];
    const tracker = this.#follow('tracker', args);
    const { announceUrls } = await this.#until(tracker, 'listening');
    return String((announceUrls as unknown[])[0]);
  }

  #start(name: string, args: readonly string[]): Peer {
    return this.#follow(name, [...args, '--state-dir', join(this.#dir, 'state', name)]);
  }

  #follow(name: string, args: readonly string[]): Peer {
    const process = new TransferProcess(args);
    const peer = { name, process, down: new Pace(), up: new Pace() };
    this.#running.push(peer);
    return peer;
  }

  /** The event, or an Error that says which peer did not come to it and why. */
  async #until({ name, process }: Peer, event: string): Promise<EventLine> {
    const failed = (line: EventLine) => line.error !== undefined;
    const line = await this.#unlessCalledOff(
      process.until((each) => each.event === event || failed(each), patienceMs),
    );
    if (failed(line)) throw new Error(`${name}: ${(line.error as { message: string }).message}`);
    return line;
  }

  #unlessCalledOff<T>(promise: Promise<T>): Promise<T> {
    const { promise: off, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(this.#signal.reason);
    if (this.#signal.aborted) onAbort();
    this.#signal.addEventListener('abort', onAbort, { once: true });
    return Promise.race([promise, off]).finally(() =>
      this.#signal.removeEventListener('abort', onAbort),
    );
  }

  /** Draws the board until every leecher has everything. */
  async #watch(seeder: Peer, leechers: readonly Leecher[]): Promise<void> {
    const board = new Board(process.stdout);
    const rows = () => [seeder, ...leechers].map(rowOf);
    let best = 0;
    let betterAtMs = performance.now();
    for (;;) {
      board.draw(rows());
      const isDone = ({ process }: Peer) => process.last('complete') !== undefined;
      if (leechers.every(isDone)) return;
      const gone = this.#running.find(({ process }) => process.isOver);
      if (gone !== undefined) throw new Error(`${gone.name} ended early: ${gone.process.log()}`);
      const sum = rows().reduce((total, { fraction }) => total + fraction, 0);
      if (sum > best) [best, betterAtMs] = [sum, performance.now()];
      if (performance.now() - betterAtMs > patienceMs) {
        const stuck = leechers.find((leecher) => !isDone(leecher))!;
        throw new Error(`nothing moved for ${patienceMs / 1000} s: ${stuck.process.log()}`);
      }
      await sleep(drawMs, undefined, { signal: this.#signal });
    }
  }

  async #compare(content: MadeContent, leechers: readonly Leecher[]): Promise<void> {
    for (const { dir } of leechers) await compareCopy(content, join(dir, folderName), this.#signal);
    const files = formatCount(content.digests.size, 'file');
    say(`\n  Every copy is equal to the original: ${leechers.length} × ${files}, by SHA-256.\n`);
  }

  async #report(content: MadeContent, seeder: Peer, leechers: readonly Leecher[]): Promise<void> {
    await this.stop();
    const uploadedBytes = ({ process }: Peer) =>
      Number(process.last('stopped')?.uploadedBytes ?? Number.NaN);
    const lines = reportLines({
      lengthBytes: content.lengthBytes,
      seederUploadedBytes: uploadedBytes(seeder),
      leechers: leechers.map((leecher) => {
        const { seconds, fromPeers } = leecher.process.last('complete')!;
        return {
          name: leecher.name,
          seconds: Number(seconds),
          fromPeers: Number(fromPeers),
          uploadedBytes: uploadedBytes(leecher),
        };
      }),
    });
    for (const line of lines) say(line);
  }

  /** All leave as at Ctrl-C, the tracker last so that they can say good-bye. */
  async stop(): Promise<void> {
    const [tracker, ...peers] = this.#running;
    await Promise.all(peers.map(leave));
    if (tracker !== undefined) await leave(tracker);
  }

  /** For the very end: no waiting. */
  kill(): void {
    for (const { process } of this.#running) process.child.kill('SIGKILL');
  }
}

function rowOf({ name, process, down, up }: Peer): PeerRow {
  const nowMs = performance.now();
  const complete = process.last('complete');
  const now = process.last('progress');
  const number = (key: string) => Number(now?.[key] ?? 0);
  const isSeeder = name === 'seeder';
  const fraction = complete === undefined ? number('doneBytes') / (number('lengthBytes') || 1) : 1;
  const row = {
    name,
    fraction,
    downRate: down.measure(number('downloadedBytes'), nowMs),
    upRate: up.measure(number('uploadedBytes'), nowMs),
    peers: number('peers'),
  };
  if (now === undefined) return { ...row, note: 'starting' };
  if (complete === undefined || isSeeder) return row;
  return { ...row, note: `complete in ${formatDuration(Number(complete.seconds))}` };
}

async function leave({ process }: Peer): Promise<void> {
  const timer = setTimeout(() => process.child.kill('SIGKILL'), leaveMs);
  await process.interrupt();
  clearTimeout(timer);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function requireRoom({ sizeBytes, leecherCount }: DemoOptions): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  const neededBytes = sizeBytes * (leecherCount + 1) * 1.01;
  if (bavail * bsize >= neededBytes) return;
  const [needs, has] = [formatBytes(Math.ceil(neededBytes)), formatBytes(bavail * bsize)];
  throw new Error(
    `${tmpdir()} has ${has} free, and the demo needs ${needs}. Choose another place with TMPDIR=DIR, or a smaller --size.`,
  );
}

/** Returns the exit status. */
async function main(options: DemoOptions): Promise<number> {
  const interrupt = new AbortController();
  await requireRoom(options);
  const startedAtMs = performance.now();
  const dir = await mkdtemp(join(tmpdir(), 'shoal-demo-'));
  const demo = new Demo(options, dir, interrupt.signal);
  const remove = () => {
    demo.kill();
    if (!options.keep) rmSync(dir, { recursive: true, force: true });
  };
  // The second Ctrl-C does not wait for anybody to leave.
  const onSignal = () => (interrupt.signal.aborted ? process.exit(130) : interrupt.abort());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  process.on('exit', remove);
  process.stdout.on('error', () => interrupt.abort());
  try {
    await demo.run();
    const took = formatDuration((performance.now() - startedAtMs) / 1000);
    say(
      options.keep
        ? `  Kept in ${dir}, after ${took}.`
        : `  All over in ${took}, nothing left behind.`,
    );
    return 0;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    return 130;
  } finally {
    await demo.stop();
    if (!options.keep) await rm(dir, { recursive: true, force: true });
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) say(usage);
  else process.exitCode = await main(options);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`demo: ${message}\n`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  process.exitCode = code.startsWith('ERR_PARSE_ARGS') || message.startsWith('--') ? 2 : 1;
}
