/** The trackers that are compared: how each is started on this machine, and what it cannot do. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ChildProgram } from '../../test/interop/programs/child-program.ts';
import { freePort } from '../../test/interop/programs/free-port.ts';
import { missingCommand, missingPackage } from '../../test/interop/programs/installed.ts';
import { untilAnswers } from '../../test/interop/programs/tracker-answers.ts';
import { findShoalCommand } from '../peers/shoal-command.ts';
import type { Workspace } from '../workspace.ts';
import { coreChoice } from './core-choice.ts';
import type { LoadPopulation } from './load-population.ts';

const startMs = 60_000;

export interface RunningTracker {
  readonly child: ChildProgram;
  readonly pid: number;
  readonly httpPort: number;
  readonly udpPort: number;
}

export interface TrackerTarget {
  readonly name: string;
  /** False when it can run; else why it does not. */
  readonly missing: string | false;
  /** It may use so many. */
  readonly cores: number;
  start(workspace: Workspace, population: LoadPopulation): Promise<RunningTracker>;
}

const command = findShoalCommand();
const flags = spawnSync(process.execPath, [command.entry, 'tracker', '--help'], {
  encoding: 'utf8',
}).stdout;

/** Our tracker with `options` beside its defaults. */
export function shoalTracker(
  name: string,
  options: readonly string[],
  cores: number,
): TrackerTarget {
  const unknown = options.find((option) => option.startsWith('--') && !flags.includes(option));
  return {
    name,
    cores,
    missing: unknown === undefined ? false : `${name}: shoal tracker knows no ${unknown}`,
    start: () => startShoalTracker(options, cores),
  };
}

export async function startShoalTracker(
  options: readonly string[],
  cores: number,
): Promise<RunningTracker> {
  const entry = [command.entry, 'tracker', '--host', '127.0.0.1'];
  const port = options.includes('--port') ? [] : ['--port', '0'];
  const child = start('shoal', cores, [process.execPath, ...entry, ...port, ...options, '--json']);
  const [line] = await listening(child, /^\{.*"listening".*\}$/);
  const { port: httpPort, udpPort } = JSON.parse(line) as { port: number; udpPort: number };
  return { child, pid: child.pid, httpPort, udpPort };
}

/** Debian's build serves only an allow list, which it reads at its start and searches by halving. */
const opentracker: TrackerTarget = {
  name: 'opentracker',
  missing: missingCommand('opentracker', 'opentracker'),
  cores: 1,
  async start(workspace, population) {
    const dir = workspace.folder('opentracker');
    const allowed = Array.from({ length: population.swarms }, (_, i) =>
      Buffer.from(population.infoHash(i)).toString('hex'),
    );
    writeFileSync(join(dir, 'allowed'), allowed.map((hash) => `${hash}\n`).join(''));
    // Started by root it shuts itself in that folder and becomes nobody, who has to read it.
    chmodSync(dir, 0o755);
    const port = await freePort();
    const where = ['-i', '127.0.0.1', '-p', `${port}`, '-P', `${port}`];
    const child = start('opentracker', 1, ['opentracker', ...where, '-d', dir, '-w', 'allowed']);
    await untilAnswers(child, `http://127.0.0.1:${port}/announce`);
    // It reads the list while it answers already.
    await delay(500);
    return { child, pid: child.pid, httpPort: port, udpPort: port };
  },
};

const bittorrentTracker: TrackerTarget = {
  name: 'bittorrent-tracker',
  missing: missingPackage('bittorrent-tracker'),
  cores: 1,
  async start() {
    const script = fileURLToPath(new URL('./bittorrent-tracker-server.ts', import.meta.url));
    const child = start('bittorrent-tracker', 1, [process.execPath, script]);
    const [, httpPort, udpPort] = await listening(child, /^\{"port":(\d+),"udpPort":(\d+)\}/);
    return { child, pid: child.pid, httpPort: Number(httpPort), udpPort: Number(udpPort) };
  },
};

export const otherTrackers: readonly TrackerTarget[] = [opentracker, bittorrentTracker];

function start(name: string, cores: number, words: readonly string[]): ChildProgram {
  const [first = '', ...rest] = [...coreChoice.tracker(cores), ...words];
  return new ChildProgram(name, first, rest);
}

async function listening(child: ChildProgram, pattern: RegExp): Promise<RegExpExecArray> {
  try {
    return await child.line(pattern, startMs);
  } catch (error) {
    await child.stop();
    throw error;
  }
}
