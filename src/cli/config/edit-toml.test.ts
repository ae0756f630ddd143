import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { type KeyPlace, setInToml, tomlOf, unsetInToml } from './edit-toml.ts';

const top = (key: string): KeyPlace => ({ table: undefined, key });
const inTracker = (key: string): KeyPlace => ({ table: 'tracker', key });

test('an empty file gets the key, below its table if it has one', () => {
  assert.equal(setInToml('', top('port'), 1), 'port = 1\n');
  assert.equal(setInToml('', inTracker('port'), 1), '[tracker]\nport = 1\n');
});

test('only the value changes where the key is there', () => {
  const text = '# mine\r\nport = 1 # why\r\n\r\n[tracker]\r\nport = [\r\n 1 ]\r\n# end';
  assert.equal(setInToml(text, top('port'), 'x'), text.replace('1 # why', '"x" # why'));
  assert.equal(
    setInToml(text, inTracker('port'), ['a', 'b']),
    text.replace('[\r\n 1 ]', '["a", "b"]'),
  );
});

test('a new key goes below the last one of its section', () => {
  const text = 'a = 1\n\n# about the tracker\n[tracker]\nb = 2\n\n[seed]\n';
  assert.equal(setInToml(text, top('port'), 1), text.replace('a = 1\n', 'a = 1\nport = 1\n'));
  assert.equal(setInToml(text, inTracker('port'), 1), text.replace('b = 2\n', 'b = 2\nport = 1\n'));
  assert.equal(setInToml(text, { table: 'seed', key: 'up' }, '2MiB'), `${text}up = "2MiB"\n`);
  assert.equal(
    setInToml(text, { table: 'get', key: 'exit' }, true),
    `${text}\n[get]\nexit = true\n`,
  );
  assert.equal(
    setInToml('# about\n[tracker]\n', top('port'), 1),
    'port = 1\n\n# about\n[tracker]\n',
  );
  assert.equal(setInToml('tracker.a = 1', inTracker('b'), 2), 'tracker.a = 1\ntracker.b = 2\n');
});

test('what cannot be said by a line is left alone', () => {
  assert.equal(setInToml('tracker = { port = 1 }\n', inTracker('port'), 2), undefined);
  assert.equal(setInToml('tracker = "x"\n', inTracker('port'), 2), undefined);
  assert.equal(setInToml('[tracker]\n', top('tracker'), 'x'), undefined);
  assert.equal(setInToml('[[tracker]]\nport = 1\n', inTracker('port'), 2), undefined);
  assert.equal(unsetInToml('tracker = { port = 1 }\n', inTracker('port')), undefined);
  assert.equal(unsetInToml('a = 1\n', top('b')), undefined);
});

test('a removed key takes its line along', () => {
  assert.equal(unsetInToml('a = 1\nb = 2 # why\nc = 3\n', top('b')), 'a = 1\nc = 3\n');
  assert.equal(unsetInToml('[tracker]\nport = 1', inTracker('port')), '[tracker]\n');
  assert.equal(unsetInToml('tracker.port = 1\n', inTracker('port')), '');
  assert.equal(unsetInToml('a = 1\n\n[tracker]\n', top('a')), '[tracker]\n');
});

test('set and read give the same text back, and unset takes it away', () => {
  const lines = fc.constantFrom(
    '# c\n',
    '\n',
    'a = 1\n',
    '[tracker]\n',
    'port = 7 # x\n',
    '[seed]\n',
    'tracker.q = 1\n',
  );
  const place = fc.constantFrom(top('port'), inTracker('port'), inTracker('new'));
  fc.assert(
    fc.property(fc.array(lines), place, fc.string(), (parts, at, value) => {
      const text = parts.join('');
      try {
        parse(text);
      } catch {
        return;
      }
      const changed = setInToml(text, at, value);
      if (changed === undefined) return;
      const document = parse(changed);
      const table = at.table === undefined ? document : Object(document[at.table]);
      assert.equal(table[at.key], value);
      for (const part of parts.filter((each) => !each.startsWith('port'))) {
        assert.ok(changed.includes(part), part);
      }
      const removed = unsetInToml(changed, at);
      assert.ok(removed !== undefined);
      assert.ok(!removed.includes(`${at.key} = ${tomlOf(value)}`));
    }),
  );
});
