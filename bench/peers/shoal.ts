/** Shoal's own command with its default settings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MeasuredProcess } from '../measured-process.ts';
import type { Workspace } from '../workspace.ts';
import { type BenchProgram, eventNamed, isEvent, type Job } from './bench-program.ts';
import { findShoalCommand } from './shoal-command.ts';

const startMs = 30_000;
const command = findShoalCommand();

export const shoalIsBuilt = command.isBuilt;

export function startShoal(workspace: Workspace, args: readonly string[]): MeasuredProcess {
  return workspace.start('shoal', process.execPath, [command.entry, ...args, '--json']);
}

export const shoal: BenchProgram = {
  name: 'shoal',
  missing: false,
  needsTracker: false,

  version() {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
  },

  async seed({ workspace, torrentFile, dir, scratch, timeoutMs }) {
    const state = join(scratch, 'seed-state');
    const args = ['seed', torrentFile, '--dir', dir, '--state-dir', state];
    const process = startShoal(workspace, args);
    const started = process.seen('it listens', eventNamed('started'), startMs);
    const checked = process.seen('it seeds', isEvent('complete'), timeoutMs);
    const [{ value }] = await Promise.all([started, checked]);
    return { process, port: Number(value.port) };
  },

  get({ workspace, torrentFile, dir, scratch, timeoutMs }, seederPort) {
    const peer = seederPort === undefined ? [] : ['--peer', `127.0.0.1:${seederPort}`];
    const state = join(scratch, 'get-state');
    const args = ['get', torrentFile, '-o', dir, '--state-dir', state, ...peer];
    const process = startShoal(workspace, args);
    return { process, complete: process.seen('completion', isEvent('complete'), timeoutMs) };
  },
};

/** A .torrent of the content; with a tracker in it when there is one. */
export async function createTorrent(
  { workspace, torrentFile, timeoutMs }: Pick<Job, 'workspace' | 'torrentFile' | 'timeoutMs'>,
  content: string,
  pieceLength: number,
  tracker?: string,
): Promise<void> {
  const announce = tracker === undefined ? [] : ['-a', tracker];
  const args = ['create', content, '-o', torrentFile, '-l', `${pieceLength}`, '-f', ...announce];
  await startShoal(workspace, args).success(timeoutMs);
}
