/**
 * Transfers that break off: a foreign seeder killed in the middle and started again, and we ourselves
 * killed while getting from one. What was verified is not fetched again.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { contentLength } from './content.ts';
import { freePort } from './programs/free-port.ts';
import type { Peer, PeerProgram } from './programs/program.ts';
import { getWithShoal, shoal, shoalTracker } from './programs/shoal.ts';
import { untilAnnounced } from './programs/tracker-answers.ts';
import { openGround } from './swarm-ground.ts';
import { assertSameContent } from './transfer.ts';

const { workspace, torrents, foreign } = await openGround();
/** Ours, since libtorrent does not limit peers on the same machine. */
const downLimit = 5 << 20;
/** As much as may be lost of what was already here: pieces in flight and not yet remembered. */
const slackBytes = 4 << 20;

/** The newest value of a field of the JSON lines. */
function newest(peer: Peer, field: string): number {
  return Number([...peer.log().matchAll(new RegExp(`"${field}":(\\d+)`, 'g'))].at(-1)?.[1] ?? 0);
}

async function untilDone(peer: Peer, bytes: number): Promise<void> {
  const end = Date.now() + 30_000;
  while (newest(peer, 'doneBytes') < bytes) {
    if (Date.now() > end) throw new Error(`less than ${bytes} bytes after 30 s\n${peer.log()}`);
    await delay(50);
  }
}

async function scene(seeder: PeerProgram) {
  const tracker = await workspace.keep(shoalTracker.track({ infoHashes: [] }));
  const { file, infoHash } = await torrents.make([tracker.http]);
  const port = await freePort();
  const seed = async (): Promise<Peer> => {
    const options = { torrentFile: file, dir: workspace.origin, port };
    return workspace.keep(seeder.seed(options));
  };
  const first = await seed();
  await untilAnnounced(tracker.http, infoHash, { seeders: 1 });
  return { tracker, file, seed, first };
}

describe('a transfer that breaks off', { concurrency: 2 }, () => {
  // Transmission would need its namespace, and its slow start hides what is looked at here.
  for (const seeder of foreign.filter(({ name }) => name !== 'transmission')) {
    test(`${seeder.name} is killed and comes back`, { skip: seeder.missing }, async () => {
      const { file, seed, first } = await scene(seeder);
      const dir = await workspace.target('shoal');
      const download = await workspace.keep(getWithShoal({ source: file, dir, downLimit }));
      await untilDone(download, contentLength / 4);
      await first.kill();
      await delay(1_500);
      assert.ok(newest(download, 'doneBytes') < contentLength, 'it was killed in the middle');
      await seed();
      await download.done;
      await assertSameContent(workspace, dir, shoal);
      assert.ok(newest(download, 'downloadedBytes') <= contentLength + slackBytes);
    });

    test(`we are killed while ${seeder.name} seeds`, { skip: seeder.missing }, async () => {
      const { file } = await scene(seeder);
      const dir = await workspace.target('shoal');
      const stateDir = `${dir}-state`;
      await mkdir(stateDir);
      const options = { source: file, dir, stateDir, downLimit };
      const first = await workspace.keep(getWithShoal(options));
      await untilDone(first, contentLength / 4);
      await first.kill();
      const done = newest(first, 'doneBytes');
      const second = await workspace.keep(getWithShoal(options));
      await second.done;
      await assertSameContent(workspace, dir, shoal);
      const fetched = newest(second, 'downloadedBytes');
      const all = `${fetched} bytes after ${done} of ${contentLength}`;
      assert.ok(fetched <= contentLength - done + slackBytes, `fetched ${all}`);
    });
  }
});
