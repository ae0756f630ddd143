/**
 * aria2 (C++). Default settings, except for what would leave this machine, and without allocating the
 * file in advance, which would only cost it time. Peers come from a tracker; it knows no other way.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../test/interop/programs/free-port.ts';
import { missingCommand } from '../../test/interop/programs/installed.ts';
import type { BenchProgram, Job } from './bench-program.ts';

const base = [
  '--no-conf',
  '--enable-dht=false',
  '--enable-dht6=false',
  '--bt-enable-lpd=false',
  '--allow-overwrite=true',
  '--file-allocation=none',
  '--summary-interval=0',
  '--show-console-readout=false',
  '--enable-color=false',
  '--seed-ratio=0',
];

const completeMark = 'shoal-bench: complete';

export const aria2: BenchProgram = {
  name: 'aria2',
  missing: missingCommand('aria2c', 'aria2'),
  needsTracker: true,

  version() {
    const { stdout } = spawnSync('aria2c', ['--version'], { encoding: 'utf8' });
    return /version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  },

  async seed(job) {
    const port = await freePort();
    const args = ['--check-integrity=true', `--listen-port=${port}`];
    const process = job.workspace.start('aria2', 'aria2c', [...base, ...args, ...place(job)]);
    const look = (line: string) => (/IPv4 BitTorrent: listening/.test(line) ? true : undefined);
    await process.seen('it seeds', look, job.timeoutMs);
    return { process, port };
  },

  get(job) {
    // It prints nothing at the moment of completion, but it runs a command then.
    const hook = join(job.scratch, 'complete.sh');
    writeFileSync(hook, `#!/bin/sh\necho '${completeMark}'\n`);
    chmodSync(hook, 0o755);
    const args = [`--on-bt-download-complete=${hook}`, ...place(job)];
    const process = job.workspace.start('aria2', 'aria2c', [...base, ...args]);
    const look = (line: string) => (line.includes(completeMark) ? true : undefined);
    return { process, complete: process.seen('completion', look, job.timeoutMs) };
  },
};

function place({ dir, torrentFile }: Job): readonly string[] {
  return [`--dir=${dir}`, torrentFile];
}
