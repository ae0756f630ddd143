/**
 * The tracker's HTTP port with its pages, over a tracker that has been busy for an hour: real sockets
 * and real announces, a clock that was moved forward.
 */

import { SeededRandom } from '../../../src/base/random.ts';
import { MixedRequests } from '../../../src/node/http/mixed-requests.ts';
import { TrackerResponder } from '../../../src/node/http/tracker-responder.ts';
import { HttpTrackerServer } from '../../../src/node/http-tracker-server.ts';
import { noHooks } from '../../../src/tracker/hooks.ts';
import { MemorySwarmStore } from '../../../src/tracker/memory-swarm-store.ts';
import { TrackerLogic } from '../../../src/tracker/tracker-logic.ts';
import { createOperationsApp } from '../../../src/tracker-server/operations-app.ts';
import { dashboardRoutes } from '../../../src/tracker-server/pages/dashboard-routes.ts';
import { catalogOf, liveAnHour, makeTorrents, type NamedTorrent } from './busy-tracker.ts';

export interface DashboardStage {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly torrents: readonly NamedTorrent[];
  /** Shown as degraded while set. */
  problem: string | undefined;
  /** A real announce over HTTP, from loopback under the given port. */
  announce(torrent: NamedTorrent, port: number, isSeeder: boolean): Promise<void>;
  close(): Promise<void>;
}

const seed = 5;
const timeoutMs = 15_000;
const tickMs = 250;

/** `names` replaces the names of the first torrents. */
export async function setDashboardStage(names: readonly string[] = []): Promise<DashboardStage> {
  const random = new SeededRandom(seed);
  const clock = { nowMs: 1000 };
  const logic = makeLogic(random, () => clock.nowMs);
  const torrents = makeTorrents(312, random).map((torrent, i) => ({
    ...torrent,
    name: names[i] ?? torrent.name,
  }));
  liveAnHour(logic, clock, torrents, random);
  const startMs = performance.now() - clock.nowMs;
  const ticking = setInterval(() => {
    clock.nowMs = performance.now() - startMs;
    // The traffic of the last minutes goes on, so that the plot's end is not a cliff.
    for (let n = 0; n < 36; n++) logic.count('announces', n % 3 === 0 ? 'http' : 'udp');
    logic.tick();
  }, tickMs);

  const responder = new TrackerResponder({ logic, trustedProxies: [] });
  const mixed = new MixedRequests(responder);
  const announceUrls: string[] = [];
  const stage = { problem: undefined as string | undefined };
  const view = {
    logic,
    announceUrls,
    catalog: catalogOf(torrents),
    problem: () => stage.problem,
    settings: { showAddresses: false, version: '0.1.0' },
  };
  const operations = await createOperationsApp({
    plugins: [dashboardRoutes(view)],
    answerTracker: (request, response) => mixed.answer(request, response),
    timeoutMs,
  });
  const http = await HttpTrackerServer.listen({
    host: '127.0.0.1',
    port: 0,
    responder,
    operations: operations.server,
    maxConnections: 100,
    timeoutMs,
  });
  for (const host of ['192.168.1.5', '[fd00::5]', '127.0.0.1']) {
    announceUrls.push(`http://${host}:6969/announce`, `udp://${host}:6969/announce`);
  }
  const origin = `http://127.0.0.1:${http.port}`;
  return Object.assign(stage, {
    origin,
    torrents,
    announce: async (torrent: NamedTorrent, port: number, isSeeder: boolean) => {
      const infoHash = [...torrent.bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
      const peerId = `-SH0100-${String(port).padStart(12, '0')}`;
      const query = `info_hash=${infoHash.join('')}&peer_id=${peerId}&port=${port}&left=${isSeeder ? 0 : 1}&event=started`;
      const response = await fetch(`${origin}/announce?${query}`);
      const text = await response.text();
      if (text.includes('failure reason')) throw new Error(text);
    },
    close: async () => {
      clearInterval(ticking);
      await http.close();
      await operations.close();
    },
  });
}

function makeLogic(random: SeededRandom, nowMs: () => number): TrackerLogic {
  const store = new MemorySwarmStore({ random: random.fork(), peerTimeoutMs: 7_200_000 });
  const policy = {
    intervalMs: 1_800_000,
    intervalJitter: 0.1,
    minIntervalMs: 60_000,
    defaultNumWant: 50,
    maxNumWant: 200,
  };
  return new TrackerLogic({ store, hooks: noHooks, policy, random }, nowMs);
}
