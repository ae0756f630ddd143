/** What ten thousand torrents cost that are whole and that nobody asks for: time to start, memory, idle work. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MiB, number } from './figures.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { eventNamed } from './peers/bench-program.ts';
import { startShoal } from './peers/shoal.ts';
import { TrackerPlace } from './peers/tracker.ts';
import { atMost, type BenchOptions, type Report } from './report.ts';
import { makeSeedingSession } from './seeding-session.ts';
import { Workspace } from './workspace.ts';

const startMs = 300_000;
const pollMs = 500;
const memoryBar = 400 * MiB;
const idleBar = 0.03;

interface SeedsFigures {
  readonly torrents: number;
  readonly answeredMs: number;
  readonly seedingMs: number;
  readonly announcedMs: number;
  readonly residentBytes: number | undefined;
  readonly idleShare: number | undefined;
}

export async function benchManySeeds(options: BenchOptions): Promise<Report> {
  const torrents = options.quick ? 300 : 10_000;
  const idleMs = options.quick ? 3000 : 30_000;
  const workspace = new Workspace(options.dir);
  try {
    const figures = await measure(workspace, torrents, idleMs, options.note);
    const { residentBytes, idleShare } = figures;
    return {
      name: 'seeds',
      title: 'Many torrents that nobody asks for',
      conditions: `A daemon with ${torrents.toLocaleString('en')} whole torrents of one small file each, all announced to one tracker on this machine; idle for ${idleMs / 1000} s once every torrent is announced.`,
      tables: [table(figures)],
      bars: [
        atMost(
          residentBytes,
          memoryBar,
          (bytes) => `${number(bytes / MiB)} MiB resident, at most ${memoryBar / MiB}`,
          'resident memory is not known here',
        ),
        atMost(
          idleShare,
          idleBar,
          (share) => `${(share * 100).toFixed(1)} % of a core while idle, at most 3 %`,
          'the work of a process is not known here',
        ),
      ],
      skipped: [],
      figures,
    };
  } finally {
    await workspace.close();
  }
}

async function measure(
  workspace: Workspace,
  torrents: number,
  idleMs: number,
  note: (text: string) => void,
): Promise<SeedsFigures> {
  const place = await TrackerPlace.find();
  note(`seeds: making ${torrents} torrents`);
  const session = await makeSeedingSession(workspace.folder('seeds'), torrents, place.announceUrl);
  const tracker = await place.start(workspace);
  note('seeds: starting the daemon');
  const { dataDir, contentDir } = session;
  const args = ['daemon', '--port', '0', '--data', dataDir, '--dir', contentDir];
  const daemon = startShoal(workspace, args);
  const listening = await daemon.seen('the API listens', eventNamed('listening'), startMs);
  const url = `${String(listening.value.url)}/api/v1`;
  const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
  const ask = async () => {
    const response = await fetch(`${url}/session`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return (await response.json()) as { counts: Record<string, number> };
  };
  await ask();
  const answeredMs = performance.now() - daemon.startedAtMs;
  await until(daemon, async () => (await ask()).counts.seeding === torrents);
  const seedingMs = performance.now() - daemon.startedAtMs;
  note(`seeds: all seed after ${(seedingMs / 1000).toFixed(1)} s; waiting for the announces`);
  await tracker.seeders(torrents, startMs);
  const announcedMs = performance.now() - daemon.startedAtMs;
  await delay(2000);
  const before = daemon.usage();
  await delay(idleMs);
  const after = daemon.usage();
  const idleShare = before && after && ((after.cpuSeconds - before.cpuSeconds) * 1000) / idleMs;
  const residentBytes = after?.residentBytes;
  return { torrents, answeredMs, seedingMs, announcedMs, residentBytes, idleShare };
}

async function until(daemon: MeasuredProcess, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + startMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw daemon.failure('it took too long');
    await delay(pollMs);
  }
}

function table(figures: SeedsFigures): Report['tables'][number] {
  const seconds = (ms: number) => `${number(ms / 1000)} s`;
  return {
    columns: ['', ''],
    rows: [
      ['torrents', figures.torrents.toLocaleString('en')],
      ['first answer of the API', seconds(figures.answeredMs)],
      ['all seed', seconds(figures.seedingMs)],
      ['all announced', seconds(figures.announcedMs)],
      [
        'memory',
        figures.residentBytes === undefined ? '–' : `${number(figures.residentBytes / MiB)} MiB`,
      ],
      [
        'idle work',
        figures.idleShare === undefined
          ? '–'
          : `${(figures.idleShare * 100).toFixed(1)} % of a core`,
      ],
    ],
  };
}
