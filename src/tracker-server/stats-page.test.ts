/** The tracker's pages: what they show, that nothing untrusted becomes markup, and their headers. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { encodeUtf8 } from '../base/text.ts';
import { percentEncode } from '../protocol/percent-encoding.ts';
import { escapeHtml } from './stats-page.ts';
import { Tracker } from './tracker.ts';

const hostile = '"><img src=x onerror=alert(1)>\u202e\'&';
const tracker = await Tracker.listen({
  host: '127.0.0.1',
  port: 0,
  nameOf: (infoHash) => (infoHash.startsWith('61') ? hostile : undefined),
});
after(() => tracker.close());

const base = `http://127.0.0.1:${tracker.httpPort}`;

async function read(path: string): Promise<{ response: Response; text: string }> {
  const response = await fetch(`${base}${path}`);
  return { response, text: await response.text() };
}

async function fill(): Promise<void> {
  for (const [letter, peers] of [
    ['a', 1],
    ['b', 3],
  ] as const) {
    for (let port = 1; port <= peers; port++) {
      const query = `info_hash=${letter.repeat(20)}&peer_id=${'p'.repeat(20)}&left=0&port=${port}`;
      await read(`/announce?${query}`);
    }
  }
}

test('names and searches are text, never markup', async () => {
  await fill();
  const search = percentEncode(encodeUtf8(hostile));
  for (const path of ['/stats', `/stats?q=${search}`, `/?q=${search}&sort=%3Cscript%3E`]) {
    const { response, text } = await read(path);
    assert.equal(response.status, 200);
    assert.ok(!/<img|onerror=alert\(1\)>|<script/i.test(text), path);
    assert.ok(text.includes(escapeHtml(hostile)), path);
  }
});

test('the headers forbid scripts, frames and guessing', async () => {
  const { headers } = (await read('/stats')).response;
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'; style-src 'self'/);
  assert.ok(!policy.includes('unsafe-inline'));
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  const page = (await read('/')).text;
  assert.ok(!/<script|<style| style=| on[a-z]+=/i.test(page.replace(escapeHtml(hostile), '')));
});

test('the JSON has totals and the torrents with most peers first', async () => {
  await fill();
  const { response, text } = await read('/stats.json?sort=peers');
  assert.equal(response.headers.get('content-type'), 'application/json');
  const report = JSON.parse(text);
  assert.deepEqual([report.torrents, report.peers, report.seeders], [2, 4, 4]);
  assert.deepEqual(
    report.swarms.map(({ infoHash, seeders }: { infoHash: string; seeders: number }) => [
      infoHash.slice(0, 2),
      seeders,
    ]),
    [
      ['62', 3],
      ['61', 1],
    ],
  );
  const found = JSON.parse((await read('/stats.json?q=6161')).text);
  assert.deepEqual(found.swarms.length, 1);
  assert.equal(found.swarms[0].name, hostile);
});

test('health, style sheet and HEAD', async () => {
  assert.deepEqual(JSON.parse((await read('/health')).text), { status: 'ok' });
  const css = await read('/stats.css');
  assert.match(css.response.headers.get('content-type') ?? '', /^text\/css/);
  assert.match(css.text, /prefers-color-scheme: dark/);
  const head = await fetch(`${base}/stats`, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
});

test('an empty tracker says so', async () => {
  const empty = await Tracker.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(`http://127.0.0.1:${empty.httpPort}/`);
  assert.match(await response.text(), /No torrent is being shared yet/);
  await empty.close();
});
