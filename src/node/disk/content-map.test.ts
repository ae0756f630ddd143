import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { segmentsOf } from './content-map.ts';

test('segments cover every byte of a range that a file has, once, in order', () => {
  const sizes = fc.array(fc.tuple(fc.nat(3), fc.nat(20)), { minLength: 1, maxLength: 12 });
  const property = fc.property(sizes, fc.nat(260), fc.nat(80), (list, start, length) => {
    let end = 0;
    const files = list.map(([gap, lengthBytes], i) => {
      const file = { path: [`${i}`], offsetBytes: end + gap, lengthBytes, padding: false };
      end = file.offsetBytes + lengthBytes;
      return file;
    });
    const covered = segmentsOf(files, start, length).flatMap((segment) =>
      Array.from({ length: segment.lengthBytes }, (_, i) => [
        segment.rangeOffset + i,
        segment.file,
        segment.fileOffset + i,
      ]),
    );
    const expected: number[][] = [];
    for (let at = start; at < start + length; at++) {
      const index = files.findIndex(
        (f) => at >= f.offsetBytes && at < f.offsetBytes + f.lengthBytes,
      );
      if (index >= 0) expected.push([at - start, index, at - files[index]!.offsetBytes]);
    }
    assert.deepEqual(covered, expected);
  });
  fc.assert(property);
});
