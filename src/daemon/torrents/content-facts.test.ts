import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentFacts } from './content-facts.ts';

const metainfo = {
  files: [{ padding: false }, { padding: true }, { padding: false }],
  pieceCount: 3,
  pieceLength: 16384,
};

test('files are counted without padding, and what is not said is left out', () => {
  assert.deepEqual(contentFacts(metainfo), { fileCount: 2, pieceCount: 3, pieceLength: 16384 });
});

test('a time that no calendar has is the first that there is', () => {
  const timed = (creationDateMs: number) => contentFacts({ ...metainfo, creationDateMs }).createdAt;
  assert.equal(timed(1000), '1970-01-01T00:00:01.000Z');
  assert.equal(timed(1e300), '1970-01-01T00:00:00.000Z');
});
