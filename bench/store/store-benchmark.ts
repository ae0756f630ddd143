/**
 * The tracker's store of swarms by itself: time of an announce, memory and pauses at full size, and a
 * snapshot and back. Every case has a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { number, size } from '../figures.ts';
import { atMost, type Bar, type BenchOptions, type Report, type Table } from '../report.ts';
import type { AnnounceFigures, RestartFigures, ScaleFigures } from './store-figures.ts';

export interface StoreBenchOptions {
  /** At full size; a tenth of them, and not more than a million, take part in the restart. */
  readonly peers: number;
  readonly announces: number;
  note(text: string): void;
}

const bytesBar = 40;
const announceMsBar = 1;
const pauseMsBar = 20;
const restartSecondsBar = 3;

export async function benchTrackerStore({ quick, note }: BenchOptions): Promise<Report> {
  const peers = quick ? 500_000 : 10_000_000;
  return storeReport({ peers, announces: quick ? 500_000 : 5_000_000, note });
}

export function storeReport({ peers, announces, note }: StoreBenchOptions): Report {
  const run = <T>(name: string, count: number): T => {
    note(`tracker-store: ${name}, ${number(count)}`);
    return runCase<T>(name, count);
  };
  const own = run<AnnounceFigures>('announce', announces);
  const shared = run<AnnounceFigures>('announce-shared', announces);
  const uniform = run<ScaleFigures>('uniform', peers);
  const zipf = run<ScaleFigures>('zipf', peers);
  const restarted = run<RestartFigures>('restart', Math.min(1_000_000, peers));
  return {
    name: 'tracker-store',
    title: "The tracker's store",
    conditions: `One thread, IPv4, 30 peers wanted. Announces among 10,000 swarms of 100 peers. At size: ${number(peers)} peers in ${number(peers / 10)} swarms that come in random order, all alike or as many as 1 over their rank; then twenty minutes of announces with a tick each simulated second, then all but a thousand fall silent at once. Locks as for several threads unless said.`,
    tables: [
      announceTable(own, shared),
      scaleTable(uniform, zipf),
      pauseTable(uniform, zipf),
      restartTable(restarted),
    ],
    bars: [
      ...scaleBars('alike', uniform),
      ...scaleBars('by rank', zipf),
      ...restartBars(restarted),
    ],
    skipped: [],
    figures: { own, shared, uniform, zipf, restarted },
  };
}

function runCase<T>(name: string, count: number): T {
  const script = fileURLToPath(new URL('store-case.ts', import.meta.url));
  const args = ['--expose-gc', script, name, `${count}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the case ${name} ended (${status})\n${stderr}`);
  return JSON.parse(stdout) as T;
}

function announceTable(own: AnnounceFigures, shared: AnnounceFigures): Table {
  const row = (name: string, { wallNs, cpuNs, bytesPerPeer }: AnnounceFigures) => [
    name,
    number(wallNs),
    number(cpuNs),
    number(1e9 / cpuNs),
    number(bytesPerPeer),
  ];
  return {
    title: 'Announces',
    columns: ['memory', 'ns', 'processor ns', 'a processor-second', 'bytes a peer'],
    rows: [row('of one thread', own), row('shared, with locks', shared)],
  };
}

function scaleTable(uniform: ScaleFigures, zipf: ScaleFigures): Table {
  const row = (name: string, each: ScaleFigures) => [
    name,
    number(each.peers),
    number(each.swarms),
    number(each.bytesPerPeer),
    number(each.usedBytesPerPeer),
    number((each.fillSeconds * 1e9) / each.peers),
  ];
  return {
    title: 'Size',
    columns: ['swarms', 'peers', 'swarms', 'resident bytes a peer', 'its own account', 'ns to add'],
    rows: [row('alike', uniform), row('by rank', zipf)],
  };
}

function pauseTable(uniform: ScaleFigures, zipf: ScaleFigures): Table {
  const rows = (name: string, { steady, silent, expirySeconds }: ScaleFigures) =>
    [
      { what: `${name}, steady`, each: steady, took: '' },
      { what: `${name}, all silent`, each: silent, took: number(expirySeconds) },
    ].map(({ what, each, took }) => [
      what,
      number(each.p50Ms * 1000),
      number(each.p99Ms * 1000),
      number(each.longestAnnounceMs),
      number(each.longestTickMs),
      number(each.forgotten),
      took,
    ]);
  const columns = ['swarms', 'announce p50 µs', 'p99 µs', 'longest ms', 'longest tick ms'];
  return {
    title: 'Pauses',
    columns: [...columns, 'forgotten', 's'],
    rows: [...rows('alike', uniform), ...rows('by rank', zipf)],
  };
}

function restartTable(restarted: RestartFigures): Table {
  const { peers, bytes, snapshotSeconds, restoreSeconds, longestStepMs, lost } = restarted;
  const figures = [snapshotSeconds, longestStepMs, restoreSeconds, lost].map(number);
  return {
    title: 'Snapshot',
    columns: ['peers', 'file', 's to take', 'longest step ms', 's to restore', 'lost'],
    rows: [[number(peers), size(bytes), ...figures]],
  };
}

function scaleBars(name: string, { bytesPerPeer, steady, silent }: ScaleFigures): Bar[] {
  const p99Ms = Math.max(steady.p99Ms, silent.p99Ms);
  const pauseMs = Math.max(steady.longestTickMs, silent.longestTickMs);
  return [
    atMost(
      bytesPerPeer,
      bytesBar,
      (v) => `${name}: ${number(v)} bytes a peer; at most ${bytesBar}`,
      '',
    ),
    atMost(
      p99Ms,
      announceMsBar,
      (v) => `${name}: announces p99 ${number(v)} ms; at most ${announceMsBar} ms`,
      '',
    ),
    atMost(
      pauseMs,
      pauseMsBar,
      (v) => `${name}: no tick over ${number(v)} ms; at most ${pauseMsBar} ms`,
      '',
    ),
  ];
}

function restartBars({ snapshotSeconds, restoreSeconds, lost }: RestartFigures): Bar[] {
  const seconds = snapshotSeconds + restoreSeconds;
  const say = (v: number) =>
    `snapshot and restore take ${number(v)} s, ${lost} peers lost; at most ${restartSecondsBar} s, none lost`;
  const bar = atMost(seconds, restartSecondsBar, say, '');
  return [{ ...bar, met: bar.met === true && lost === 0 }];
}
