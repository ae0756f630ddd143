/** The stores' suite against a real Redis, each store under a key prefix of its own, in virtual time. */
import { after, before, describe } from 'node:test';
import { SeededRandom } from '../../base/random.ts';
import { MemorySwarmStore } from '../../tracker/memory-swarm-store.ts';
import { peerTimeoutMs, testSwarmStore } from '../../tracker/swarm-store-conformance.test.ts';
import { parseRedisUrl } from './redis-address.ts';
import { RedisLink } from './redis-link.ts';
import { missingRedisServer, RedisServer } from './redis-server-fixture.test.ts';
import { RedisSwarmStore } from './redis-swarm-store.ts';

describe('Redis', { skip: missingRedisServer() }, () => {
  let server: RedisServer | undefined;
  let link: RedisLink | undefined;
  let stores = 0;

  before(async () => {
    server = await RedisServer.start();
    link = await RedisLink.open(parseRedisUrl(server.url), { timeoutMs: 10_000 });
  });
  after(async () => {
    await link?.close();
    await server?.close();
  });

  const make = (): RedisSwarmStore => {
    const random = new SeededRandom(++stores);
    return new RedisSwarmStore({
      link: link!,
      keyPrefix: `test${stores}:`,
      local: new MemorySwarmStore({ random, peerTimeoutMs }),
      peerTimeoutMs,
      clock: 'caller',
      refreshMs: 0,
      random,
    });
  };
  testSwarmStore('RedisSwarmStore', make, {
    settle: (store) => (store as RedisSwarmStore).refreshTotals(),
  });
});
