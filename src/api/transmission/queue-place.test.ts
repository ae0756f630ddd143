import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FakeDaemon, hashes } from './fake-daemon-fixture.test.ts';
import { placeInQueue } from './queue-place.ts';

test('a torrent gets to any place from any other', async () => {
  const index = fc.integer({ min: 0, max: 3 });
  await fc.assert(
    fc.asyncProperty(index, fc.integer({ min: -1, max: 9 }), async (which, place) => {
      const daemon = new FakeDaemon({}, {}, {}, {});
      await placeInQueue(daemon.context.ports.torrents, hashes[which]!, place);
      const { queuePosition } = daemon.find(hashes[which]!).info;
      assert.equal(queuePosition, Math.min(3, Math.max(0, place)));
      assert.ok(daemon.calls.length <= 2);
    }),
  );
});
