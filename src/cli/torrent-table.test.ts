/** The daemon's torrents, peers and trackers as tables: what stays in a narrow window, and what is red. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TorrentPeer, TorrentTracker } from '../api/contract/torrents.ts';
import { peerTable } from './peer-table.ts';
import { sampleTorrent } from './sample-torrent-fixture.test.ts';
import { styleFor } from './style.ts';
import { textWidth } from './text-width.ts';
import { torrentTable } from './torrent-table.ts';
import { trackerTable } from './tracker-table.ts';

const colored = styleFor('always', { isTerminal: false, env: {} });
const noTracker = { code: 'NO_TRACKER', message: 'no tracker answers (http://h: refused)' };

test('a wide window has every column', () => {
  const seeding = sampleTorrent(12, 'ä', {
    state: 'seeding',
    progress: 1,
    downRate: 0,
    upRate: 2048,
    ratio: 1.5,
  });
  const { etaSeconds: _, ...complete } = seeding;
  assert.deepEqual(torrentTable([sampleTorrent(1, 'holiday'), complete], 150), [
    '   #   name         size   done   state               down          up   peers   left   ratio   info-hash',
    '   1   holiday   3.4 GiB    63%   downloading   97.3 MiB/s           –      12   13 s    0.25   111111111111',
    '  12   ä         3.4 GiB   100%   seeding                –   2.0 KiB/s      12      –    1.50   121212121212',
  ]);
});

test('why a torrent stands still is below it, in red', () => {
  const stalled = sampleTorrent(2, 'film', { stalled: noTracker, downRate: 0 });
  const lines = torrentTable([sampleTorrent(1, 'holiday'), stalled], 60);
  assert.match(lines[2]!, /film .* stalled/);
  assert.equal(lines[3], '      no tracker answers (http://h: refused)');
  const [, , reason] = torrentTable([stalled], 60, colored);
  assert.equal(reason, `      \u001b[31m${noTracker.message}\u001b[39m`);
  const limited = { code: 'LIMITED', message: 'limited to 2 MiB/s' };
  const waiting = torrentTable([sampleTorrent(1, 'holiday', { stalled: limited })], 60);
  assert.equal(waiting.length, 2);
  assert.match(waiting[1]!, /downloading/);
  const error = { code: 'DISK_FULL', message: 'disk full:\u001b[2J /data' };
  const broken = torrentTable([sampleTorrent(1, 'x', { state: 'error', error })], 80);
  assert.equal(broken[2], '      disk full:\ufffd[2J /data');
});

test('name, number and progress stay in any window, and nothing is too wide', () => {
  const torrents = [
    sampleTorrent(7, `${'long '.repeat(30)}end`, { stalled: noTracker }),
    sampleTorrent(8, '日本語'.repeat(20)),
    sampleTorrent(10_000, 'a\u001b[2J\u202eb\nc'),
  ];
  for (let width = 20; width < 180; width += 3) {
    const lines = torrentTable(torrents, width);
    assert.match(lines[1]!, /^ +7 {3}l.*63%/);
    for (const line of lines) {
      assert.ok(textWidth(line) <= Math.max(width, 31), `${width}: ${line}`);
      for (const obeyed of ['\u001b', '\u202e', '\n']) assert.ok(!line.includes(obeyed));
    }
  }
  assert.deepEqual(torrentTable([], 80), []);
});

test('peers carry the letters of other clients', () => {
  const peer: TorrentPeer = {
    address: '[::1]:6881',
    client: 'Shoal 0.1\u001b',
    incoming: false,
    amChoking: true,
    amInterested: false,
    peerChoking: true,
    peerInterested: false,
    downRate: 0,
    upRate: 0,
    downloadedBytes: 1024,
    uploadedBytes: 0,
    progress: 0.5,
  };
  const flags = (more: Partial<TorrentPeer>): string => {
    const [titles, line] = peerTable([{ ...peer, ...more }], 120);
    const at = titles!.indexOf('flags');
    return line!.slice(at, at + 5).trim();
  };
  assert.equal(flags({}), '');
  assert.equal(flags({ amInterested: true }), 'd');
  assert.equal(flags({ amInterested: true, peerChoking: false, incoming: true }), 'DI');
  assert.equal(flags({ peerChoking: false, amChoking: false }), 'K?');
  assert.equal(flags({ peerInterested: true, amChoking: false }), 'U');
  assert.equal(flags({ peerInterested: true }), 'u');
  assert.match(peerTable([peer], 120)[1]!, /^ {2}\[::1\]:6881 {3}Shoal 0\.1\ufffd .* 50%/);
});

test('trackers say what went wrong below them', () => {
  const working: TorrentTracker = {
    url: 'http://t/announce',
    tier: 0,
    state: 'working',
    message: '',
    nextAnnounceInSeconds: 61.2,
    seeders: 3,
    leechers: 0,
  };
  const failed: TorrentTracker = {
    url: 'udp://u:1',
    tier: 1,
    state: 'failed',
    message: 'timed out',
  };
  assert.deepEqual(trackerTable([working, failed], 100, colored), [
    '  tier   tracker             state       next in   seeders   leechers   completed',
    '     1   http://t/announce   working   1 min 2 s         3          0           –',
    '     2   udp://u:1           \u001b[31mfailed \u001b[39m           –         –          –           –',
    '         \u001b[31mtimed out\u001b[39m',
  ]);
});
