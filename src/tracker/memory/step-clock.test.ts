import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../base/random.ts';
import { createSwarmMemory, firstStep } from '../swarm-memory.ts';
import { ageOf, StepClock, stampMask } from './step-clock.ts';

function makeClock(): { clock: StepClock; stepMs: number; timeoutSteps: number; other: StepClock } {
  const random = new SeededRandom(1);
  const memory = createSwarmMemory({ random, peerTimeoutMs: 2_048_000, budgetBytes: 2 ** 20 });
  const { stepMs, timeoutSteps } = memory;
  return { clock: new StepClock(memory), stepMs, timeoutSteps, other: new StepClock(memory) };
}

test('steps count from the first time known, for all threads, and never back', () => {
  for (const startMs of [0, 5000, 1e12, 4e15]) {
    const { clock, other, stepMs } = makeClock();
    assert.equal(clock.step(startMs), firstStep);
    assert.equal(other.step(startMs + 10 * stepMs), firstStep + 10);
    assert.equal(clock.step(startMs + 5 * stepMs), firstStep + 10);
    assert.equal(clock.last, firstStep + 10);
  }
});

test('a long silence is two time-outs, and time goes on from there', () => {
  const { clock, other, stepMs, timeoutSteps } = makeClock();
  clock.step(0);
  const wokenMs = 1_000_000 * stepMs;
  assert.equal(clock.step(wokenMs), firstStep + 2 * timeoutSteps);
  assert.equal(other.step(wokenMs), firstStep + 2 * timeoutSteps);
  assert.equal(other.step(wokenMs + 7 * stepMs), firstStep + 2 * timeoutSteps + 7);
});

test('ages are right across the wrap of stamps, and 0 for a stamp from a moment ahead', () => {
  for (const now of [firstStep, 40_000, 65_530, 1e9]) {
    assert.equal(ageOf(now & stampMask, now), 0);
    assert.equal(ageOf((now - 4000) & stampMask, now), 4000);
    assert.equal(ageOf((now + 3) & stampMask, now), 0);
  }
});
