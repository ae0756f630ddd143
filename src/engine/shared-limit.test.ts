import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockBytes } from './layout.ts';
import type { Limit } from './rate.ts';
import { TokenBucket } from './rate.ts';
import { LimitChain, SharedLimit } from './shared-limit.ts';

/** Polls members in order every `stepMs`; each wants `wants[i]` bytes a second. Returns bytes taken. */
function run(members: readonly Limit[], wants: readonly number[], forMs: number, stepMs: number) {
  const taken = members.map(() => 0);
  for (let nowMs = 0; nowMs <= forMs; nowMs += stepMs) {
    members.forEach((member, i) => {
      while (taken[i]! < (wants[i]! * nowMs) / 1000 && member.available(nowMs) > 0) {
        member.take(blockBytes, nowMs);
        taken[i] = taken[i]! + blockBytes;
      }
    });
  }
  return taken;
}

for (const rate of [20_000, 300_000, 50_000_000]) {
  test(`greedy members share ${rate} bytes/s evenly, whoever is asked first`, () => {
    const shared = new SharedLimit(rate, 0);
    const members = Array.from({ length: 5 }, () => shared.join());
    const forMs = rate < 100_000 ? 200_000 : 20_000;
    const taken = run(members, Array(5).fill(1e12), forMs, rate > 1e6 ? 10 : 50);
    const total = taken.reduce((a, b) => a + b, 0);
    assert.ok(total > (rate * forMs * 0.95) / 1000, `${total}`);
    const fair = total / 5;
    const burst = Math.max(rate, 2 * blockBytes);
    for (const bytes of taken) assert.ok(Math.abs(bytes - fair) < fair * 0.15 + burst, `${taken}`);
  });
}

test('what modest members leave goes to the greedy one', () => {
  const shared = new SharedLimit(1_000_000, 0);
  const members = Array.from({ length: 50 }, () => shared.join());
  const wants = members.map((_, i) => (i === 49 ? 1e12 : 2000));
  const taken = run(members, wants, 60_000, 50);
  assert.ok(taken[49]! > 60 * (1_000_000 - 49 * 2000) * 0.9, `${taken[49]}`);
  for (const bytes of taken.slice(0, 49)) assert.ok(bytes >= 60 * 2000 * 0.9, `${bytes}`);
});

test('a member that waited by msUntil gets its part like one that polls', () => {
  const shared = new SharedLimit(100_000, 0);
  const poller = shared.join();
  const waiter = shared.join();
  let [polled, waited, wakeAtMs] = [0, 0, 0];
  for (let nowMs = 0; nowMs < 100_000; nowMs += 10) {
    if (poller.available(nowMs) > 0) {
      poller.take(blockBytes, nowMs);
      polled += blockBytes;
    }
    if (nowMs < wakeAtMs) continue;
    if (waiter.available(nowMs) > 0) {
      waiter.take(blockBytes, nowMs);
      waited += blockBytes;
    }
    wakeAtMs = nowMs + waiter.msUntil(blockBytes, nowMs);
  }
  assert.ok(waited > polled * 0.75, `${polled} ${waited}`);
});

test('members together never exceed the shared limit, nor a chain its own', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 1_000_000 }),
      fc.integer({ min: 1000, max: 1_000_000 }),
      fc.array(fc.tuple(fc.nat(2), fc.nat(1500), fc.integer({ min: 1, max: blockBytes })), {
        maxLength: 150,
      }),
      (globalRate, ownRate, steps) => {
        const shared = new SharedLimit(globalRate, 0);
        const chains = [0, 1, 2].map(
          () => new LimitChain([new TokenBucket(ownRate, 0), shared.join()]),
        );
        const taken = [0, 0, 0];
        let nowMs = 0;
        for (const [who, pauseMs, bytes] of steps) {
          nowMs += pauseMs;
          const chain = chains[who]!;
          for (let i = 0; i < 20 && chain.available(nowMs) > 0; i++) {
            chain.take(bytes, nowMs);
            taken[who] = taken[who]! + bytes;
          }
          const ownMost = Math.max(ownRate, 2 * blockBytes) + (ownRate * nowMs) / 1000;
          assert.ok(taken[who]! <= ownMost + blockBytes);
          const most = Math.max(globalRate, 2 * blockBytes) + (globalRate * nowMs) / 1000;
          assert.ok(taken[0]! + taken[1]! + taken[2]! <= most + blockBytes);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('an unlimited or zero shared limit does what it says, and can be changed', () => {
  const shared = new SharedLimit('unlimited', 0);
  const chain = new LimitChain([new TokenBucket('unlimited', 0), shared.join()]);
  chain.take(1e12, 0);
  assert.equal(chain.available(0), Number.POSITIVE_INFINITY);
  assert.equal(chain.msUntil(1e9, 0), 0);
  shared.setRate(0, 0);
  assert.ok(chain.available(1000) <= 0);
  assert.equal(chain.msUntil(1, 1000), Number.POSITIVE_INFINITY);
  shared.setRate(1_000_000, 1000);
  assert.ok(chain.available(2000) > 0);
});
