/** webtorrent (JavaScript) over TCP on the same Node.js, found through a tracker. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { missingPackage } from '../../test/interop/programs/installed.ts';
import type { MeasuredProcess } from '../measured-process.ts';
import { type BenchProgram, eventNamed, isEvent, type Job } from './bench-program.ts';

const client = new URL('../../test/interop/programs/webtorrent-client.ts', import.meta.url);
const startMs = 30_000;

export const webtorrent: BenchProgram = {
  name: 'webtorrent',
  missing: missingPackage('webtorrent'),
  needsTracker: true,

  version() {
    const manifest = new URL('package.json', import.meta.resolve('webtorrent'));
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  },

  async seed(job) {
    const process = start(job, 'seed');
    const listening = process.seen('it listens', eventNamed('listening'), startMs);
    const checked = process.seen('it seeds', isEvent('seeding'), job.timeoutMs);
    const [{ value }] = await Promise.all([listening, checked]);
    return { process, port: Number(value.port) };
  },

  get(job) {
    const process = start(job, 'get');
    return { process, complete: process.seen('completion', isEvent('complete'), job.timeoutMs) };
  },
};

function start({ workspace, torrentFile, dir }: Job, role: 'seed' | 'get'): MeasuredProcess {
  const orders = { role, source: torrentFile, dir, port: 0, upLimit: 0, downLimit: 0 };
  const args = [fileURLToPath(client), JSON.stringify(orders)];
  return workspace.start('webtorrent', process.execPath, args);
}
