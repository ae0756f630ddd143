/**
 * WebTorrent's clients at our WebSocket tracker: announce, scrape and stop with bittorrent-tracker's
 * client, offers and answers between its peers, and whole transfers between webtorrents. WebRTC itself
 * is a stand-in within this process, as its native parts are not installed; the signalling is theirs.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, afterEach, describe, test } from 'node:test';
import type { Client } from 'bittorrent-tracker';
import { SeededRandom } from '../../src/base/random.ts';
import { WebSocketTrackerServer } from '../../src/node/websocket-tracker-server.ts';
import { noHooks } from '../../src/tracker/hooks.ts';
import { hashesOf } from './content.ts';
import { fakeWebRtc } from './programs/fake-webrtc-loader.ts';
import { firstReason, missingPackage } from './programs/installed.ts';
import { TorrentFactory } from './torrent.ts';
import { Workspace } from './workspace.ts';

const skip = firstReason(missingPackage('bittorrent-tracker'), missingPackage('webtorrent'));
const waitMs = 20_000;
const infoHash = '5a'.repeat(20);

/** As simple-peer has it. */
interface RemotePeer extends NodeJS.EventEmitter {
  /** Hex. */
  readonly id: string;
  readonly connected: boolean;
  send(data: string): void;
  destroy(): void;
}

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function startTracker() {
  const http = createServer();
  const tracker = new WebSocketTrackerServer({
    logic: { nowMs: () => performance.now(), count: () => {} },
    hooks: noHooks,
    random: new SeededRandom(1),
    trustedProxies: [],
    maxConnections: 100,
  });
  http.on('upgrade', (request, socket, head) => tracker.handleUpgrade(request, socket, head));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  ends.push(async () => {
    await tracker.close();
    http.close();
  });
  const address = http.address();
  assert.ok(address !== null && typeof address === 'object');
  return { tracker, url: `ws://127.0.0.1:${address.port}/announce` };
}

/** Clients in one process share a connection to one URL; a query tells URLs apart. */
async function openClient(name: number, url: string, of = infoHash): Promise<Client> {
  fakeWebRtc();
  const { Client } = await import('bittorrent-tracker');
  const client = new Client({ infoHash: of, peerId: idOf(name), announce: [url], port: 1 });
  client.on('error', () => {});
  client.on('warning', (warning) => assert.fail(String(warning)));
  client.on('peer', (peer: RemotePeer) => ends.push(() => peer.destroy()));
  ends.push(() => client.destroy());
  return client;
}

function idOf(name: number): Buffer {
  return Buffer.from(`-XX0000-${String(name).padStart(12, '0')}`);
}

/** The value of its next event of that name. */
async function within<T>(emitter: NodeJS.EventEmitter, name: string): Promise<T> {
  const [value] = await once(emitter, name, { signal: AbortSignal.timeout(waitMs) });
  return value as T;
}

async function started(client: Client, left: number) {
  const update = within<{ complete: number; incomplete: number }>(client, 'update');
  client.start({ left });
  const { complete, incomplete } = await update;
  return [complete, incomplete];
}

/** Both have a peer that is the other, and what one says arrives. */
async function meet(one: Client, other: Client, names: readonly [number, number]): Promise<void> {
  const peers = [within<RemotePeer>(one, 'peer'), within<RemotePeer>(other, 'peer')] as const;
  assert.deepEqual(await started(one, 100), [0, 1]);
  assert.deepEqual(await started(other, 0), [1, 1]);
  const [seenByOne, seenByOther] = await Promise.all(peers);
  assert.equal(seenByOne.id, idOf(names[1]).toString('hex'));
  assert.equal(seenByOther.id, idOf(names[0]).toString('hex'));
  for (const peer of [seenByOne, seenByOther]) if (!peer.connected) await within(peer, 'connect');
  const heard = within<Uint8Array>(seenByOne, 'data');
  seenByOther.send('hello');
  assert.equal(Buffer.from(await heard).toString(), 'hello');
}

describe("bittorrent-tracker's client", { skip }, () => {
  test('two find each other; one of another torrent hears nothing', async () => {
    const { tracker, url } = await startTracker();
    const stranger = await openClient(3, `${url}?3`, '5b'.repeat(20));
    stranger.on('peer', () => assert.fail('a peer of another torrent'));
    assert.deepEqual(await started(stranger, 1), [0, 1]);
    await meet(await openClient(1, `${url}?1`), await openClient(2, `${url}?2`), [1, 2]);
    assert.deepEqual(tracker.swarms.totals(), { swarms: 2, seeders: 1, leechers: 2 });
    assert.deepEqual(tracker.swarms.relayed(), { offers: 1, answers: 1 });
  });

  test('two over one connection, as in one page', async () => {
    const { tracker, url } = await startTracker();
    await meet(await openClient(1, url), await openClient(2, url), [1, 2]);
    assert.equal(tracker.connections, 1);
  });

  test('a life in a swarm: started, completed, scraped, stopped', async () => {
    const { tracker, url } = await startTracker();
    const client = await openClient(1, url);
    assert.deepEqual(await started(client, 100), [0, 1]);
    const completed = within(client, 'update');
    client.complete({ left: 0 });
    await completed;
    const scraped = within<Record<string, unknown>>(client, 'scrape');
    client.scrape();
    const { complete, incomplete, downloaded, infoHash: of } = await scraped;
    assert.deepEqual([complete, incomplete, downloaded, of], [1, 0, 1, infoHash]);
    const stopped = within(client, 'update');
    client.stop({ left: 0 });
    await stopped;
    assert.equal(tracker.swarms.totals().swarms, 0);
  });
});

describe('webtorrent', { skip }, () => {
  let workspace: Workspace | undefined;
  after(() => workspace?.close());

  test('one gets from another by a magnet link, and nothing but the tracker tells them', async () => {
    fakeWebRtc();
    const { default: WebTorrent } = await import('webtorrent');
    workspace = await Workspace.open();
    const { tracker, url } = await startTracker();
    const torrent = await new TorrentFactory(workspace).make([url]);
    const open = (): InstanceType<typeof WebTorrent> => {
      const client = new WebTorrent({ dht: false, lsd: false, natUpnp: false, natPmp: false });
      client.on('error', (error) => assert.fail(String(error)));
      ends.push(() => new Promise<void>((resolve) => client.destroy(resolve)));
      return client;
    };
    const signal = AbortSignal.timeout(2 * waitMs);
    const done = (added: { on(event: 'done', listener: () => void): void }): Promise<void> =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        added.on('done', resolve);
      });
    await done(open().add(torrent.file, { path: workspace.origin }));
    const target = await workspace.target('webtorrent');
    await done(open().add(torrent.magnet, { path: target }));
    assert.deepEqual(
      await hashesOf(`${target}/${workspace.contentName}`),
      await hashesOf(workspace.content),
    );
    assert.ok(tracker.swarms.relayed().answers >= 1);
  });
});
