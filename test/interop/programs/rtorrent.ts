/** rtorrent (C++, rakshasa's libtorrent), as a daemon: it says nothing, so it notes in a file what it has. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { ChildProgram } from './child-program.ts';
import { freePort } from './free-port.ts';
import { missingCommand } from './installed.ts';
import type { Download, GetOptions, Peer, PeerProgram, SeedOptions } from './program.ts';

const transferMs = 90_000;
const lookMs = 100;

export const rtorrent: PeerProgram = {
  name: 'rtorrent',
  missing: missingCommand('rtorrent', 'rtorrent'),

  async seed({ torrentFile, dir, port, upLimit = 0 }: SeedOptions): Promise<Peer> {
    const { peer } = await start({ source: torrentFile, dir, upLimit, downLimit: 0, port });
    return peer;
  },

  async get({ source, dir, upLimit = 0, downLimit = 0 }: GetOptions): Promise<Download> {
    const { peer, child, notes } = await start({ source, dir, upLimit, downLimit });
    const done = child.until('the end of the download', transferMs, finished(child, notes));
    done.catch(() => {});
    return { ...peer, done };
  },
};

interface Start {
  readonly source: string;
  readonly dir: string;
  /** Bytes per second; 0 for no limit. */
  readonly upLimit: number;
  readonly downLimit: number;
  readonly port?: number | undefined;
}

async function start(options: Start): Promise<{ peer: Peer; child: ChildProgram; notes: string }> {
  const port = options.port ?? (await freePort());
  const own = await mkdtemp(join(tmpdir(), 'shoal-rtorrent-'));
  const notes = join(own, 'finished');
  const settings = join(own, 'rc');
  await writeFile(settings, rcFile({ ...options, port, own, notes }));
  const child = new ChildProgram('rtorrent', 'rtorrent', ['-n', '-o', `import=${settings}`], {
    cwd: own,
    env: { HOME: own, TERM: 'dumb' },
  });
  const end = (how: 'stop' | 'kill') => async () => {
    await child[how]();
    await rm(own, { recursive: true, force: true });
  };
  const peer = {
    name: 'rtorrent',
    port,
    log: () => child.log(),
    stop: end('stop'),
    kill: end('kill'),
  };
  return { peer, child, notes };
}

function rcFile(options: Start & { port: number; own: string; notes: string }): string {
  const { source, dir, upLimit, downLimit, port, own, notes } = options;
  return `
system.daemon.set = true
session.path.set = ${own}
directory.default.set = ${dir}
network.port_range.set = ${port}-${port}
network.port_random.set = no
dht.mode.set = disable
protocol.pex.set = no
trackers.use_udp.set = yes
throttle.global_up.max_rate.set_kb = ${Math.ceil(upLimit / 1024)}
throttle.global_down.max_rate.set_kb = ${Math.ceil(downLimit / 1024)}
log.open_file = "log", ${join(own, 'log')}
log.add_output = "info", "log"
log.add_output = "tracker_debug", "log"
method.set_key = event.download.finished, note, "execute.nothrow.bg={sh,-c,echo \\"$1\\" >> ${notes},note,$d.name=}"
load.start = "${source}"
`;
}

/** For a magnet link the metadata is a download of its own, named after the info-hash. */
async function finished(child: ChildProgram, notes: string): Promise<void> {
  while (!child.hasExited) {
    const names = (await readFile(notes, 'utf8').catch(() => '')).split('\n');
    if (names.some((name) => name !== '' && !name.endsWith('.meta'))) return;
    await after(lookMs);
  }
}
