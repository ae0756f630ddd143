import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunCounts } from './run-counts.ts';

function counts(downloadedBytes: number, uploadedBytes: number, wastedBytes = 0) {
  return { downloadedBytes, uploadedBytes, wastedBytes };
}

test('a run goes on from what the session knows, also when the client knows less', () => {
  const run = new RunCounts(counts(100, 50, 7), counts(80, 0, 0));
  assert.deepEqual(run.look(counts(80, 0, 0)), {
    downBytes: 0,
    upBytes: 0,
    totals: counts(100, 50, 7),
  });
  assert.deepEqual(run.look(counts(90, 30, 1)), {
    downBytes: 10,
    upBytes: 30,
    totals: counts(110, 80, 8),
  });
});

test('a client that knows more is believed, and what it knew is not counted as moved now', () => {
  const run = new RunCounts(counts(100, 50), counts(120, 60));
  const { downBytes, upBytes, totals } = run.look(counts(120, 60));
  assert.deepEqual([downBytes, upBytes, totals], [0, 0, counts(120, 60)]);
});
