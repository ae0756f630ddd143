/** webtorrent (JavaScript) over TCP, in a process of its own. */
import { fileURLToPath } from 'node:url';
import { emptyFile } from '../content.ts';
import { type Orders, startGet, startSeed } from './event-program.ts';
import { missingPackage } from './installed.ts';
import type { PeerProgram } from './program.ts';

const script = fileURLToPath(new URL('./webtorrent-client.ts', import.meta.url));
const unlimited = { port: 0, upLimit: 0, downLimit: 0 };

export const webtorrent: PeerProgram = {
  name: 'webtorrent',
  missing: missingPackage('webtorrent'),
  leavesOut: [emptyFile],
  seed({ torrentFile, dir, ...more }) {
    const orders: Orders = { role: 'seed', source: torrentFile, dir, ...unlimited, ...more };
    return startSeed('webtorrent', process.execPath, [script], orders);
  },
  get({ source, dir, ...more }) {
    const orders: Orders = { role: 'get', source, dir, ...unlimited, ...more };
    return startGet('webtorrent', process.execPath, [script], orders);
  },
};
