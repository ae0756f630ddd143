/**
 * Every client that is installed in one swarm of our tracker, over HTTP and over UDP: one seeds, and all
 * others get at the same time. The seeder is slow, so that they have to share.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contentLength } from './content.ts';
import type { Download, Peer, PeerProgram } from './programs/program.ts';
import { shoal, shoalTracker } from './programs/shoal.ts';
import { untilAnnounced } from './programs/tracker-answers.ts';
import { openGround } from './swarm-ground.ts';
import { assertSameContent, trackerHost } from './transfer.ts';

const { workspace, torrents, foreign } = await openGround();
const installed = foreign.filter(({ missing }) => missing === false);
const absent = foreign.flatMap(({ missing }) => (missing === false ? [] : [missing]));
const skip = installed.length < 3 ? `fewer than four clients: ${absent.join('; ')}` : false;

const seederBytesPerSecond = 4 << 20;
/** All that was there at the same time is done well before. */
const wholeMs = 100_000;

async function runSwarm(over: 'http' | 'udp', seeder: PeerProgram, getters: PeerProgram[]) {
  const { infoHash } = await torrents.make([]);
  const host = trackerHost([seeder, ...getters]);
  const tracker = await workspace.keep(shoalTracker.track({ infoHashes: [infoHash], host }));
  const torrent = await torrents.make([tracker[over]]);
  const peers: Peer[] = [];
  try {
    const upLimit = seederBytesPerSecond;
    const seed = { torrentFile: torrent.file, dir: workspace.origin, upLimit };
    peers.push(await workspace.keep(seeder.seed(seed)));
    await untilAnnounced(tracker.http, infoHash, { seeders: 1 });
    const started = Date.now();
    const downloads = await Promise.all(
      getters.map(async (getter): Promise<[PeerProgram, string, Download]> => {
        const dir = await workspace.target(getter.name);
        const download = await workspace.keep(getter.get({ source: torrent.file, dir }));
        peers.push(download);
        return [getter, dir, download];
      }),
    );
    for (const [getter, dir, download] of downloads) {
      await download.done;
      await assertSameContent(workspace, dir, getter);
    }
    assert.ok(Date.now() - started < wholeMs);
  } catch (error) {
    const logs = peers.map((peer) => `--- ${peer.name}\n${peer.log()}`).join('\n');
    throw new Error(`${error}\n${logs}\n--- tracker\n${tracker.log()}`);
  } finally {
    for (const peer of peers.toReversed()) await workspace.end(peer);
    await workspace.end(tracker);
  }
  return peers;
}

/** What our own seeder says it sent, in copies of the content. */
function copiesSent(seeder: Peer | undefined): number {
  const sent = [...(seeder?.log() ?? '').matchAll(/"uploadedBytes":(\d+)/g)].at(-1)?.[1];
  return Number(sent) / contentLength;
}

describe('a mixed swarm', { skip, concurrency: 2 }, () => {
  test('we seed over HTTP, everybody gets', async () => {
    const getters = [...installed, shoal];
    const peers = await runSwarm('http', shoal, getters);
    const copies = copiesSent(peers[0]);
    assert.ok(copies < getters.length - 1, `the seeder sent ${copies.toFixed(2)} copies`);
  });

  test('one of them seeds over UDP, we get among the others', async () => {
    const [seeder, ...others] = installed.toSorted((a) => (a.name === 'libtorrent' ? -1 : 1));
    if (seeder) await runSwarm('udp', seeder, [...others, shoal, shoal]);
  });
});
