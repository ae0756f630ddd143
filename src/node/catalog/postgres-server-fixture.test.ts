import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A PostgreSQL server of a test, on a port of its own; its data is thrown away. */
export interface TestPostgres {
  /** The URL of a new, empty database. */
  newDatabase(): Promise<string>;
  start(): Promise<void>;
  /** Ends it at once; connections break. */
  stop(): Promise<void>;
  /** Stops answering without closing anything, and goes on again. */
  freeze(): void;
  thaw(): void;
  remove(): Promise<void>;
}

const installRoot = '/usr/lib/postgresql';
const needed = 'needs a PostgreSQL server: apt-get install postgresql';

function binFolder(): string | undefined {
  if (!existsSync(installRoot)) return undefined;
  return readdirSync(installRoot)
    .map((version) => join(installRoot, version, 'bin'))
    .findLast((bin) => existsSync(join(bin, 'initdb')));
}

/** The server refuses to run as root, so that root becomes the user that Debian's package makes. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: 'pipe' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** The reason to skip, or false. */
export function missingPostgres(): string | false {
  if (binFolder() === undefined) return needed;
  try {
    serverUser();
    return false;
  } catch {
    return needed;
  }
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const bin = binFolder()!;
  const user = serverUser();
  const folder = mkdtempSync(join(tmpdir(), 'shoal-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const run = { ...user, cwd: folder };
  const initial = [
    '-D',
    data,
    '-U',
    'shoal',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
  ];
  await promisify(execFile)(join(bin, 'initdb'), initial, run);
  const port = await freePort();
  const options = ['fsync=off', 'listen_addresses=127.0.0.1', 'max_connections=60'];
  const args = ['-D', data, '-p', String(port), '-k', folder, ...options.flatMap((o) => ['-c', o])];
  let server: ChildProcess | undefined;
  let databases = 0;
  const kill = () => {
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', kill);

  const isUp = async () => {
    try {
      await promisify(execFile)(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]);
      return true;
    } catch {
      return false;
    }
  };
  const start = async () => {
    server = spawn(join(bin, 'postgres'), args, { ...run, stdio: 'ignore' });
    while (!(await isUp())) {
      if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const stop = async () => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGQUIT');
    await exited;
  };
  await start();
  return {
    async newDatabase() {
      const name = `test${++databases}`;
      const admin = ['-h', '127.0.0.1', '-p', String(port), '-U', 'shoal', name];
      await promisify(execFile)(join(bin, 'createdb'), admin);
      return `postgres://shoal:secret-word@127.0.0.1:${port}/${name}`;
    },
    start,
    stop,
    freeze: () => signalAll(server!, 'SIGSTOP'),
    thaw: () => signalAll(server!, 'SIGCONT'),
    async remove() {
      process.off('exit', kill);
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Each connection has a process of its own below the server's. */
function signalAll(server: ChildProcess, signal: 'SIGSTOP' | 'SIGCONT'): void {
  const pid = server.pid!;
  const below = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  for (const each of [pid, ...below.trim().split(/\s+/).map(Number)]) process.kill(each, signal);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
