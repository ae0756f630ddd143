import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionInfo, TorrentInfo } from '../../api/contract/torrents.ts';
import { sampleTorrent } from '../sample-torrent-fixture.test.ts';
import { styleFor } from '../style.ts';
import { textWidth } from '../text-width.ts';
import { topFrame } from './top-frame.ts';
import { TopList } from './top-list.ts';

const counts = {
  metadata: 0,
  checking: 0,
  moving: 0,
  queued: 0,
  downloading: 0,
  seeding: 3,
  stopped: 0,
  error: 0,
};
const session: SessionInfo = {
  version: '1',
  pid: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  downRate: 0,
  upRate: 0,
  alternativeLimits: false,
  downloadedBytes: 0,
  uploadedBytes: 0,
  allDownloadedBytes: 0,
  allUploadedBytes: 0,
  torrents: 3,
  counts,
  peers: 0,
  peerPort: 1,
  dir: '/',
  dataDir: '/',
};

const torrent = (name: string, lengthBytes: number): TorrentInfo => {
  const hash = Buffer.from(name.padEnd(20)).toString('hex');
  const labels = name === 'b' ? ['films'] : [];
  const { number: _, ...info } = sampleTorrent(1, name, {
    hash,
    lengthBytes,
    labels,
    state: 'seeding',
  });
  return info;
};

function filled(): TopList {
  const list = new TopList();
  const torrents = [torrent('a', 10), torrent('b', 30), torrent('c', 20)];
  list.take({ revision: 1, full: true, torrents, removed: [], session });
  return list;
}

const names = (list: TopList): string => list.rows.map(({ name }) => name).join('');

test("a change touches what it names, and numbers follow the daemon's order", () => {
  const list = filled();
  const { hash } = torrent('a', 0);
  list.take({ revision: 2, full: false, torrents: [torrent('d', 5)], removed: [hash], session });
  assert.deepEqual(
    list.rows.map(({ name, number }) => `${number}${name}`),
    ['1b', '2c', '3d'],
  );
  list.take({ revision: 3, full: true, torrents: [torrent('x', 1)], removed: [], session });
  assert.equal(names(list), 'x');
});

test('the chosen one stays chosen while others move, and its place is kept when it goes', () => {
  const list = filled();
  list.move(1);
  assert.equal(list.chosen?.name, 'b');
  while (list.sort !== 'size') list.nextSort();
  assert.equal(names(list), 'bca');
  assert.deepEqual([list.chosen?.name, list.chosenAt], ['b', 0]);
  const removed = [torrent('b', 0).hash];
  list.take({ revision: 2, full: false, torrents: [], removed, session });
  assert.equal(list.chosen?.name, 'c');
  list.move(Number.POSITIVE_INFINITY);
  assert.equal(list.chosen?.name, 'a');
});

test('the filter looks at names, labels, states and the beginning of the hash', () => {
  const list = filled();
  for (const [filter, found] of [
    ['FILM', 'b'],
    ['seed', 'abc'],
    [torrent('c', 0).hash.slice(0, 2), 'c'],
    ['nothing', ''],
  ] as const) {
    list.setFilter(filter);
    assert.equal(names(list), found, filter);
  }
});

test('a frame fills the window and no line is wider than it', () => {
  const list = filled();
  const style = styleFor('never', { isTerminal: false, env: {} });
  for (const columns of [20, 44, 60, 80, 100, 130, 200]) {
    for (const rows of [5, 12, 40]) {
      const frame = topFrame(list, 0, {}, { columns, rows }, style);
      assert.equal(frame.length, rows);
      for (const line of frame) {
        const plain = line.replaceAll('\u001b[7m', '').replaceAll('\u001b[27m', '');
        assert.ok(textWidth(plain) <= columns, `${columns}: ${plain}`);
      }
      assert.match(frame.at(-1) ?? '', /q quit$/);
    }
  }
});
