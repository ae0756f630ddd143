import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TorrentTracker } from '../contract/torrents.ts';
import { FakeDaemon, hashes } from './fake-daemon-fixture.test.ts';

async function fieldsOf(trackers: TorrentTracker[], ...fields: string[]) {
  const daemon = new FakeDaemon({});
  daemon.find(hashes[0]!).trackers = trackers;
  const { torrents } = await daemon.call('torrent-get', { fields });
  return (torrents as Record<string, Record<string, unknown>[]>[])[0]!;
}

const now = Date.parse('2026-02-01T00:00:00.000Z') / 1000;

test('trackers have ids, scrape URLs and the names of their sites', async () => {
  const urls: [string, string, string, string][] = [
    ['http://t.example.org/announce', 'http://t.example.org/scrape', 'example', 't.example.org:80'],
    [
      'https://example.org/k/announce.php?x',
      'https://example.org/k/scrape.php?x',
      'example',
      'example.org:443',
    ],
    ['udp://192.0.2.1:6969', 'udp://192.0.2.1:6969', '192.0.2.1', '192.0.2.1:6969'],
    ['http://[2001:db8::1]:80/a', '', '2001:db8::1', '[2001:db8::1]:80'],
    ['http://tracker/announce', 'http://tracker/scrape', 'tracker', 'tracker:80'],
  ];
  const trackers = urls.map(([url], tier) => ({ url, tier, state: 'idle' as const, message: '' }));
  const got = await fieldsOf(trackers, 'trackers', 'trackerStats');
  for (const [id, [announce, scrape, sitename, host]] of urls.entries()) {
    assert.deepEqual(got.trackers![id], { id, announce, scrape, sitename, tier: id });
    assert.equal(got.trackerStats![id]!.host, host);
  }
});

test('a tracker that answered says when, whom it knows and when it is next', async () => {
  const { trackerStats } = await fieldsOf(
    [
      {
        url: 'http://a.test/announce',
        tier: 0,
        state: 'working',
        message: '',
        lastAnswerAgoSeconds: 30,
        nextAnnounceInSeconds: 1770,
        peersReceived: 4,
        seeders: 3,
        leechers: 2,
      },
      { url: 'http://b.test/announce', tier: 0, state: 'idle', message: '' },
    ],
    'trackerStats',
  );
  const [first, second] = trackerStats!;
  assert.deepEqual(
    {
      announceState: first!.announceState,
      hasAnnounced: first!.hasAnnounced,
      lastAnnounceSucceeded: first!.lastAnnounceSucceeded,
      lastAnnounceResult: first!.lastAnnounceResult,
      lastAnnounceTime: first!.lastAnnounceTime,
      nextAnnounceTime: first!.nextAnnounceTime,
      lastAnnouncePeerCount: first!.lastAnnouncePeerCount,
      seederCount: first!.seederCount,
      leecherCount: first!.leecherCount,
      downloadCount: first!.downloadCount,
      lastScrapeSucceeded: first!.lastScrapeSucceeded,
      isBackup: first!.isBackup,
    },
    {
      announceState: 1,
      hasAnnounced: true,
      lastAnnounceSucceeded: true,
      lastAnnounceResult: 'Success',
      lastAnnounceTime: now - 30,
      nextAnnounceTime: now + 1770,
      lastAnnouncePeerCount: 4,
      seederCount: 3,
      leecherCount: 2,
      downloadCount: -1,
      lastScrapeSucceeded: true,
      isBackup: false,
    },
  );
  assert.deepEqual(
    [second!.announceState, second!.hasAnnounced, second!.seederCount, second!.isBackup],
    [0, false, -1, true],
  );
});

test('a tracker that fails says why', async () => {
  const { trackerStats } = await fieldsOf(
    [{ url: 'http://a.test/announce', tier: 0, state: 'failed', message: 'not registered' }],
    'trackerStats',
  );
  const { hasAnnounced, lastAnnounceSucceeded, lastAnnounceResult } = trackerStats![0]!;
  assert.deepEqual(
    [hasAnnounced, lastAnnounceSucceeded, lastAnnounceResult],
    [true, false, 'not registered'],
  );
});
