import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeDaemon } from './fake-daemon-fixture.test.ts';

test('counts, rates and totals', async () => {
  const daemon = new FakeDaemon({}, { state: 'stopped' }, { state: 'queued' });
  const run = { filesAdded: 3, secondsActive: 60, sessionCount: 1 };
  assert.deepEqual(await daemon.call('session-stats'), {
    activeTorrentCount: 1,
    pausedTorrentCount: 2,
    torrentCount: 3,
    downloadSpeed: 10,
    uploadSpeed: 21,
    'current-stats': { ...run, downloadedBytes: 1, uploadedBytes: 2 },
    'cumulative-stats': { ...run, downloadedBytes: 3, uploadedBytes: 4 },
  });
});
