/** The UDP tracker client against packets that are lost, doubled, forged, cut off or late. */
import assert from 'node:assert/strict';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { toHex } from '../base/hex.ts';
import { decodeLatin1 } from '../base/text.ts';
import {
  encodeUdpAnnounceReply,
  encodeUdpConnectReply,
  encodeUdpErrorReply,
  encodeUdpScrapeReply,
} from '../protocol/udp-tracker-reply.ts';
import {
  decodeUdpTrackerRequest,
  type UdpTrackerRequest,
} from '../protocol/udp-tracker-request.ts';
import { announceBy, assertFailure, parameters } from './tracker-client-fixtures.test.ts';
import { NodeTrackerClients } from './tracker-clients.ts';
import { firstConnected, UdpTrackerConnection } from './udp-tracker-connection.ts';
import { UdpTrackerSocket } from './udp-tracker-socket.ts';

type Reply = (packet: Uint8Array) => void;
type Answer = (request: UdpTrackerRequest, reply: Reply, from: RemoteInfo) => void;

interface Scene {
  readonly url: string;
  readonly clients: NodeTrackerClients;
  readonly socket: Socket;
  /** Actions of the requests, in order of arrival. */
  readonly log: string[];
}

/** A tracker of a few lines: `answer` sees every request and may do anything. */
async function withTracker(answer: Answer, use: (scene: Scene) => Promise<void>): Promise<void> {
  const socket = createSocket('udp4');
  const log: string[] = [];
  socket.on('message', (packet, from) => {
    const request = decodeUdpTrackerRequest(packet);
    assert.ok(request !== undefined);
    log.push(request.action);
    answer(request, (bytes) => socket.send(bytes, from.port, from.address), from);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const clients = new NodeTrackerClients({
    udp: { firstTimeoutMs: 60, attempts: 2, connectionIdMs: 60_000 },
  });
  try {
    const url = `udp://127.0.0.1:${socket.address().port}/announce`;
    await use({ url, clients, socket, log });
  } finally {
    clients.close();
    socket.close();
  }
}

const peers = Uint8Array.of(1, 2, 3, 4, 0, 5);
const connectionId = 0x1234_5678_9abc_def0n;

/** What a well-behaved tracker says. */
function goodPacket(request: UdpTrackerRequest): Uint8Array {
  const { transactionId } = request;
  switch (request.action) {
    case 'connect':
      return encodeUdpConnectReply(transactionId, connectionId);
    case 'announce': {
      const counts = { intervalSeconds: 600, seeders: 2, leechers: 3 };
      return encodeUdpAnnounceReply({ transactionId, ...counts, peers });
    }
    case 'scrape': {
      const swarms = request.infoHashes.map((hash) => {
        return { seeders: hash[0]!, leechers: 1, downloads: 2 };
      });
      return encodeUdpScrapeReply({ transactionId, swarms });
    }
  }
}

const good: Answer = (request, reply) => reply(goodPacket(request));
const goodReply = {
  intervalMs: 600_000,
  seeders: 2,
  leechers: 3,
  peers: [{ host: '1.2.3.4', port: 5 }],
};

/** Answers well, except for what `first` does with the first request of this action. */
function exceptFirst(action: UdpTrackerRequest['action'], first: Answer): Answer {
  let isFirst = true;
  return (request, reply, from) => {
    if (request.action !== action || !isFirst) {
      good(request, reply, from);
      return;
    }
    isFirst = false;
    first(request, reply, from);
  };
}

describe('exchange', () => {
  test('connect, then announce with all fields, path and query', async () => {
    let announced: UdpTrackerRequest | undefined;
    const answer: Answer = (request, reply, from) => {
      if (request.action === 'announce') announced = request;
      good(request, reply, from);
    };
    await withTracker(answer, async ({ url, clients, log }) => {
      const { reply } = await announceBy(clients, `${url}?auth=7`);
      assert.deepEqual(reply, goodReply);
      assert.deepEqual(log, ['connect', 'announce']);
      assert.ok(announced?.action === 'announce');
      assert.equal(announced.connectionId, connectionId);
      assert.equal(toHex(announced.infoHash), 'f1'.repeat(20));
      assert.deepEqual(
        [announced.event, announced.leftBytes, announced.port],
        ['started', 10, 6881],
      );
      assert.equal(decodeLatin1(announced.urlData!), '/announce?auth=7');
    });
  });

  test('the connection id serves further requests, and one connect serves many at once', async () => {
    await withTracker(good, async ({ url, clients, log }) => {
      await Promise.all([1, 2, 3].map(() => announceBy(clients, url)));
      await announceBy(clients, url);
      assert.deepEqual(log, ['connect', 'announce', 'announce', 'announce', 'announce']);
    });
  });

  test('scrapes keep their order and are split where they do not fit', async () => {
    await withTracker(good, async ({ url, clients, log }) => {
      const hashes = Array.from({ length: 150 }, (_, i) => new Uint8Array(20).fill(i));
      const counts = await new Promise<readonly unknown[] | undefined>((resolve) => {
        clients.scrape(url, hashes, (reply) => resolve(reply));
      });
      assert.equal(counts?.length, 150);
      assert.deepEqual(counts?.[149], { seeders: 149, downloads: 2, leechers: 1 });
      assert.deepEqual(log, ['connect', 'scrape', 'scrape', 'scrape']);
    });
  });

  test('an error packet is told in its words', async () => {
    const refuse: Answer = ({ transactionId }, reply) =>
      reply(encodeUdpErrorReply(transactionId, 'not\n\u202eregistered'));
    await withTracker(exceptFirst('announce', refuse), async ({ url, clients }) => {
      const outcome = await announceBy(clients, url);
      assertFailure(outcome, 'TRACKER_SAID_NO', /^not registered$/);
    });
  });
});

test('of several addresses, the first that answers is used and the others are left alone', async () => {
  const silent = createSocket('udp4');
  let asked = 0;
  silent.on('message', () => asked++);
  silent.bind(0, '127.0.0.1');
  await once(silent, 'listening');
  await withTracker(good, async ({ socket }) => {
    const shared = new UdpTrackerSocket();
    const schedule = { firstTimeoutMs: 40, attempts: 3, connectionIdMs: 60_000 };
    const connections = [silent, socket].map((one) => {
      const target = { address: '127.0.0.1', family: 4, port: one.address().port } as const;
      return new UdpTrackerConnection(target, shared, schedule);
    });
    const ask = () =>
      new Promise<UdpTrackerConnection | undefined>((resolve) => {
        firstConnected(connections, 3, (connected) => resolve(connected?.connection));
      });
    assert.equal(await ask(), connections[1]);
    assert.equal(await ask(), connections[1]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(asked, 2);
    shared.close();
  });
  silent.close();
});

describe('faults', () => {
  test('a lost connect and a lost announce are sent again', async () => {
    for (const action of ['connect', 'announce'] as const) {
      await withTracker(
        exceptFirst(action, () => {}),
        async ({ url, clients, log }) => {
          assert.deepEqual((await announceBy(clients, url)).reply, goodReply);
          assert.equal(log.filter((one) => one === action).length, 2);
        },
      );
    }
  });

  test('a dead tracker is reported after two transmissions', async () => {
    await withTracker(
      () => {},
      async ({ url, clients, log }) => {
        const startMs = performance.now();
        assertFailure(await announceBy(clients, url), 'TRACKER_TIMEOUT', /no answer/);
        assert.ok(performance.now() - startMs >= 170);
        assert.deepEqual(log, ['connect', 'connect']);
      },
    );
  });

  test('after a restart of the tracker the old connection id is given up', async () => {
    let current = connectionId;
    const answer: Answer = (request, reply) => {
      if (request.action === 'connect') {
        reply(encodeUdpConnectReply(request.transactionId, current));
      } else if (request.connectionId === current) reply(goodPacket(request));
    };
    await withTracker(answer, async ({ url, clients, log }) => {
      await announceBy(clients, url);
      current = 99n;
      assert.deepEqual((await announceBy(clients, url)).reply, goodReply);
      assert.deepEqual(log, ['connect', 'announce', 'announce', 'connect', 'announce']);
    });
  });

  test('packets that answer nothing are ignored, and the answer still counts', async () => {
    const disturb: Answer = (request, reply) => {
      const packet = goodPacket(request);
      const otherId = packet.slice();
      otherId[7]! ^= 1;
      const otherAction = packet.slice();
      otherAction[3] = request.action === 'connect' ? 2 : 0;
      const unknownAction = packet.slice();
      unknownAction[0] = 9;
      for (const bytes of [
        new Uint8Array(0),
        packet.subarray(0, 7),
        packet.subarray(0, packet.length - 7),
        otherId,
        otherAction,
        unknownAction,
        packet,
        packet,
      ]) {
        if (bytes.length !== packet.length - 7 || request.action === 'connect') reply(bytes);
      }
    };
    await withTracker(disturb, async ({ url, clients }) => {
      assert.deepEqual((await announceBy(clients, url)).reply, goodReply);
      assert.deepEqual((await announceBy(clients, url)).reply, goodReply);
      assert.ok(clients.ignoredPackets >= 15, String(clients.ignoredPackets));
    });
  });

  test('an answer from another port is a forgery', async () => {
    const forger = createSocket('udp4');
    forger.bind(0, '127.0.0.1');
    await once(forger, 'listening');
    const answer: Answer = (request, reply, from) => {
      const forged = encodeUdpConnectReply(request.transactionId, 666n);
      const evil = encodeUdpErrorReply(request.transactionId, 'forged');
      forger.send(request.action === 'connect' ? forged : evil, from.port, from.address, () => {
        setTimeout(() => reply(goodPacket(request)), 15);
      });
    };
    await withTracker(answer, async ({ url, clients }) => {
      assert.deepEqual((await announceBy(clients, url)).reply, goodReply);
      assert.equal(clients.ignoredPackets, 2);
    });
    forger.close();
  });

  test('cancelled and closed exchanges tell nothing', async () => {
    await withTracker(
      () => {},
      async ({ url, clients }) => {
        let told = 0;
        clients.announce(parameters(url), () => told++).cancel();
        const later = clients.announce(parameters(url), () => told++);
        await new Promise((resolve) => setTimeout(resolve, 20));
        later.cancel();
        clients.announce(parameters(url), () => told++);
        await new Promise((resolve) => setTimeout(resolve, 20));
        clients.close();
        await new Promise((resolve) => setTimeout(resolve, 100));
        assert.equal(told, 0);
      },
    );
  });

  for (const url of ['udp://127.0.0.1', 'udp://127.0.0.1:0/a', 'udp://', 'udp://224.0.0.1:5/a']) {
    test(`${url} is not asked`, async () => {
      const clients = new NodeTrackerClients();
      const { failure } = await announceBy(clients, url);
      assert.match(failure?.code ?? '', /^TRACKER_(BAD_URL|FORBIDDEN)$/);
      clients.close();
    });
  }
});
