/** Unread bytes against a plain string, and how much memory they hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UnreadBytes } from './unread-bytes.ts';

test('what is kept and appended is what is there, in little more memory', () => {
  const step = fc.record({ chunk: fc.uint8Array({ maxLength: 3000 }), taken: fc.nat(4000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.boolean(), (steps, replaces) => {
      const unread = new UnreadBytes();
      let expected = '';
      for (const { chunk, taken } of steps) {
        const bytes = Buffer.from(chunk);
        if (replaces && unread.length === 0) {
          const start = Math.min(taken, bytes.length);
          unread.keep(bytes, start, bytes.length);
          expected = bytes.toString('latin1', start);
        } else {
          unread.append(bytes);
          expected += bytes.toString('latin1');
          const start = Math.min(unread.start + taken, unread.end);
          expected = expected.slice(start - unread.start);
          unread.keep(unread.bytes, start, unread.end);
        }
        assert.equal(unread.bytes.toString('latin1', unread.start, unread.end), expected);
        assert.equal(unread.length, expected.length);
        assert.ok(unread.bytes.length <= Math.max(256, 4 * unread.length));
        if (unread.length === 0) assert.equal(unread.bytes.length, 0);
      }
    }),
  );
});

test('one byte after the other does not copy all each time, nor keep a large chunk for a small rest', () => {
  const unread = new UnreadBytes();
  const memories = new Set<Buffer>();
  for (let i = 0; i < 16_384; i++) {
    unread.append(Buffer.of(i));
    memories.add(unread.bytes);
  }
  assert.ok(memories.size <= 10 && unread.bytes.length <= 2 * 16_384);
  const small = new UnreadBytes();
  const large = Buffer.alloc(65_536);
  small.keep(large, 65_500, 65_536);
  assert.ok(small.length === 36 && small.bytes.length <= 256);
});
