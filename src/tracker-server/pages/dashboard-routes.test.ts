import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { toHex } from '../../base/hex.ts';
import { SeededRandom } from '../../base/random.ts';
import { MemorySwarmStore } from '../../tracker/memory-swarm-store.ts';
import { announce, catalogWith, infoHashOf, itemOf, makeRig } from './pages-rig-fixture.test.ts';

const [hashA, hashB] = [infoHashOf(1), infoHashOf(2)];
const [hexA, hexB] = [toHex(hashA), toHex(hashB)];
const hostile = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e\n\'&';

function filled(name = 'holiday pictures') {
  const rig = makeRig({ catalog: catalogWith([itemOf(hexA, name)]) });
  announce(rig.logic, hashA, 1, { isSeeder: true, client: '-qB4650-' });
  announce(rig.logic, hashA, 2, { isV6: true });
  announce(rig.logic, hashB, 3);
  announce(rig.logic, hashB, 4);
  announce(rig.logic, hashB, 5);
  return rig;
}

describe('pages', () => {
  test('figures, addresses, names and states are on the page without a script', async () => {
    const { status, headers, text } = await filled().get('/');
    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /^text\/html/);
    for (const part of [
      '<dt>Torrents</dt><dd>2</dd>',
      '<dt>Peers</dt><dd>5</dd>',
      'http://192.0.2.1:6969/announce',
      'holiday pictures',
      '3 GiB',
      'no seeder',
      'one seeder',
      'Shoal 9.8.7',
    ]) {
      assert.ok(text.includes(part), part);
    }
    assert.ok(text.includes(`title="${hexB}"`), 'a torrent without a name has its whole info-hash');
    assert.equal((await filled().get('/stats')).text.length > 1000, true);
  });

  test('every order sorts, says so and links to its opposite', async () => {
    const rig = filled();
    const rowsOf = async (query: string) => {
      const { text } = await rig.get(`/?${query}`);
      return { text, keys: [...text.matchAll(/data-key="(\w+)"/g)].map((match) => match[1]) };
    };
    for (const [query, first] of [
      ['sort=seeders', hexA],
      ['sort=leechers', hexB],
      ['sort=leechers&order=ascending', hexA],
      ['sort=name', hexA],
      ['sort=size&order=ascending', hexA],
      ['sort=health', hexB],
      ['sort=%3Cscript%3E', hexA],
    ] as const) {
      assert.equal((await rowsOf(query)).keys[0], first, query);
    }
    const { text } = await rowsOf('sort=leechers');
    assert.equal(text.match(/aria-sort="/g)?.length, 1);
    assert.match(
      text,
      /aria-sort="descending"><a href="\/\?sort=leechers&#38;order=ascending#table"/,
    );
  });

  test('search finds names, file names and the beginning of an info-hash', async () => {
    const rig = filled();
    const find = async (search: string) => {
      const { text } = await rig.get(`/?q=${encodeURIComponent(search)}`);
      return [...text.matchAll(/data-key="(\w+)"/g)].map((match) => match[1]);
    };
    assert.deepEqual(await find('HOLIDAY'), [hexA]);
    assert.deepEqual(await find('two.bin'), [hexA]);
    assert.deepEqual(await find(hexB.slice(0, 7).toUpperCase()), [hexB]);
    assert.deepEqual(await find('nothing like it'), []);
    const { text } = await rig.get('/?q=nothing+like+it');
    assert.match(text, /No torrent shared here has “nothing like it”/);
  });

  test('names and searches are text, wherever they are shown', async () => {
    for (const name of [hostile, 'x'.repeat(10_000), '🐟'.repeat(500)]) {
      const rig = filled(name);
      const q = encodeURIComponent(name.slice(0, 100));
      for (const path of ['/', `/?q=${q}`, `/torrents/${hexA}`, '/catalog', `/catalog?q=${q}`]) {
        const { text } = await rig.get(path);
        assert.ok(!/<img|<script>|onerror=alert\(1\)>|\u202e/.test(text), path);
        assert.ok(!/ style=| on[a-z]+="/.test(text), path);
        assert.equal(text.match(/<script/g)?.length, 2, path);
        assert.ok(text.length < 30_000, path);
      }
    }
  });

  test('pages of two hundred rows, and what is beyond the last one', async () => {
    const rig = makeRig();
    for (let i = 0; i < 450; i++)
      announce(rig.logic, new Uint8Array(20).fill(i & 255, 0, 19).fill(i >> 8, 19), 7);
    const keys = async (page: string) => {
      const { text } = await rig.get(`/?page=${page}`);
      return new Set([...text.matchAll(/data-key="(\w+)"/g)].map((match) => match[1]));
    };
    const pages = [await keys('1'), await keys('2'), await keys('3')];
    assert.deepEqual(
      pages.map(({ size }) => size),
      [200, 200, 50],
    );
    assert.equal(new Set(pages.flatMap((page) => [...page])).size, 450);
    assert.deepEqual(await keys('99'), pages[2]);
    assert.deepEqual(await keys('-1'), pages[0]);
    const { text } = await rig.get('/?page=2');
    assert.match(text, /201–400 of 450/);
    assert.match(text, /page=3#table" rel="next"/);
  });

  test("a torrent's page has its peers, shortened, and how to get it", async () => {
    const { status, text } = await filled().get(`/torrents/${hexA.toUpperCase()}`);
    assert.equal(status, 200);
    for (const part of [
      'holiday pictures',
      'qBittorrent 4.6.5',
      'Shoal 0.1.0',
      '10.1.x.x',
      '2001:db8::…',
      'IPv6',
      'one.bin',
      `magnet:?xt=urn:btih:${hexA}&#38;dn=holiday%20pictures`,
      `/api/v1/catalog/${hexA}/torrent`,
      '2026-03-04',
    ]) {
      assert.ok(text.includes(part), part);
    }
    assert.ok(!text.includes('10.1.2.3'));
  });

  test('addresses are whole where the operator allows', async () => {
    const rig = makeRig({ settings: { showAddresses: true, version: '1' } });
    announce(rig.logic, hashA, 1);
    announce(rig.logic, hashA, 2, { isV6: true });
    const { text } = await rig.get(`/torrents/${hexA}`);
    assert.ok(text.includes('10.1.2.3:1') && text.includes('[2001:db8:102:304::9]:2'));
  });

  test('what is not there says what to do', async () => {
    const rig = makeRig();
    for (const [path, words] of [
      [`/torrents/${'0'.repeat(40)}`, /does not know that torrent.*Nobody shares/s],
      ['/torrents/%3Cb%3E', /does not end in an info-hash/],
      ['/nothing', /no page at this address/],
      ['/catalog', /no page at this address/],
      ['/assets/x/y', /no page at this address/],
    ] as const) {
      const { status, text, headers } = await rig.get(path);
      assert.equal(status, 404, path);
      assert.match(text, words, path);
      assert.match(text, /<a href="\/">/, path);
      assert.match(String(headers['content-security-policy']), /default-src 'none'/, path);
    }
  });

  test('no query breaks a page', async () => {
    const rig = filled();
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('NaN', '1e9', '-0', '%'));
    const field = fc.tuple(fc.constantFrom('q', 'sort', 'order', 'page', '__proto__'), value);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/', '/stats.json', '/catalog'),
        fc.array(field, { maxLength: 6 }),
        fc.boolean(),
        async (path, fields, isRaw) => {
          const encode = isRaw ? (text: string) => encodeURI(text.toWellFormed()) : null;
          const query = fields.map(
            ([name, text]) =>
              `${name}=${encode === null ? encodeURIComponent(text.toWellFormed()) : encode(text)}`,
          );
          const { status } = await rig.get(`${path}?${query.join('&')}`);
          assert.equal(status, 200);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('an empty tracker and an empty catalog say what to do first', async () => {
    const rig = makeRig({ catalog: catalogWith([]) });
    assert.match((await rig.get('/')).text, /No torrent is being shared yet/);
    assert.match((await rig.get('/catalog')).text, /Nothing is published yet/);
  });

  test('the catalog lists what nobody shares, too', async () => {
    const rig = makeRig({ catalog: catalogWith([itemOf(hexA, 'apples'), itemOf(hexB, 'pears')]) });
    announce(rig.logic, hashB, 4, { isSeeder: true });
    const { text } = await rig.get('/catalog');
    assert.match(text, /apples.*no peers.*pears.*good/s);
    assert.ok(!(await rig.get('/catalog?q=pea')).text.includes('apples'));
  });
});

describe('documents', () => {
  test('the report has totals, transports, history and the torrents with most peers first', async () => {
    const rig = filled();
    for (let i = 0; i < 25; i++) rig.later(1000);
    const { headers, text } = await rig.get('/stats.json');
    assert.match(String(headers['content-type']), /^application\/json/);
    const report = JSON.parse(text);
    assert.deepEqual(
      [report.torrents, report.peers, report.seeders, report.leechers, report.uptimeSeconds],
      [2, 5, 1, 4, 25],
    );
    assert.equal(report.udp.announces, 5);
    assert.deepEqual(Object.keys(report.websocket), [
      'announces',
      'scrapes',
      'refused',
      'invalid',
      'limited',
    ]);
    assert.deepEqual(report.health, { status: 'ok' });
    assert.equal(report.history.length, 2);
    assert.deepEqual(
      report.swarms.map(({ infoHash, name, leechers }: Record<string, unknown>) => [
        infoHash,
        name,
        leechers,
      ]),
      [
        [hexB, undefined, 3],
        [hexA, 'holiday pictures', 1],
      ],
    );
    assert.equal(report.isComplete, true);
  });

  test('a store that is degraded is said on the page, in the report and in /health', async () => {
    const store = new MemorySwarmStore({ random: new SeededRandom(1), peerTimeoutMs: 60_000 });
    const problem = 'Redis at redis://<cache> does not answer';
    store.health = () => ({ status: 'degraded', problem });
    const rig = makeRig({ problem: () => 'The catalog is locked.' }, store);
    const { status, text } = await rig.get('/health');
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), {
      status: 'degraded',
      problem: `${problem} The catalog is locked.`,
    });
    assert.match(
      (await rig.get('/')).text,
      /Degraded\.<\/strong> Redis at redis:\/\/&#60;cache&#62; does not/,
    );
    assert.match((await rig.get('/metrics')).text, /^shoal_tracker_healthy 0$/m);
    assert.equal((await makeRig().get('/health')).text, '{"status":"ok"}\n');
  });

  test('a catalog that fails leaves the torrents there, and says so', async () => {
    const failing = () =>
      Promise.reject(new Error('PostgreSQL at db:5432 refused the connection.'));
    const rig = makeRig({ catalog: { lookup: failing, list: failing, detail: failing } });
    announce(rig.logic, hashA, 1);
    for (const path of ['/', `/torrents/${hexA}`, '/catalog']) {
      const { status, text } = await rig.get(path);
      assert.equal(status, 200);
      assert.match(text, /The catalog cannot be read.*PostgreSQL at db:5432/, path);
    }
    assert.ok((await rig.get('/')).text.includes(hexA));
  });

  test('every answer forbids foreign scripts, frames and guessing', async () => {
    const rig = filled();
    for (const path of [
      '/',
      '/stats.json',
      '/metrics',
      '/health',
      '/nothing',
      `/torrents/${hexA}`,
    ]) {
      const { headers } = await rig.get(path);
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.ok(!policy.includes('unsafe'));
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['cache-control'], 'no-store');
    }
  });

  test('scripts and style are there under the addresses that pages name, and may be kept', async () => {
    const rig = filled();
    const { text } = await rig.get('/');
    const paths = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1]!);
    assert.equal(paths.length, 4);
    for (const path of paths) {
      const { status, headers, text: body } = await rig.get(path);
      assert.equal(status, 200, path);
      assert.match(String(headers['cache-control']), /immutable/);
      assert.ok(body.length > 100);
      for (const [, other] of body.matchAll(/from '\.\/([\w.-]+)'/g)) {
        const imported = await rig.get(path.replace(/[^/]+$/, other!));
        assert.equal(imported.status, 200, other);
        // No types are left.
        assert.ok(!/interface |: string\b/.test(imported.text), other);
      }
    }
    const other = await rig.get('/assets/older/tracker.css');
    assert.equal(other.headers['cache-control'], 'no-store');
  });

  test('pages are packed for those who can read that', async () => {
    const rig = filled();
    const ask = (encoding: string) =>
      rig.app.inject({ url: '/', headers: { 'accept-encoding': encoding } });
    const packed = await ask('br, gzip;q=0.8');
    assert.equal(packed.headers['content-encoding'], 'gzip');
    const plain = await ask('gzip;q=0, identity');
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(gunzipSync(packed.rawPayload).toString(), plain.body);
    const head = await rig.app.inject({ url: '/', method: 'HEAD' });
    assert.deepEqual([head.statusCode, head.body], [200, '']);
  });
});
