/** Our own command, run from its sources, behind the same face as the others. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram } from './child-program.ts';
import type {
  Download,
  GetOptions,
  Peer,
  PeerProgram,
  SeedOptions,
  TrackerProgram,
} from './program.ts';

const entry = fileURLToPath(new URL('../../../src/cli/bin.ts', import.meta.url));
const startMs = 20_000;
const transferMs = 90_000;

/** One line of `--json`. */
export type Line = Readonly<Record<string, unknown>>;

export const shoal: PeerProgram = {
  name: 'shoal',
  missing: false,

  async seed({ torrentFile, dir, port = 0, upLimit }: SeedOptions): Promise<Peer> {
    const limits = upLimit === undefined ? [] : ['--up', `${upLimit}`];
    const args = ['seed', torrentFile, '--dir', dir, '--port', `${port}`, ...limits];
    const { peer, child } = await startPeer(args);
    await child.until('it to seed', startMs, event(child, 'complete'));
    return peer;
  },

  async get(options: GetOptions): Promise<Download> {
    return getWithShoal(options);
  },
};

export interface ShoalGetOptions extends GetOptions {
  readonly more?: readonly string[];
  /** A folder for state that outlives the process; absent uses one of its own. */
  readonly stateDir?: string;
}

export async function getWithShoal(options: ShoalGetOptions): Promise<Download> {
  const { source, dir, upLimit, downLimit, more = [], stateDir } = options;
  const limits = [
    ...(upLimit === undefined ? [] : ['--up', `${upLimit}`]),
    ...(downLimit === undefined ? [] : ['--down', `${downLimit}`]),
  ];
  const { peer, child } = await startPeer(['get', source, '-o', dir, ...limits, ...more], stateDir);
  const wanted = event(child, 'complete');
  const done = child.until('the end of the download', transferMs, wanted).then(() => {});
  done.catch(() => {});
  return { ...peer, done };
}

async function startPeer(
  args: readonly string[],
  keptState?: string,
): Promise<{ peer: Peer; child: ChildProgram }> {
  const state = keptState ?? (await mkdtemp(join(tmpdir(), 'shoal-interop-state-')));
  const remove = async () => {
    if (keptState === undefined) await rm(state, { recursive: true, force: true });
  };
  const child = startShoal([...args, '--json', '--state-dir', state]);
  const started = await child
    .until('it to start', startMs, event(child, 'started'))
    .catch(async (error: unknown) => {
      await child.kill();
      await remove();
      throw error;
    });
  const end = (how: 'stop' | 'kill') => async () => {
    await child[how]();
    await remove();
  };
  const port = Number(started.port);
  const peer = {
    name: 'shoal',
    port,
    log: () => child.log(),
    stop: end('stop'),
    kill: end('kill'),
  };
  return { peer, child };
}

export const shoalTracker: TrackerProgram = {
  name: 'shoal tracker',
  missing: false,

  async track({ host = '127.0.0.1' }) {
    const child = startShoal(['tracker', '--host', host, '--port', '0', '--json']);
    const [, port] = await child.line(/:(\d+)\/announce/, startMs);
    const address = host.includes(':') ? `[${host}]` : host;
    return {
      name: 'shoal tracker',
      http: `http://${address}:${port}/announce`,
      udp: `udp://${address}:${port}/announce`,
      log: () => child.log(),
      stop: () => child.stop(),
    };
  },
};

export interface Outcome {
  readonly status: number | string;
  /** The JSON lines that it printed. */
  readonly lines: readonly Line[];
  readonly log: string;
}

/** Runs a command that ends by itself, with `--json`. */
export async function runShoal(args: readonly string[], timeoutMs = 30_000): Promise<Outcome> {
  const child = startShoal([...args, '--json']);
  const timer = setTimeout(() => void child.kill(), timeoutMs);
  const status = await child.exited;
  clearTimeout(timer);
  return { status, lines: linesOf(child), log: child.log() };
}

function startShoal(args: readonly string[]): ChildProgram {
  return new ChildProgram('shoal', process.execPath, [entry, ...args], {
    cwd: dirname(entry),
    noise: /"(?:downRate|upRate|etaSeconds)":[\w.]+/g,
  });
}

function linesOf(child: ChildProgram): Line[] {
  return child
    .lines()
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text) as Line);
}

/** The first event of that name, past or future; rejects on an error event. */
function event(child: ChildProgram, name: string): Promise<Line> {
  return new Promise((resolve, reject) => {
    const look = (text: string) => {
      if (!text.startsWith('{')) return;
      const line = JSON.parse(text) as Line;
      if (line.error !== undefined) reject(new Error(`shoal: ${text}\n${child.log()}`));
      else if (line.event === name) resolve(line);
    };
    child.onLine(look);
    for (const text of child.lines()) look(text);
  });
}
