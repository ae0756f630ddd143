import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventHeap } from './event-heap.ts';
import { World } from './world.ts';

test('events come by time, and in the order they were scheduled within a moment', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), (times) => {
      const heap = new EventHeap();
      for (const atMs of times) heap.push(atMs, () => {});
      const popped: [number, number][] = [];
      for (let event = heap.pop(); event !== undefined; event = heap.pop()) {
        popped.push([event.atMs, event.sequence]);
      }
      const sorted = times.map((atMs, i): [number, number] => [atMs, i]);
      sorted.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      assert.deepEqual(popped, sorted);
    }),
  );
});

test('time passes to each event, up to the deadline; what was cancelled does not run', () => {
  const world = new World(1);
  const seen: string[] = [];
  world.after(20, () => seen.push(`b ${world.nowMs()}`));
  world.after(10, () => {
    seen.push(`a ${world.nowMs()}`);
    world.after(0, () => seen.push(`a' ${world.nowMs()}`));
  });
  world.after(15, () => seen.push('never')).cancel();
  world.after(31, () => seen.push('late'));
  assert.equal(
    world.runUntil(30, () => false),
    false,
  );
  assert.deepEqual(seen, ['a 10', "a' 10", 'b 20']);
  assert.equal(world.nowMs(), 30);
  assert.equal(
    world.runUntil(100, () => seen.length === 4),
    true,
  );
  assert.equal(world.nowMs(), 31);
});

test('a period goes on until it is cancelled, also from inside', () => {
  const world = new World(1);
  let turns = 0;
  const timer = world.every(10, 5, () => {
    turns++;
    if (turns === 3) timer.cancel();
  });
  world.runUntil(1000, () => false);
  assert.equal(turns, 3);
});

test('each component has its own chance, the same for the same seed', () => {
  const draw = (seed: number) => {
    const world = new World(seed);
    return [world.forkRandom().next(), world.forkRandom().next()];
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  assert.notEqual(draw(7)[0], draw(7)[1]);
});
