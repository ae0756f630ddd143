import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import { actOnEach } from './torrent-actions.ts';

test('each is begun within a write of many, and each failure is told with its hash', async () => {
  const hashes = Array.from({ length: 1000 }, (_, index) => `${index}`);
  let isWriting = false;
  let writes = 0;
  const begun: string[] = [];
  const result = await actOnEach(
    hashes,
    async (hash) => {
      assert.ok(isWriting);
      begun.push(hash);
      if (hash === '5') throw new DaemonRefusal('TORRENT_STOPPED', 'it is stopped');
      await Promise.resolve();
      if (hash === '700') throw new Error('out of luck');
    },
    (work) => {
      writes++;
      isWriting = true;
      work();
      isWriting = false;
    },
  );
  assert.deepEqual(result, {
    done: 998,
    failed: [
      { hash: '5', error: { code: 'TORRENT_STOPPED', message: 'it is stopped' } },
      { hash: '700', error: { code: 'INTERNAL', message: 'out of luck' } },
    ],
  });
  assert.deepEqual(begun, hashes);
  assert.ok(writes < 20, `${writes} writes`);
});
