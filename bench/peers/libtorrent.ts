/** libtorrent (C++, the engine of qBittorrent and Deluge) through Debian's Python bindings. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { debianPython, missingPythonModule } from '../../test/interop/programs/installed.ts';
import type { MeasuredProcess } from '../measured-process.ts';
import { type BenchProgram, eventNamed, isEvent, type Job } from './bench-program.ts';

const script = fileURLToPath(new URL('libtorrent-peer.py', import.meta.url));
const startMs = 30_000;

export const libtorrent: BenchProgram = {
  name: 'libtorrent',
  missing: missingPythonModule('libtorrent', 'python3-libtorrent'),
  needsTracker: false,

  version() {
    const ask = ['-c', 'import libtorrent; print(libtorrent.__version__)'];
    return spawnSync(debianPython, ask, { encoding: 'utf8' }).stdout.trim();
  },

  async seed(job) {
    const process = start(job, 'seed');
    const listening = process.seen('it listens', eventNamed('listening'), startMs);
    const checked = process.seen('it seeds', isEvent('seeding'), job.timeoutMs);
    const [{ value }] = await Promise.all([listening, checked]);
    return { process, port: Number(value.port) };
  },

  get(job, seederPort) {
    const process = start(job, 'get', seederPort);
    return { process, complete: process.seen('completion', isEvent('complete'), job.timeoutMs) };
  },
};

function start(
  { workspace, torrentFile, dir }: Job,
  role: 'seed' | 'get',
  peerPort: number | null = null,
): MeasuredProcess {
  const orders = JSON.stringify({ role, torrentFile, dir, peerPort });
  return workspace.start('libtorrent', debianPython, [script, orders]);
}
