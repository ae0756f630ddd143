import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SessionTotals } from './session-totals.ts';

test('this run begins at nothing, and all runs go on', () => {
  const first = new SessionTotals(undefined);
  first.add(10, 20);
  const next = new SessionTotals(first.snapshot());
  next.add(1, 2);
  assert.deepEqual(next.now, {
    downloadedBytes: 1,
    uploadedBytes: 2,
    allDownloadedBytes: 11,
    allUploadedBytes: 22,
  });
});

test('what was not kept by it is passed over', () => {
  for (const bytes of [new Uint8Array(3), new Uint8Array(16).fill(0xff)]) {
    assert.deepEqual(new SessionTotals(bytes).now.allDownloadedBytes, 0);
  }
});
