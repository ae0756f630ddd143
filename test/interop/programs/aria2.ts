/** aria2 (C++): finds peers through trackers only, so that a test stays on this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProgram } from './child-program.ts';
import { freePort } from './free-port.ts';
import { missingCommand } from './installed.ts';
import type { Download, GetOptions, Peer, PeerProgram, SeedOptions } from './program.ts';

const startMs = 20_000;
const transferMs = 90_000;

const quiet = [
  '--no-conf',
  // UDP trackers work only beside the DHT; without an entry point that asks nobody.
  '--enable-dht=true',
  '--enable-dht6=false',
  '--bt-enable-lpd=false',
  '--allow-overwrite=true',
  '--file-allocation=none',
  '--summary-interval=0',
  '--show-console-readout=false',
  '--enable-color=false',
  '--console-log-level=notice',
];

export const aria2: PeerProgram = {
  name: 'aria2',
  missing: missingCommand('aria2c', 'aria2'),

  async seed({ torrentFile, dir, port, upLimit = 0 }: SeedOptions): Promise<Peer> {
    const args = ['--check-integrity=true', '--seed-ratio=0', `--max-upload-limit=${upLimit}`];
    const { peer } = await start(port, [...args, `--dir=${dir}`, torrentFile]);
    return peer;
  },

  async get({ source, dir, upLimit = 0, downLimit = 0 }: GetOptions): Promise<Download> {
    const limits = [`--max-download-limit=${downLimit}`, `--max-upload-limit=${upLimit}`];
    const args = ['--seed-time=0', ...limits, `--dir=${dir}`, source];
    const { peer, child } = await start(undefined, args);
    const done = child.until('the end of the download', transferMs, finish(child));
    done.catch(() => {});
    return { ...peer, done };
  },
};

/** Its own folder holds what it saves of the DHT: by replacing the file that it is told, whatever that is. */
async function start(
  wanted: number | undefined,
  args: readonly string[],
): Promise<{ peer: Peer; child: ChildProgram }> {
  const port = wanted ?? (await freePort());
  const own = await mkdtemp(join(tmpdir(), 'shoal-aria2-'));
  const where = [`--listen-port=${port}`, `--dht-listen-port=${port}`];
  const all = [...quiet, ...where, `--dht-file-path=${join(own, 'dht.dat')}`, ...args];
  const child = new ChildProgram('aria2', 'aria2c', all, { cwd: own, env: { HOME: own } });
  const end = (how: 'stop' | 'kill') => async () => {
    await child[how]();
    await rm(own, { recursive: true, force: true });
  };
  const [stop, kill] = [end('stop'), end('kill')];
  try {
    await child.line(/IPv4 BitTorrent: listening/, startMs);
  } catch (error) {
    await kill();
    throw error;
  }
  return { peer: { name: 'aria2', port, log: () => child.log(), stop, kill }, child };
}

/** It ends by itself when everything is there, since it was told not to seed. */
async function finish(child: ChildProgram): Promise<void> {
  const how = await child.exited;
  if (how !== 0) throw new Error(`aria2 ended (${how})\n${child.log()}`);
}
