import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readStatistics } from './tracker-statistics.ts';

it('takes what a tracker of Shoal tells', () => {
  const statistics = readStatistics({
    version: '0.1.0',
    health: { status: 'degraded', problem: 'Redis is away.' },
    torrents: 3,
    udp: { announces: 7 },
    history: [{ secondsAgo: 10, seeders: 2 }],
    swarms: [{ infoHash: 'ab', name: 'x', seeders: 1, leechers: 2, downloads: 3 }],
  });
  assert.deepEqual(
    [statistics.version, statistics.problem, statistics.torrents],
    ['0.1.0', 'Redis is away.', 3],
  );
  assert.equal(statistics.transports[1]?.announces, 7);
  assert.deepEqual([statistics.history[0]?.seeders, statistics.swarms[0]?.downloads], [2, 3]);
});

it('shows nothing of what is none', () => {
  for (const odd of [undefined, null, 7, 'x', [], { swarms: 7, history: [null], peers: 'many' }]) {
    const statistics = readStatistics(odd);
    assert.deepEqual([statistics.peers, statistics.swarms, statistics.problem], [0, [], undefined]);
  }
});
