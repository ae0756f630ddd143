import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeDaemon, hashes } from './fake-daemon-fixture.test.ts';

const ask = { ids: 'recently-active', fields: ['hashString'] };

async function recent(daemon: FakeDaemon): Promise<unknown> {
  const { torrents } = await daemon.call('torrent-get', ask);
  return (torrents as { hashString: string }[]).map(({ hashString }) => hashes.indexOf(hashString));
}

test('at first they are those that moved data, came or were completed in the last minute', async () => {
  const at = (secondsAgo: number) =>
    new Date(Date.parse('2026-02-01T00:00:00Z') - secondsAgo * 1000).toISOString();
  const daemon = new FakeDaemon({ downRate: 1 }, { activeAt: at(61) }, { completedAt: at(59) }, {});
  assert.deepEqual(await recent(daemon), [0, 2]);
});

test('whoever got the list hears of all changes after it, and of removals', async () => {
  const daemon = new FakeDaemon({}, {}, {});
  await daemon.call('torrent-get', { fields: ['id'] });
  daemon.nowMs += 5000;
  daemon.alter(hashes[1]!, { state: 'stopped' });
  assert.deepEqual(await recent(daemon), [1]);
  daemon.nowMs += 5000;
  daemon.torrents.delete(hashes[0]!);
  const { removed } = await daemon.call('torrent-get', ask);
  assert.deepEqual(removed, [1]);
});

test('what changed more than a minute ago is left out', async () => {
  const daemon = new FakeDaemon({}, {});
  await daemon.call('torrent-get', { fields: ['id'] });
  daemon.alter(hashes[1]!, { state: 'stopped' });
  for (let second = 0; second < 55; second += 5) {
    daemon.nowMs += 5000;
    assert.deepEqual(await recent(daemon), [1]);
  }
  daemon.nowMs += 60_000;
  assert.deepEqual(await recent(daemon), []);
});
