import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FetchFailure } from './bounded-fetch.ts';
import { EventStreamParser } from './event-stream-parser.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('events of every form that the standard has', () => {
  const parser = new EventStreamParser(1000);
  const text = [
    ': a comment\n\n',
    'event: a\nid: 1\ndata: one\n\n',
    'data:two\ndata: lines\r\n\r\n',
    'event: empty\n\n',
    'retry: 5\nunknown: x\ndata\n\n',
    'data: not yet whole',
  ].join('');
  assert.deepEqual(parser.push(bytes(text)), [
    { event: 'a', data: 'one', id: '1' },
    { event: 'message', data: 'two\nlines', id: '1' },
    { event: 'message', data: '', id: '1' },
  ]);
});

test('however it is cut, the same comes out', () => {
  const whole = bytes('event: changes\nid: 7\ndata: {"name":"räka 🦐"}\n\ndata: x\n\n');
  const expected = new EventStreamParser(1000).push(whole);
  assert.equal(expected[0]?.data, '{"name":"räka 🦐"}');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 8 }), (cuts) => {
      const parser = new EventStreamParser(1000);
      const ends = [...cuts.sort((a, b) => a - b), whole.length];
      let at = 0;
      const found = ends.flatMap((end) => {
        const part = parser.push(whole.slice(at, end));
        at = end;
        return part;
      });
      assert.deepEqual(found, expected);
    }),
  );
});

test('an event without end is not kept for ever', () => {
  for (const line of ['data: 0123456789\n', 'x']) {
    const parser = new EventStreamParser(1000);
    assert.throws(() => {
      for (let i = 0; i < 2000; i++) parser.push(bytes(line));
    }, FetchFailure);
  }
});

test('whatever comes, it is taken', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
      const parser = new EventStreamParser(10_000);
      for (const chunk of chunks) parser.push(chunk);
    }),
  );
});
