/** Our commands at foreign trackers: seed, get, announce and scrape, over HTTP and UDP. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bittorrentTracker } from './programs/bittorrent-tracker.ts';
import { opentracker } from './programs/opentracker.ts';
import { runShoal, shoal } from './programs/shoal.ts';
import { announceByHand, scrapeCounts } from './programs/tracker-answers.ts';
import { openGround } from './swarm-ground.ts';

const { workspace, torrents, run } = await openGround();

for (const tracker of [opentracker, bittorrentTracker]) {
  const skip = tracker.missing;
  describe(`at ${tracker.name}`, { concurrency: 2 }, () => {
    for (const over of ['http', 'udp'] as const) {
      test(`seed and get find each other over ${over}`, { skip }, () =>
        run({ seeder: shoal, getter: shoal, tracker, over }),
      );

      test(`announce and scrape over ${over}`, { skip }, async () => {
        const { infoHash } = await torrents.make([]);
        const running = await workspace.keep(tracker.track({ infoHashes: [infoHash] }));
        const { file } = await torrents.make([running[over]]);
        await announceByHand(running.http, infoHash, { port: 4001, left: 0 });
        await announceByHand(running.http, infoHash, { port: 4002, left: 5 });

        const announced = await runShoal(['announce', file]);
        assert.equal(announced.status, 0, announced.log);
        const answer = announced.lines[0] ?? {};
        assert.equal(answer.tracker, running[over]);
        assert.equal(answer.infoHash, infoHash);
        assert.deepEqual((answer.peers as string[]).toSorted(), [
          '127.0.0.1:4001',
          '127.0.0.1:4002',
        ]);
        assert.equal(answer.seeders, 1);
        assert.ok(Number(answer.intervalSeconds) > 0, announced.log);

        const scraped = await runShoal(['scrape', file]);
        assert.equal(scraped.status, 0, scraped.log);
        // Asking for peers leaves no peer behind.
        assert.deepEqual([scraped.lines[0]?.seeders, scraped.lines[0]?.leechers], [1, 1]);
        assert.deepEqual(await scrapeCounts(running.http, infoHash), { seeders: 1, leechers: 1 });
        await workspace.end(running);
      });
    }
  });
}
