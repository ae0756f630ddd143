/** The tracker's logic over a memory store: intervals, numwant, hooks, counters, a failing store. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../base/random.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import { type AnnounceAnswer, type AnnounceRequest, isRefusal } from './announce.ts';
import {
  allowListHooks,
  denyListHooks,
  noHooks,
  type Refusal,
  type TrackerHooks,
} from './hooks.ts';
import { MemorySwarmStore } from './memory-swarm-store.ts';
import type { SwarmStore } from './swarm-store.ts';
import { TrackerLogic } from './tracker-logic.ts';

const policy = {
  intervalMs: 1_800_000,
  intervalJitter: 0.1,
  minIntervalMs: 60_000,
  defaultNumWant: 50,
  maxNumWant: 200,
};

function makeLogic(
  hooks: TrackerHooks = noHooks,
  replaced: Partial<SwarmStore> = {},
): { logic: TrackerLogic; clock: { nowMs: number } } {
  const random = new SeededRandom(5);
  const memory = new MemorySwarmStore({ random, peerTimeoutMs: 60_000 });
  const store: SwarmStore = {
    announce: (...rest) => memory.announce(...rest),
    scrape: (...rest) => memory.scrape(...rest),
    totals: () => memory.totals(),
    tick: (nowMs) => memory.tick(nowMs),
    scan: (nowMs) => memory.scan(nowMs),
    peers: (...rest) => memory.peers(...rest),
    health: () => memory.health(),
    ...replaced,
  };
  const clock = { nowMs: 10_000 };
  const logic = new TrackerLogic({ store, hooks, policy, random }, () => clock.nowMs);
  return { logic, clock };
}

function request(port: number, more: Partial<AnnounceRequest> = {}): AnnounceRequest {
  return {
    transport: 'http',
    infoHash: new Uint8Array(20).fill(1),
    peerId: new Uint8Array(20),
    address: Uint8Array.of(8, 8, 8, 8),
    port,
    uploadedBytes: 0,
    downloadedBytes: 0,
    leftBytes: 1,
    event: 'none',
    numWant: undefined,
    wantsBothFamilies: false,
    wantsPeerIds: false,
    urlData: undefined,
    ...more,
  };
}

/** A memory store answers before it returns. */
function announce(logic: TrackerLogic, asked: AnnounceRequest): AnnounceAnswer | Refusal {
  let answered: AnnounceAnswer | Refusal | undefined;
  logic.announce(asked, (answer) => {
    answered = answer;
  });
  assert.ok(answered !== undefined);
  return answered;
}

test('the interval is stretched within its jitter', () => {
  const { logic } = makeLogic();
  const told = new Set<number>();
  for (let port = 1; port <= 50; port++) {
    const answer = announce(logic, request(port));
    assert.ok(!isRefusal(answer));
    assert.ok(answer.intervalSeconds >= 1800 && answer.intervalSeconds <= 1980);
    assert.equal(answer.minIntervalSeconds, 60);
    told.add(answer.intervalSeconds);
  }
  assert.ok(told.size > 20);
});

test('numwant is 50 unless told, at most 200, and may be 0', () => {
  const { logic } = makeLogic();
  for (let port = 1; port <= 250; port++) announce(logic, request(port, { numWant: 0 }));
  for (const [numWant, count] of [
    [undefined, 50],
    [0, 0],
    [7, 7],
    [1e9, 200],
  ] as const) {
    const answer = announce(logic, request(300, { numWant }));
    assert.ok(!isRefusal(answer));
    assert.equal(answer.ipv4.addresses.length, 6 * count);
  }
});

test('a peer that does not say what is left is a leecher', () => {
  const { logic } = makeLogic();
  const answer = announce(logic, request(1, { leftBytes: undefined }));
  assert.ok(!isRefusal(answer) && answer.leechers === 1 && answer.seeders === 0);
});

test('a listed torrent is served and any other refused for good, and the other way round', () => {
  const mine = '01'.repeat(20);
  const allow = makeLogic(allowListHooks((infoHash) => infoHash === mine)).logic;
  const deny = makeLogic(denyListHooks((infoHash) => infoHash === mine)).logic;
  const other = request(1, { infoHash: new Uint8Array(20).fill(2) });
  assert.ok(!isRefusal(announce(allow, request(1))) && !isRefusal(announce(deny, other)));
  for (const refused of [announce(allow, other), announce(deny, request(1))]) {
    assert.ok(isRefusal(refused));
    assert.equal(refused.retryMinutes, 'never');
  }
  assert.equal(allow.counts().http.refused, 1);
  assert.equal(allow.totals().leechers, 1);
});

test('a scrape hides what a hook hides', () => {
  const { logic } = makeLogic({
    announce: [],
    scrape: [(infoHash) => infoHash[0] !== 1],
  });
  announce(logic, request(1));
  announce(logic, request(1, { infoHash: new Uint8Array(20).fill(2) }));
  let found: readonly SwarmCounts[] | Refusal = [];
  logic.scrape(
    'udp',
    [1, 2].map((byte) => new Uint8Array(20).fill(byte)),
    (counts) => {
      found = counts;
    },
  );
  assert.deepEqual(found, [
    { seeders: 0, leechers: 0, downloads: 0 },
    { seeders: 0, leechers: 1, downloads: 0 },
  ]);
});

test('a store that cannot answer becomes a refusal with a time to come back', () => {
  const failure = { code: 'STORE_UNREACHABLE', reason: 'the database is away' } as const;
  const { logic } = makeLogic(noHooks, {
    announce: (_request, _nowMs, done) => done(failure),
    scrape: (_infoHashes, done) => done(failure),
  });
  const expected = { reason: 'the database is away', retryMinutes: 5 };
  assert.deepEqual(announce(logic, request(1)), expected);
  logic.scrape('http', [], (counts) => assert.deepEqual(counts, expected));
  assert.equal(logic.counts().http.refused, 2);
});

test('rates are means over the last minute, and old events leave them', () => {
  const { logic, clock } = makeLogic();
  for (let i = 0; i < 120; i++) {
    clock.nowMs += 1000;
    announce(logic, request(1));
    announce(logic, request(2, { transport: 'udp' }));
    logic.tick();
  }
  const { announcesPerSecond, http, udp } = logic.counts();
  assert.ok(Math.abs(announcesPerSecond - 2) < 0.1, String(announcesPerSecond));
  assert.deepEqual([http.announces, udp.announces], [120, 120]);
  for (let i = 0; i < 30; i++) {
    clock.nowMs += 1000;
    logic.tick();
  }
  assert.ok(Math.abs(logic.counts().announcesPerSecond - 1) < 0.1);
  assert.equal(logic.history().length, 15);
  clock.nowMs += 3_600_000;
  logic.tick();
  logic.tick();
  assert.equal(logic.counts().announcesPerSecond, 0);
});

test('ticks forget silent peers by the clock', () => {
  const { logic, clock } = makeLogic();
  announce(logic, request(1));
  clock.nowMs += 59_000;
  logic.tick();
  assert.equal(logic.totals().leechers, 1);
  clock.nowMs += 10_000;
  logic.tick();
  assert.equal(logic.totals().leechers, 0);
});
