import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFileLimit, shareOpenFiles } from './open-file-limit.ts';

test('a small limit leaves sockets their share, a large one is not used up', () => {
  assert.deepEqual(shareOpenFiles(64), { writing: 4, uploading: 2 });
  assert.deepEqual(shareOpenFiles(1024), { writing: 244, uploading: 64 });
  assert.deepEqual(shareOpenFiles(1_000_000), { writing: 256, uploading: 64 });
  assert.deepEqual(shareOpenFiles(undefined), shareOpenFiles(1024));
});

test('the limit is a positive number where it is known', () => {
  const limit = openFileLimit();
  if (process.platform === 'linux') assert.ok(limit !== undefined);
  assert.ok(limit === undefined || limit > 0);
});
