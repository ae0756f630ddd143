/** A tracker's logic over a store in memory, and its pages as an app that is asked without a socket. */
import fastify, { type FastifyInstance } from 'fastify';
import { SeededRandom } from '../../base/random.ts';
import { encodeLatin1 } from '../../base/text.ts';
import { noHooks } from '../../tracker/hooks.ts';
import { MemorySwarmStore } from '../../tracker/memory-swarm-store.ts';
import type { SwarmStore } from '../../tracker/swarm-store.ts';
import { TrackerLogic } from '../../tracker/tracker-logic.ts';
import { dashboardRoutes } from './dashboard-routes.ts';
import type { CatalogItemDetail, CatalogView, TrackerView } from './tracker-view.ts';

export interface Rig {
  readonly app: FastifyInstance;
  readonly logic: TrackerLogic;
  /** Lets pages that are kept grow old, and the tracker's clock run. */
  later(ms: number): void;
  get(path: string): Promise<{ status: number; headers: Record<string, unknown>; text: string }>;
}

export function makeRig(more: Partial<Omit<TrackerView, 'logic'>> = {}, store?: SwarmStore): Rig {
  const random = new SeededRandom(1);
  let nowMs = 5000;
  const context = {
    store: store ?? new MemorySwarmStore({ random: random.fork(), peerTimeoutMs: 3_600_000 }),
    hooks: noHooks,
    policy: {
      intervalMs: 1_800_000,
      intervalJitter: 0,
      minIntervalMs: 60_000,
      defaultNumWant: 50,
      maxNumWant: 200,
    },
    random,
  };
  const logic = new TrackerLogic(context, () => nowMs);
  const app = fastify();
  const settings = { showAddresses: false, version: '9.8.7' };
  const announceUrls = ['http://192.0.2.1:6969/announce', 'udp://192.0.2.1:6969/announce'];
  app.register(dashboardRoutes({ logic, announceUrls, settings, ...more }));
  return {
    app,
    logic,
    later: (ms) => {
      nowMs += ms;
      logic.tick();
    },
    get: async (path) => {
      const { statusCode, headers, body } = await app.inject(path);
      return { status: statusCode, headers, text: body };
    },
  };
}

export function infoHashOf(seed: number): Uint8Array {
  return new Uint8Array(20).map((_, i) => (seed * 31 + i * 7) & 255);
}

/** `port` tells peers apart; of its own network for IPv6. */
export function announce(
  logic: TrackerLogic,
  infoHash: Uint8Array,
  port: number,
  more: { isSeeder?: boolean; isV6?: boolean; client?: string } = {},
): void {
  const v6 = Uint8Array.of(0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 9);
  logic.announce(
    {
      transport: 'udp',
      infoHash,
      peerId: encodeLatin1((more.client ?? '-SH0100-').padEnd(20, 'z')),
      address: more.isV6 === true ? v6 : Uint8Array.of(10, 1, 2, 3),
      port,
      uploadedBytes: 0,
      downloadedBytes: 0,
      leftBytes: more.isSeeder === true ? 0 : 1,
      event: 'started',
      numWant: 0,
      wantsBothFamilies: false,
      wantsPeerIds: false,
      urlData: undefined,
    },
    () => {},
  );
}

export function catalogWith(items: readonly CatalogItemDetail[]): CatalogView {
  const byHash = new Map(items.map((item) => [item.infoHash, item]));
  return {
    lookup: (infoHashes) =>
      Promise.resolve(new Map([...byHash].filter(([infoHash]) => infoHashes.includes(infoHash)))),
    list: ({ search, limit, offset }) => {
      const found = items.filter(
        ({ name, files }) =>
          name.includes(search) || files.some(({ path }) => search !== '' && path.includes(search)),
      );
      return Promise.resolve({ items: found.slice(offset, offset + limit), total: found.length });
    },
    detail: (infoHash) => Promise.resolve(byHash.get(infoHash)),
  };
}

export function itemOf(infoHash: string, name: string): CatalogItemDetail {
  return {
    infoHash,
    name,
    lengthBytes: 3 * 1024 ** 3,
    fileCount: 2,
    publishedAt: '2026-03-04T05:06:07.000Z',
    pieceLength: 1024 ** 2,
    files: [
      { path: `${name}/one.bin`, lengthBytes: 1024 },
      { path: `${name}/two.bin`, lengthBytes: 2048 },
    ],
  };
}
