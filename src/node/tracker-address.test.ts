/** Which URLs and addresses the tracker clients ask, and where redirects may lead. */
import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { after, describe, test } from 'node:test';
import { checkAddresses } from './tracker-address.ts';
import {
  announceBy,
  assertFailure,
  goodBody,
  goodPeers,
  type Outcome,
  withServer,
} from './tracker-client-fixtures.test.ts';
import { NodeTrackerClients } from './tracker-clients.ts';

const clients = new NodeTrackerClients({
  http: { timeoutMs: 200 },
});
after(() => clients.close());

function announce(url: string): Promise<Outcome> {
  return announceBy(clients, url);
}

describe('redirects', () => {
  test('are followed to the answer', async () => {
    const listener: RequestListener = (request, response) => {
      if (request.url?.startsWith('/announce/there') === true) response.end(goodBody);
      else response.writeHead(302, { location: '/announce/there?x=1' }).end();
    };
    await withServer(listener, async (url) => {
      assert.deepEqual((await announce(url)).reply?.peers, goodPeers);
    });
  });

  test('in a circle end after five', async () => {
    let requests = 0;
    const listener: RequestListener = (_request, response) => {
      requests++;
      response.writeHead(301, { location: '/announce' }).end();
    };
    await withServer(listener, async (url) => {
      assertFailure(await announce(url), 'TRACKER_REDIRECTS', /more than 5/);
    });
    assert.equal(requests, 6);
  });

  for (const [location, code] of [
    ['file:///etc/passwd', 'TRACKER_BAD_URL'],
    ['udp://127.0.0.1:1/announce', 'TRACKER_BAD_URL'],
    ['http://', 'TRACKER_REDIRECTS'],
    ['/api/shutdown', 'TRACKER_FORBIDDEN'],
    ['http://224.0.0.1/announce', 'TRACKER_FORBIDDEN'],
    ['http://0.0.0.0/announce', 'TRACKER_FORBIDDEN'],
    ['http://169.254.169.254/latest/meta-data', 'TRACKER_FORBIDDEN'],
  ] as const) {
    test(`to ${location} are refused`, async () => {
      const listener: RequestListener = (_request, response) => {
        response.writeHead(302, { location }).end();
      };
      await withServer(listener, async (url) => {
        assertFailure(await announce(url), code, /./);
      });
    });
  }
});

describe('URLs that are not asked', () => {
  for (const [url, code] of [
    ['', 'TRACKER_BAD_URL'],
    ['not a url', 'TRACKER_BAD_URL'],
    ['ftp://127.0.0.1/announce', 'TRACKER_BAD_URL'],
    ['wss://127.0.0.1/announce', 'TRACKER_BAD_URL'],
    ['http://127.0.0.1:1/api/v2/app/shutdown', 'TRACKER_FORBIDDEN'],
    ['http://[::1]:1/x', 'TRACKER_FORBIDDEN'],
    ['http://127.0.0.1:1/announce?info_hash=x', 'TRACKER_FORBIDDEN'],
    ['http://0/announce', 'TRACKER_FORBIDDEN'],
  ] as const) {
    test(JSON.stringify(url), async () => {
      assertFailure(await announce(url), code, /./);
    });
  }
});

describe('addresses', () => {
  const url = new URL('http://tracker.example/announce');
  const rules = { mustBeGlobal: false, checksPath: true };
  const at = (address: string) => [{ address, family: address.includes(':') ? 6 : 4 } as const];

  test('the internet and the local network are asked', () => {
    assert.equal(checkAddresses(url, at('8.8.8.8'), rules), true);
    assert.equal(checkAddresses(url, at('192.168.1.1'), rules), false);
    assert.equal(checkAddresses(new URL('http://h/x'), at('192.168.1.1'), rules), false);
  });

  test('from the internet no redirect leads inside', () => {
    const after = { mustBeGlobal: true, checksPath: true };
    assert.equal(checkAddresses(url, at('2a00::1'), after), true);
    for (const address of ['127.0.0.1', '10.0.0.1', '::1', 'fd00::1', '::ffff:10.0.0.1']) {
      assert.throws(() => checkAddresses(url, at(address), after), { code: 'TRACKER_FORBIDDEN' });
    }
  });

  test('where its own machine is refused, private networks are asked and special ones are not', () => {
    const strict = { mustBeGlobal: false, checksPath: false, refusesOwn: true };
    for (const address of ['8.8.8.8', '10.0.0.1', '192.168.1.1', 'fd00::1']) {
      checkAddresses(url, at(address), strict);
    }
    const own = [
      '127.0.0.1',
      '::1',
      '169.254.169.254',
      'fe80::1',
      '100.100.100.200',
      '0.0.0.0',
      '::',
    ];
    for (const address of [...own, '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::']) {
      assert.throws(
        () => checkAddresses(url, at(address), strict),
        { code: 'TRACKER_FORBIDDEN' },
        address,
      );
    }
  });

  test('one bad address among good ones is enough', () => {
    const mixed = [...at('8.8.8.8'), ...at('127.0.0.1')];
    const elsewhere = new URL('http://tracker.example/admin');
    assert.throws(() => checkAddresses(elsewhere, mixed, rules), { code: 'TRACKER_FORBIDDEN' });
    assert.equal(checkAddresses(url, mixed, rules), false);
  });
});
