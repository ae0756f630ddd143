import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '../../base/random.ts';
import { UniformSampler } from './uniform-sampler.ts';

test('numbers are different and within the range, up to all of it', () => {
  const count = fc.nat(200);
  const beyond = fc.oneof(fc.nat(50), fc.nat(5000), fc.nat(2 ** 27));
  fc.assert(
    fc.property(fc.integer(), count, beyond, (seed, most, more) => {
      const sampler = new UniformSampler(new SeededRandom(seed), 200);
      for (let round = 0; round < 3; round++) {
        sampler.draw(most, most + more);
        const drawn = sampler.drawn.subarray(0, most);
        assert.equal(new Set(drawn).size, most);
        assert.ok(drawn.every((number) => number >= 0 && number < most + more));
      }
    }),
  );
});

for (const [count, bound] of [
  [3, 7],
  [30, 99],
  [150, 200],
  [20, 5000],
] as const) {
  test(`each of ${bound} numbers is equally likely among ${count}`, () => {
    const sampler = new UniformSampler(new SeededRandom(7), 200);
    const times = new Int32Array(bound);
    const rounds = 40_000;
    for (let round = 0; round < rounds; round++) {
      sampler.draw(count, bound);
      for (let i = 0; i < count; i++) times[sampler.drawn[i]!]!++;
    }
    const chance = count / bound;
    // Six standard deviations: of 5000 numbers, one is out by chance once in a hundred thousand seeds.
    const allowed = 6 * Math.sqrt(rounds * chance * (1 - chance));
    for (const seen of times) assert.ok(Math.abs(seen - rounds * chance) < allowed, `${seen}`);
  });
}

test('pairs are as likely as chance makes them', () => {
  const sampler = new UniformSampler(new SeededRandom(3), 10);
  const rounds = 100_000;
  const together = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    sampler.draw(2, 6);
    const pair = [...sampler.drawn.subarray(0, 2)].sort().join();
    together.set(pair, (together.get(pair) ?? 0) + 1);
  }
  assert.equal(together.size, 15);
  const allowed = 6 * Math.sqrt((rounds / 15) * (14 / 15));
  for (const times of together.values()) assert.ok(Math.abs(times - rounds / 15) < allowed);
});
