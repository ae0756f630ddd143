import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChangeLog } from './change-log.ts';

test('a delta names what changed after a revision, each once, as it is now', () => {
  const log = new ChangeLog(1000);
  assert.deepEqual(log.since(1000), { revision: 1000, changed: [], removed: [] });
  log.changed('a');
  log.changed('b');
  const { revision } = log.since(undefined);
  log.changed('a');
  log.removed('b');
  log.changed('c');
  assert.deepEqual(log.since(revision), { revision: 1005, changed: ['c', 'a'], removed: ['b'] });
  assert.deepEqual(log.since(1005).changed, []);
});

test('who asks with a revision of another run, or of long ago, gets everything', () => {
  const log = new ChangeLog(1000);
  log.changed('a');
  for (const revision of [undefined, 0, 999, 1002, Number.MAX_SAFE_INTEGER]) {
    assert.equal(log.since(revision).changed, undefined, String(revision));
  }
  for (let i = 0; i < 20_000; i++) log.removed(`gone ${i}`);
  assert.equal(log.since(1001).changed, undefined);
  const late = log.since(log.revision - 10);
  assert.deepEqual([late.changed, late.removed.length], [[], 10]);
});

test('applying deltas whenever gives what there is', () => {
  const step = fc.record({ hash: fc.nat(30), isRemoval: fc.boolean(), asks: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const log = new ChangeLog(7);
      const truth = new Set<string>();
      const copy = new Set<string>();
      let revision: number | undefined;
      for (const { hash, isRemoval, asks } of [
        ...steps,
        { hash: 0, isRemoval: true, asks: true },
      ]) {
        if (isRemoval && truth.delete(`${hash}`)) log.removed(`${hash}`);
        if (!isRemoval) {
          truth.add(`${hash}`);
          log.changed(`${hash}`);
        }
        if (!asks) continue;
        const delta = log.since(revision);
        revision = delta.revision;
        if (delta.changed === undefined) copy.clear();
        for (const one of delta.changed ?? truth) copy.add(one);
        for (const one of delta.removed) copy.delete(one);
      }
      assert.deepEqual([...copy].sort(), [...truth].sort());
    }),
  );
});

test('a log of many changes of few torrents stays small', () => {
  const log = new ChangeLog(0);
  const beganMs = performance.now();
  for (let i = 0; i < 200_000; i++) log.changed(`torrent ${i % 20}`);
  assert.equal(log.since(log.revision - 20).changed?.length, 20);
  assert.ok(performance.now() - beganMs < 2000, 'each change costs more than it should');
});
