import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteRange } from './byte-range.ts';

test('ranges of every form', () => {
  const cases: [string | undefined, ReturnType<typeof byteRange>][] = [
    [undefined, undefined],
    ['bytes=0-99', { begin: 0, end: 100 }],
    ['bytes=0-0', { begin: 0, end: 1 }],
    ['BYTES= 5 - 6 ', { begin: 5, end: 7 }],
    ['bytes=900-', { begin: 900, end: 1000 }],
    ['bytes=900-5000', { begin: 900, end: 1000 }],
    ['bytes=-100', { begin: 900, end: 1000 }],
    ['bytes=-5000', { begin: 0, end: 1000 }],
    ['bytes=1000-', 'unsatisfiable'],
    ['bytes=1000-1000', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-4', undefined],
    ['bytes=0-1,5-6', undefined],
    ['bytes=-', undefined],
    ['items=0-1', undefined],
    ['bytes=a-b', undefined],
  ];
  for (const [header, span] of cases) assert.deepEqual(byteRange(header, 1000), span, header);
  assert.equal(byteRange('bytes=0-', 0), 'unsatisfiable');
});

test('whatever is asked, the part lies in the file', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(2000), (first, last, length) => {
      for (const header of [`bytes=${first}-${last}`, `bytes=${first}-`, `bytes=-${last}`]) {
        const span = byteRange(header, length);
        if (span === undefined || span === 'unsatisfiable') continue;
        assert.ok(span.begin >= 0 && span.begin < span.end && span.end <= length, header);
      }
    }),
  );
});
