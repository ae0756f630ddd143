import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planQueue, type QueueEntry, waitsFor } from './torrent-queue.ts';

interface Named extends QueueEntry {
  readonly name: string;
}

function entry(name: string, more: Partial<QueueEntry> = {}): Named {
  return { name, kind: 'download', forced: false, state: 'waiting', isIdle: false, ...more };
}

function plan(entries: readonly Named[], downloads: number, seeds = Number.POSITIVE_INFINITY) {
  const { start, pause, wait, taken } = planQueue(entries, { downloads, seeds });
  const names = (list: readonly Named[]) => list.map(({ name }) => name).join('');
  return { start: names(start), pause: names(pause), wait: names(wait), taken };
}

test('places are given in the order of the queue', () => {
  const queue = [entry('a'), entry('b', { state: 'running' }), entry('c'), entry('d')];
  assert.deepEqual(plan(queue, 3), {
    start: 'ac',
    pause: '',
    wait: 'd',
    taken: { downloads: 3, seeds: 0 },
  });
  assert.deepEqual(plan(queue, 0), {
    start: '',
    pause: 'b',
    wait: 'acd',
    taken: { downloads: 0, seeds: 0 },
  });
});

test('forced ones, and those that stand still, take no place; a check is not cut short', () => {
  const queue = [
    entry('a', { state: 'running', isIdle: true }),
    entry('b', { forced: true }),
    entry('c'),
    entry('d', { state: 'running' }),
    entry('e', { state: 'checking' }),
    entry('f', { forced: true, state: 'running' }),
  ];
  const { start, pause, wait } = plan(queue, 1);
  assert.deepEqual([start, pause, wait], ['bc', 'd', '']);
});

test('seeds have places of their own', () => {
  const queue = [
    entry('a', { kind: 'seed' }),
    entry('b'),
    entry('c', { kind: 'seed', state: 'running' }),
    entry('d', { kind: 'seed' }),
  ];
  const { start, pause, wait, taken } = plan(queue, 5, 1);
  assert.deepEqual([start, pause, wait, taken], ['ab', 'c', 'd', { downloads: 1, seeds: 1 }]);
});

test('never more run than there are places, and none is free while somebody waits', () => {
  const one = fc.record({
    name: fc.constant('x'),
    kind: fc.constantFrom('download' as const, 'seed' as const),
    forced: fc.boolean(),
    state: fc.constantFrom('waiting' as const, 'running' as const),
    isIdle: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(one), fc.nat(5), fc.nat(5), (entries, downloads, seeds) => {
      const places = { downloads, seeds };
      const { start, pause, wait, taken } = planQueue(entries, places);
      for (const [kind, most, count] of [
        ['download', downloads, taken.downloads],
        ['seed', seeds, taken.seeds],
      ] as const) {
        const counted = entries.filter(
          (entry) =>
            entry.kind === kind &&
            !entry.forced &&
            !(entry.isIdle && entry.state === 'running') &&
            !pause.includes(entry) &&
            !wait.includes(entry),
        );
        assert.ok(counted.length <= most);
        assert.equal(counted.length, count);
        if (wait.some((entry) => entry.kind === kind)) assert.equal(counted.length, most);
      }
      for (const entry of start) assert.equal(entry.state, 'waiting');
    }),
  );
});

test('who waits is told behind how many', () => {
  const taken = { downloads: 3, seeds: 1 };
  assert.equal(waitsFor('download', taken).message, 'waiting in the queue behind 3 downloads');
  assert.equal(waitsFor('seed', taken).message, 'waiting in the queue behind 1 seed');
  const none = waitsFor('seed', { downloads: 3, seeds: 0 });
  assert.deepEqual(none, {
    code: 'QUEUED',
    message: 'no seed may run: the limit of active ones is 0',
  });
});
