/** The tracker of the npm package bittorrent-tracker (JavaScript), HTTP and UDP. */
import { fileURLToPath } from 'node:url';
import { ChildProgram } from './child-program.ts';
import { missingPackage } from './installed.ts';
import type { TrackerProgram } from './program.ts';

const script = fileURLToPath(new URL('./bittorrent-tracker-server.ts', import.meta.url));
const startMs = 20_000;

export const bittorrentTracker: TrackerProgram = {
  name: 'bittorrent-tracker',
  missing: missingPackage('bittorrent-tracker'),

  async track({ host = '127.0.0.1' }) {
    const child = new ChildProgram('bittorrent-tracker', process.execPath, [script, host]);
    const [, httpPort, udpPort] = await child.line(/^\{"http":(\d+),"udp":(\d+)\}/, startMs);
    return {
      name: 'bittorrent-tracker',
      http: `http://${host}:${httpPort}/announce`,
      udp: `udp://${host}:${udpPort}/announce`,
      log: () => child.log(),
      stop: () => child.stop(),
    };
  },
};
