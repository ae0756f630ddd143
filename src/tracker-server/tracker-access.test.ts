/** Access rules in force on every frontend, threads included, and changed while the tracker runs. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fromHex } from '../base/hex.ts';
import { NodeTrackerClients } from '../node/tracker-clients.ts';
import { Tracker, type TrackerOptions } from './tracker.ts';

const ours = 'ab'.repeat(20);
const theirs = 'cd'.repeat(20);
const open: Tracker[] = [];
const clients = new NodeTrackerClients({ udp: { firstTimeoutMs: 1000 } });
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-access-'));
});
after(async () => {
  clients.close();
  await Promise.all(open.map((tracker) => tracker.close()));
  await rm(folder, { recursive: true });
});

async function listen(options: TrackerOptions): Promise<Tracker> {
  const tracker = await Tracker.listen({
    host: '127.0.0.1',
    port: 0,
    udpBackend: 'auto',
    udpWorkers: 2,
    ...options,
  });
  open.push(tracker);
  return tracker;
}

/** What HTTP and UDP say: that the torrent is served, or why not. */
async function answers(tracker: Tracker, infoHash: string, path = '/announce'): Promise<string[]> {
  const { httpPort, udpPort } = tracker;
  return Promise.all([
    overHttp(`http://127.0.0.1:${httpPort}${path}`, infoHash),
    overUdp(`udp://127.0.0.1:${udpPort}${path}`, infoHash),
  ]);
}

/** By hand: on this machine our own client asks no other path than /announce. */
async function overHttp(url: string, infoHash: string): Promise<string> {
  const escaped = infoHash.replace(/../g, '%$&');
  const query = `info_hash=${escaped}&peer_id=${'a'.repeat(20)}&port=7000&left=1`;
  const reply = await fetch(`${url}${url.includes('?') ? '&' : '?'}${query}`);
  const text = await reply.text();
  return /14:failure reason\d+:(.*?)(?:8:retry in|e$)/.exec(text)?.[1] ?? 'served';
}

function overUdp(url: string, infoHash: string): Promise<string> {
  return new Promise((resolve) => {
    clients.announce(
      {
        url,
        infoHash: fromHex(infoHash)!,
        peerId: new Uint8Array(20).fill(65),
        port: 7000,
        uploadedBytes: 0,
        downloadedBytes: 0,
        leftBytes: 1,
        event: 'started',
        numWant: 10,
        key: 1,
      },
      (_reply, failure) => resolve(failure === undefined ? 'served' : failure.message),
    );
  });
}

/** Until the threads have it too. */
async function become(
  tracker: Tracker,
  infoHash: string,
  wanted: readonly (string | RegExp)[],
): Promise<void> {
  const fits = (said: string[]) =>
    said.every((one, i) => {
      const pattern = wanted[i]!;
      return typeof pattern === 'string' ? one === pattern : pattern.test(one);
    });
  for (let tries = 0; tries < 100; tries++) {
    if (fits(await answers(tracker, infoHash))) return;
  }
  assert.fail(`${infoHash} never became ${wanted}: ${await answers(tracker, infoHash)}`);
}

const refused = /does not serve that torrent/;

test('an allow list holds for HTTP and for every UDP thread, and follows its file', async () => {
  const accessList = join(folder, 'allowed');
  await writeFile(accessList, `${ours}\n`);
  const tracker = await listen({ access: 'allow', accessList });
  assert.deepEqual(await answers(tracker, ours), ['served', 'served']);
  for (const said of await answers(tracker, theirs)) assert.match(said, refused);
  await writeFile(accessList, `${theirs} # swapped\n`);
  await tracker.reload();
  await become(tracker, theirs, ['served', 'served']);
  await become(tracker, ours, [refused, refused]);
  await writeFile(accessList, 'not a list\n');
  await tracker.reload();
  assert.deepEqual(await answers(tracker, theirs), ['served', 'served']);
});

test('a deny list is the opposite', async () => {
  const accessList = join(folder, 'denied');
  await writeFile(accessList, `${ours}\n`);
  const tracker = await listen({ access: 'deny', accessList });
  assert.deepEqual(await answers(tracker, theirs), ['served', 'served']);
  for (const said of await answers(tracker, ours)) assert.match(said, refused);
});

test('pass keys are asked of HTTP and UDP alike (BEP 41)', async () => {
  const passkeys = join(folder, 'passkeys');
  await writeFile(passkeys, 'anna-0123456789 # who left in May\n');
  const tracker = await listen({ passkeys });
  const paths = ['/anna-0123456789/announce', '/announce?passkey=anna-0123456789'];
  for (const path of paths) {
    assert.deepEqual(await answers(tracker, ours, path), ['served', 'served'], path);
  }
  for (const said of await answers(tracker, ours)) assert.match(said, /wants a pass key/);
  const unknown = await answers(tracker, ours, '/otto-0123456789/announce');
  for (const said of unknown) assert.match(said, /does not know your pass key/);
});

test('with access by the catalog a torrent is served as soon as it is published', async () => {
  const info = `d6:lengthi5e4:name4:film12:piece lengthi16384e6:pieces20:${'x'.repeat(20)}e`;
  const infoHash = createHash('sha1').update(info).digest('hex');
  const tracker = await listen({ access: 'catalog', catalog: 'memory' });
  for (const said of await answers(tracker, infoHash)) assert.match(said, /publish the torrent/);
  const url = `http://127.0.0.1:${tracker.httpPort}/api/v1/catalog`;
  const published = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-bittorrent' },
    body: `d4:info${info}e`,
  });
  assert.equal(published.status, 201, await published.clone().text());
  const { id } = (await published.json()) as { id: number };
  await become(tracker, infoHash, ['served', 'served']);
  assert.equal((await fetch(`${url}/${id}`, { method: 'DELETE' })).status, 204);
  await become(tracker, infoHash, [/publish the torrent/, /publish the torrent/]);
});
