/** Settings that are impossible or contradict each other are refused, with the reason. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle, TrackerOptionError, type TrackerOptions } from './tracker-options.ts';

test('what is not told has a default', () => {
  const { port, intervalMs, peerTimeoutMs, memoryBytes, access, udpBackend } = settle({});
  assert.deepEqual([port, intervalMs, memoryBytes], [6969, 1_800_000, 512 * 2 ** 20]);
  assert.deepEqual([access, udpBackend], ['open', 'dgram']);
  assert.ok(peerTimeoutMs > 2 * intervalMs - 1);
  const quick = settle({ intervalMs: 10_000, peerTimeoutMs: 10_000 });
  assert.ok(quick.peerTimeoutMs >= 11_000, 'longer than the longest interval told');
  assert.equal(quick.minIntervalMs, 5000);
});

const refused: readonly [TrackerOptions, RegExp][] = [
  [{ intervalMs: 0 }, /the interval must be/],
  [{ intervalMs: Number.NaN }, /the interval must be/],
  [{ intervalJitter: 2 }, /jitter/],
  [{ intervalMs: 60_000, peerTimeoutMs: 30_000 }, /forgotten between two announces/],
  [{ memoryBytes: 10 }, /1 MiB/],
  [{ rateLimit: -1 }, /rate limit/],
  [{ udpWorkers: 0 }, /from 1 to 64/],
  [{ trustedProxies: ['nonsense'] }, /nonsense is neither an address nor a network/],
  [{ swarmStore: 'http://10.0.0.1' }, /redis:\/\//],
  [{ catalog: 'mysql://10.0.0.1/x' }, /postgres:\/\//],
  [{ catalog: 'none', access: 'catalog' }, /needs a catalog/],
  [{ access: 'catalog' }, /needs a catalog/],
  [{ access: 'allow' }, /needs a list/],
  [{ access: 'deny' }, /needs a list/],
  [{ accessList: 'list.txt' }, /goes with access allow or deny/],
  [{ udpBackend: 'batch', swarmStore: 'redis://10.0.0.1' }, /cannot ask a swarm store/],
  [{ udpBackend: 'batch', hooks: { announce: [], scrape: [] } }, /cannot ask hooks/],
];

for (const [options, reason] of refused) {
  test(`${JSON.stringify(options)} is refused`, () => {
    assert.throws(
      () => settle(options),
      (error) => error instanceof TrackerOptionError && reason.test(error.message),
    );
  });
}
