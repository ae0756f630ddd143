import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fluidBoundMs } from './fluid-bound.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { SimFailure } from './sim-failure.ts';
import type { Swarm } from './swarm.ts';

const hashes = {
  sha1: (bytes: Uint8Array) => new Uint8Array(createHash('sha1').update(bytes).digest()),
  sha256: (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest()),
};

function small(change: (swarm: Swarm) => void, deadlineMs = 120_000): Scenario {
  return {
    name: 'small',
    about: 'one seed and two leechers',
    prepare: (swarm) => {
      swarm.makeContent(6, 32_768);
      swarm.addSeed();
      swarm.addLeechers(2);
      change(swarm);
      return { deadlineMs };
    },
  };
}

test('a seed replays exactly, and another seed goes another way', () => {
  const run = (seed: number) =>
    runScenario(
      small(() => {}),
      { seed, hashes },
    );
  const first = run(1);
  assert.deepEqual(run(1), first);
  assert.notEqual(run(2).trace, first.trace);
});

test('who does not complete is named, with what it has', () => {
  const scenario = small((swarm) => {
    swarm.world.at(500, () => swarm.peers[0]?.crash());
  }, 10_000);
  assert.throws(
    () => runScenario(scenario, { seed: 1, hashes }),
    (error: Error) => {
      assert.ok(error instanceof SimFailure);
      assert.match(error.message, /2 of 2 did not complete:\s+leecher 1 .*\/6 pieces/);
      return true;
    },
  );
});

test('data that rots on a disk is not served unnoticed', () => {
  const scenario = small((swarm) => {
    swarm.world.at(400, () => {
      for (let piece = 0; piece < 6; piece++) swarm.peers[0]?.options.disk.damage(piece);
    });
  });
  const run = () => runScenario(scenario, { seed: 1, hashes });
  assert.throws(run, /not verified and written|advertises piece/);
});

test('the fluid bound is the greatest of its three limits', () => {
  const swarm = { leecherUpBytesPerSecond: [10, 10], leecherDownBytesPerSecond: [100, 50] };
  const fileBytes = 1000;
  assert.equal(fluidBoundMs({ ...swarm, fileBytes, seedUpBytesPerSecond: 10 }), 100_000);
  assert.equal(fluidBoundMs({ ...swarm, fileBytes, seedUpBytesPerSecond: 80 }), 20_000);
  assert.equal(fluidBoundMs({ ...swarm, fileBytes, seedUpBytesPerSecond: 30 }), 40_000);
});
