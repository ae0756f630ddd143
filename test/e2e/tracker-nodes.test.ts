/**
 * Three trackers on one Redis and one PostgreSQL, as a site would run them: any of them answers any
 * client, one can die under load, and Redis can go away and come back without its data.
 */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { after, before, describe, test } from 'node:test';
import { CatalogClient } from '../../src/api/client/catalog-client.ts';
import { SeededRandom } from '../../src/base/random.ts';
import {
  missingPostgres,
  startTestPostgres,
  type TestPostgres,
} from '../../src/node/catalog/postgres-server-fixture.test.ts';
import { sampleTorrent } from '../../src/node/catalog/sample-torrent-fixture.test.ts';
import { missingRedisServer, RedisServer } from '../../src/node/redis/redis-server-fixture.test.ts';
import {
  decodeHttpAnnounceReply,
  decodeHttpScrapeReply,
  type HttpAnnounceReply,
  isHttpTrackerFailure,
} from '../../src/protocol/http-tracker-reply-reader.ts';
import { buildAnnounceUrl, buildScrapeUrl } from '../../src/protocol/http-tracker-url.ts';
import type { SwarmCounts } from '../../src/protocol/swarm-counts.ts';
import type { TrackerEvent } from '../../src/protocol/tracker-event.ts';
import {
  decodeUdpTrackerReply,
  type UdpTrackerReply,
} from '../../src/protocol/udp-tracker-reply.ts';
import {
  encodeUdpAnnounceRequest,
  encodeUdpConnectRequest,
} from '../../src/protocol/udp-tracker-request.ts';
import { type RunningShoal, startShoal } from './shoal-process.ts';

const intervalSeconds = 600;
const shortIntervalSeconds = 66;

interface Node {
  readonly process: RunningShoal;
  readonly url: string;
  readonly udpPort: number;
}

interface Peer {
  readonly swarm: number;
  readonly port: number;
  readonly isSeeder: boolean;
  readonly event?: TrackerEvent;
}

function infoHashOf(swarm: number): Uint8Array {
  return new Uint8Array(20).fill(swarm, 0, 10).fill(200 - swarm, 10);
}

function fieldsOf({ swarm, port, isSeeder, event = 'none' }: Peer) {
  return {
    infoHash: infoHashOf(swarm),
    peerId: new Uint8Array(20).fill(65),
    port,
    uploadedBytes: 0,
    downloadedBytes: 0,
    leftBytes: isSeeder ? 0 : 1000,
    event,
    numWant: 50,
    key: port,
  };
}

async function startNode(redis: string, catalog: string): Promise<Node> {
  const flags = ['--host', '127.0.0.1', '--port', '0', '--json', '--log-level', 'error'];
  const shared = ['--swarm-store', redis, '--catalog', catalog, '--interval', '10min'];
  const process = startShoal(['tracker', ...flags, ...shared]);
  const [line] = await process.stdoutMatches(/^.*\n/);
  const { port, udpPort } = JSON.parse(line) as { port: number; udpPort: number };
  return { process, url: `http://127.0.0.1:${port}`, udpPort };
}

async function announce(node: Node, peer: Peer): Promise<HttpAnnounceReply> {
  const response = await fetch(buildAnnounceUrl(`${node.url}/announce`, fieldsOf(peer)));
  const reply = decodeHttpAnnounceReply(new Uint8Array(await response.arrayBuffer()));
  if (isHttpTrackerFailure(reply)) throw new Error(reply.failureReason);
  return reply;
}

async function scrape(node: Node, swarms: readonly number[]): Promise<SwarmCounts[]> {
  const infoHashes = swarms.map(infoHashOf);
  const response = await fetch(buildScrapeUrl(`${node.url}/scrape`, infoHashes));
  const counts = decodeHttpScrapeReply(new Uint8Array(await response.arrayBuffer()), infoHashes);
  if (isHttpTrackerFailure(counts)) throw new Error(counts.failureReason);
  return counts.map((count) => count ?? { seeders: 0, leechers: 0, downloads: 0 });
}

async function healthOf(node: Node): Promise<{ status: string; problem?: string }> {
  const response = await fetch(`${node.url}/health`);
  return (await response.json()) as { status: string; problem?: string };
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const startMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startMs > 15_000) assert.fail(`waited too long for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A client of UDP trackers that asks again when nothing comes. */
class UdpClient {
  readonly #socket: Socket = createSocket('udp4');
  #transactions = 0;
  readonly #waiting = new Map<number, (reply: UdpTrackerReply) => void>();

  constructor() {
    this.#socket.on('message', (packet) => {
      const reply = decodeUdpTrackerReply(packet);
      if (reply !== undefined) this.#waiting.get(reply.transactionId)?.(reply);
    });
  }

  async connect(node: Node): Promise<bigint> {
    const reply = await this.#ask(node, encodeUdpConnectRequest);
    assert.ok(reply.action === 'connect');
    return reply.connectionId;
  }

  async announce(node: Node, connectionId: bigint, peer: Peer): Promise<UdpTrackerReply> {
    const fields = { ...fieldsOf(peer), connectionId, ipv4: 0 };
    return this.#ask(node, (transactionId) =>
      encodeUdpAnnounceRequest({ ...fields, transactionId }),
    );
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(node: Node, encode: (transactionId: number) => Uint8Array): Promise<UdpTrackerReply> {
    for (let tries = 0; tries < 3; tries++) {
      const transactionId = ++this.#transactions;
      const reply = await new Promise<UdpTrackerReply | undefined>((resolve) => {
        const timer = setTimeout(() => resolve(undefined), 700);
        this.#waiting.set(transactionId, (found) => {
          clearTimeout(timer);
          resolve(found);
        });
        this.#socket.send(encode(transactionId), node.udpPort, '127.0.0.1');
      });
      this.#waiting.delete(transactionId);
      if (reply !== undefined) return reply;
    }
    throw new Error(`no answer from UDP port ${node.udpPort}`);
  }
}

const skip = missingRedisServer() || missingPostgres();

describe('three trackers on one Redis and one PostgreSQL', { skip }, () => {
  let redis: RedisServer;
  let postgres: TestPostgres;
  let udp: UdpClient;
  const nodes: Node[] = [];

  before(async () => {
    udp = new UdpClient();
    [redis, postgres] = await Promise.all([RedisServer.start(), startTestPostgres()]);
    const catalog = await postgres.newDatabase();
    nodes.push(...(await Promise.all([0, 1, 2].map(() => startNode(redis.url, catalog)))));
  });
  after(async () => {
    udp.close();
    for (const { process } of nodes) process.child.kill('SIGTERM');
    const ended = await Promise.all(nodes.map(({ process }) => process.ended));
    await redis.close();
    await postgres.remove();
    // The second was killed by its test.
    const codes = ended.map(({ code }) => code);
    assert.deepEqual(codes, [0, -1, 0], ended.map(({ stderr }) => stderr).join('\n'));
  });

  test('peers that announce to one are known to all, over HTTP and UDP', async () => {
    const [a, b, c] = nodes as [Node, Node, Node];
    await announce(a, { swarm: 1, port: 1001, isSeeder: true });
    const atB = await announce(b, { swarm: 1, port: 1002, isSeeder: false });
    assert.deepEqual(atB.peers, [{ host: '127.0.0.1', port: 1001 }]);
    const id = await udp.connect(a);
    const atC = await udp.announce(c, id, { swarm: 1, port: 1003, isSeeder: false });
    assert.ok(
      atC.action === 'announce',
      JSON.stringify(atC, (_, value) => String(value)),
    );
    assert.deepEqual([atC.seeders, atC.leechers, atC.peers.length], [1, 2, 12]);
    await udp.announce(b, id, { swarm: 1, port: 1003, isSeeder: false, event: 'stopped' });
    assert.deepEqual(await scrape(a, [1]), [{ seeders: 1, leechers: 1, downloads: 0 }]);
  });

  test('what is published on one is listed and fetched on another', async () => {
    const [a, b] = nodes as [Node, Node];
    const torrent = sampleTorrent({ name: 'a shared holiday' });
    const { entry } = await new CatalogClient(a.url).publish(torrent);
    const reader = new CatalogClient(b.url);
    const { entries } = await reader.list({ query: 'holiday' });
    assert.deepEqual(
      entries.map(({ id }) => id),
      [entry.id],
    );
    assert.deepEqual(await reader.torrent('a shared holiday'), torrent);
  });

  test('one is killed under load: no swarm is lost, counts are right, the others go on', async () => {
    const [a, b, c] = nodes as [Node, Node, Node];
    const swarms = Array.from({ length: 15 }, (_, i) => 20 + i);
    const peers: Peer[] = swarms.flatMap((swarm) =>
      Array.from({ length: 40 }, (_, i) => ({ swarm, port: 2000 + i, isSeeder: i % 4 === 0 })),
    );
    const random = new SeededRandom(3);
    const ids = await Promise.all(nodes.map((node) => udp.connect(node)));
    let done = 0;
    const silent = new Set<Node>();
    /** As clients do: one that gets no answer asks another tracker, and that one again later. */
    const announceAnywhere = async (peer: Peer): Promise<void> => {
      for (let step = 0; step < 9; step++) {
        const trusted = nodes.filter((node) => !silent.has(node));
        const among = trusted.length > 0 ? trusted : nodes;
        const node = among[random.below(among.length)]!;
        try {
          if (random.below(2) === 0) await announce(node, peer);
          else await udp.announce(node, ids[random.below(3)]!, peer);
          silent.delete(node);
          return;
        } catch {
          silent.add(node);
        }
      }
      assert.fail('no tracker answers');
    };
    const waiting = [...peers, ...peers].values();
    const client = async (): Promise<void> => {
      for (const peer of waiting) {
        await announceAnywhere(peer);
        if (++done === peers.length / 2) b.process.child.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: 20 }, client));
    assert.equal((await b.process.ended).code, -1);
    assert.ok(silent.has(b), 'nobody noticed the death');

    const truth = swarms.map(() => ({ seeders: 10, leechers: 30, downloads: 0 }));
    for (const node of [a, c]) {
      assert.deepEqual(await scrape(node, swarms), truth);
      assert.equal((await healthOf(node)).status, 'ok');
    }
    const reply = await announce(c, { swarm: 20, port: 2000, isSeeder: false });
    assert.deepEqual([reply.seeders, reply.leechers, reply.peers.length], [9, 31, 39]);
  });

  test('Redis dies and comes back empty: answers go on, and nothing is lost', async () => {
    const [a, , c] = nodes as [Node, Node, Node];
    await announce(a, { swarm: 50, port: 3001, isSeeder: true });
    const known = await announce(c, { swarm: 50, port: 3002, isSeeder: false });
    assert.ok(known.intervalSeconds! >= intervalSeconds);
    await redis.kill();
    for (const node of [a, c]) {
      await until(
        async () => (await healthOf(node)).status === 'degraded',
        'the outage to be told',
      );
      assert.match(
        (await healthOf(node)).problem ?? '',
        /^Redis at 127\.0\.0\.1:\d+ cannot be used/,
      );
    }
    const alone = await announce(c, { swarm: 50, port: 3003, isSeeder: false });
    assert.ok(alone.intervalSeconds! <= shortIntervalSeconds, `${alone.intervalSeconds} s`);
    assert.deepEqual(alone.peers.map(({ port }) => port).sort(), [3001, 3002]);
    const id = await udp.connect(a);
    const over = await udp.announce(c, id, { swarm: 50, port: 3004, isSeeder: true });
    assert.ok(over.action === 'announce' && over.intervalSeconds <= shortIntervalSeconds);

    await redis.startAgain();
    for (const node of [a, c]) {
      await until(async () => (await healthOf(node)).status === 'ok', 'the recovery');
    }
    const [back] = await scrape(a, [50]);
    assert.deepEqual(back, { seeders: 2, leechers: 2, downloads: 0 });
  });
});
