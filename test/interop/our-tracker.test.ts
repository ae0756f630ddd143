/**
 * The client of bittorrent-tracker at our tracker: announce, scrape and stop, over HTTP and UDP on IPv4,
 * over HTTP on IPv6, where its UDP side does not go.
 */
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { after, describe, test } from 'node:test';
import { ForeignAnnouncer } from './programs/bittorrent-tracker-client.ts';
import { firstReason, missingPackage } from './programs/installed.ts';
import type { Running } from './programs/program.ts';
import { shoalTracker } from './programs/shoal.ts';

const missing = missingPackage('bittorrent-tracker');
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);
const missingIpv6 = hasIpv6 ? false : 'no IPv6 here: no interface has the address ::1';

const running: Running[] = [];
after(async () => {
  for (const each of running) await each.stop();
});

async function startTracker(host: string) {
  const tracker = await shoalTracker.track({ infoHashes: [], host });
  running.push(tracker);
  return tracker;
}

describe('a life in a swarm of our tracker', () => {
  for (const [over, host] of [
    ['http', '127.0.0.1'],
    ['udp', '127.0.0.1'],
    ['http', '::1'],
  ] as const) {
    const skip = firstReason(missing, host === '::1' && missingIpv6);
    test(`over ${over} on ${host}`, { skip }, async () => {
      const tracker = await startTracker(host);
      const infoHash = '5a'.repeat(20);
      const seeder = await ForeignAnnouncer.open({ url: tracker[over], infoHash, port: 4001 });
      const leecher = await ForeignAnnouncer.open({ url: tracker[over], infoHash, port: 4002 });
      try {
        assert.deepEqual((await seeder.start(0)).peers, []);
        const { peers, complete, incomplete } = await leecher.start(1000);
        assert.deepEqual(peers, [`${host.includes(':') ? `[${host}]` : host}:4001`]);
        assert.deepEqual({ complete, incomplete }, { complete: 1, incomplete: 1 });
        assert.deepEqual(countsOf(await seeder.scrape()), [1, 1, 0]);
        await leecher.complete();
        assert.deepEqual(countsOf(await seeder.scrape()), [2, 0, 1]);
        await seeder.stop();
        assert.deepEqual(countsOf(await leecher.scrape()), [1, 0, 1]);
      } finally {
        seeder.close();
        leecher.close();
      }
    });
  }
});

test('who came over UDP is found over HTTP', { skip: missing }, async () => {
  const tracker = await startTracker('127.0.0.1');
  const infoHash = 'a5'.repeat(20);
  const first = await ForeignAnnouncer.open({ url: tracker.udp, infoHash, port: 4001 });
  const second = await ForeignAnnouncer.open({ url: tracker.http, infoHash, port: 4002 });
  try {
    await first.start(1000);
    assert.deepEqual((await second.start(1000)).peers, ['127.0.0.1:4001']);
  } finally {
    first.close();
    second.close();
  }
});

function countsOf(counts: { complete: number; incomplete: number; downloaded?: number }) {
  return [counts.complete, counts.incomplete, counts.downloaded];
}
