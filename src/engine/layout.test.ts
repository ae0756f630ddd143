import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockBytes, Layout } from './layout.ts';

test('the last piece and block may be shorter', () => {
  const layout = new Layout(40_000, [{ offsetBytes: 0, lengthBytes: 100_000 }], false);
  assert.equal(layout.pieceCount, 3);
  assert.equal(layout.pieceBytes(2), 20_000);
  assert.equal(layout.blockCount(0), 3);
  assert.equal(layout.blockLength(0, 2), 40_000 - 2 * blockBytes);
  assert.equal(layout.blockCount(2), 2);
  assert.equal(layout.lengthBytes, 100_000);
});

test('where files are aligned, each ends its piece', () => {
  const files = [
    { offsetBytes: 0, lengthBytes: 20_000 },
    { offsetBytes: 32_768, lengthBytes: 32_768 },
    { offsetBytes: 65_536, lengthBytes: 5 },
  ];
  const layout = new Layout(32_768, files, true);
  assert.deepEqual(
    [0, 1, 2].map((index) => layout.pieceBytes(index)),
    [20_000, 32_768, 5],
  );
  assert.equal(layout.lengthBytes, 52_773);
  assert.equal(layout.contains(0, 0, 20_001), false);
});

test('blocks tile every piece, and pieces tile the content', () => {
  const shape = fc.record({
    pieceLength: fc.integer({ min: 1, max: 100_000 }),
    lengthBytes: fc.integer({ min: 1, max: 500_000 }),
  });
  fc.assert(
    fc.property(shape, ({ pieceLength, lengthBytes }) => {
      fc.pre(lengthBytes / pieceLength < 2000);
      const layout = new Layout(pieceLength, [{ offsetBytes: 0, lengthBytes }], false);
      let total = 0;
      for (let index = 0; index < layout.pieceCount; index++) {
        let sum = 0;
        for (let block = 0; block < layout.blockCount(index); block++) {
          const bytes = layout.blockLength(index, block);
          assert.ok(bytes > 0 && bytes <= blockBytes);
          sum += bytes;
        }
        assert.equal(sum, layout.pieceBytes(index));
        total += sum;
      }
      assert.equal(total, lengthBytes);
    }),
    { numRuns: 100 },
  );
});

test('a place outside its piece is not contained', () => {
  const layout = new Layout(32_768, [{ offsetBytes: 0, lengthBytes: 65_536 }], false);
  assert.equal(layout.contains(1, 16_384, 16_384), true);
  assert.equal(layout.contains(1, 16_385, 16_384), false);
  assert.equal(layout.contains(2, 0, 1), false);
  assert.equal(layout.contains(0, 0, 0), false);
});

test('padding is in the pieces and not in the content', () => {
  const files = [
    { offsetBytes: 0, lengthBytes: 100 },
    { offsetBytes: 100, lengthBytes: 2 * 16_384 - 100, padding: true },
    { offsetBytes: 2 * 16_384, lengthBytes: 5 },
  ];
  const layout = new Layout(16_384, files, false);
  assert.deepEqual(
    [0, 1, 2].map((index) => layout.contentOf(index)),
    [100, 0, 5],
  );
  assert.equal(layout.pieceBytes(1), 16_384);
  assert.equal(layout.contentBytes, 105);
});

test('a gap behind a file may be requested where files start pieces, and only there', () => {
  const files = [
    { offsetBytes: 0, lengthBytes: 10 },
    { offsetBytes: 32_768, lengthBytes: 10 },
  ];
  const aligned = new Layout(32_768, files, true);
  assert.equal(aligned.mayRequest(0, 16_384, 16_384), true);
  assert.equal(aligned.mayRequest(1, 0, 16_384), true);
  assert.equal(aligned.mayRequest(0, 16_385, 16_384), false);
  assert.equal(aligned.mayRequest(2, 0, 1), false);
  assert.equal(aligned.contains(0, 0, 11), false);
  const joined = new Layout(32_768, files, false);
  assert.equal(joined.mayRequest(1, 0, 10), true);
  assert.equal(joined.mayRequest(1, 0, 11), false);
});
