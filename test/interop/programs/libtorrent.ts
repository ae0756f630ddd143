/** libtorrent (C++, the engine of qBittorrent and Deluge) through its Python bindings. */
import { fileURLToPath } from 'node:url';
import { ChildProgram } from './child-program.ts';
import { type Orders, startGet, startSeed } from './event-program.ts';
import { debianPython, firstReason, missingCommand, missingPythonModule } from './installed.ts';
import type { PeerProgram } from './program.ts';

const script = fileURLToPath(new URL('./libtorrent-client.py', import.meta.url));
const createMs = 30_000;

function ordersOf(
  role: 'seed' | 'get',
  source: string,
  dir: string,
  more: { port?: number; upLimit?: number; downLimit?: number },
): Orders {
  return { role, source, dir, port: 0, upLimit: 0, downLimit: 0, ...more };
}

export const libtorrent: PeerProgram = {
  name: 'libtorrent',
  missing: firstReason(
    missingCommand('python3', 'python3-libtorrent'),
    missingPythonModule('libtorrent', 'python3-libtorrent'),
  ),
  seed({ torrentFile, dir, ...more }) {
    return startSeed(
      'libtorrent',
      debianPython,
      [script],
      ordersOf('seed', torrentFile, dir, more),
    );
  },
  get({ source, dir, ...more }) {
    return startGet('libtorrent', debianPython, [script], ordersOf('get', source, dir, more));
  },
};

export interface CreateOrders {
  /** What to make a torrent of. */
  readonly path: string;
  readonly output: string;
  readonly version: '1' | '2' | 'hybrid';
  /** Bytes. */
  readonly pieceLength: number;
  readonly trackers: readonly string[];
}

/** Makes a .torrent file; resolves when it is written. */
export async function createWithLibtorrent(orders: CreateOrders): Promise<void> {
  const order = JSON.stringify({ role: 'create', ...orders });
  const child = new ChildProgram('libtorrent', debianPython, [script, order]);
  const status = await Promise.race([
    child.exited,
    new Promise((_resolve, reject) => {
      const give = () => reject(new Error(`libtorrent: still creating\n${child.log()}`));
      setTimeout(give, createMs).unref();
    }),
  ]).finally(() => child.kill());
  if (status !== 0) throw new Error(`libtorrent could not create a torrent\n${child.log()}`);
}
