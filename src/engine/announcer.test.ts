import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Endpoint } from '../base/endpoint.ts';
import { SeededRandom } from '../base/random.ts';
import type { AnnouncerOptions, PeerAppetite } from './announcer.ts';
import { Announcer } from './announcer.ts';
import type { AnnounceParameters, AnnounceReply, TrackerFailure, TrackerPort } from './ports.ts';

type Done = Parameters<TrackerPort['announce']>[1];

/** Virtual trackers: every announce waits until the test answers it. */
class World implements TrackerPort {
  nowMs = 1000;
  readonly sent: AnnounceParameters[] = [];
  readonly waiting: { parameters: AnnounceParameters; done: Done }[] = [];
  readonly peers: Endpoint[] = [];
  appetite: PeerAppetite = 'some';
  leftBytes = 100;
  readonly announcer: Announcer;

  constructor(tiers: string[][], over: Partial<AnnouncerOptions> = {}) {
    this.announcer = new Announcer({
      tiers,
      trackers: this,
      clock: { nowMs: () => this.nowMs },
      random: new SeededRandom(5),
      infoHash: new Uint8Array(20),
      peerId: new Uint8Array(20),
      key: 7,
      completedBefore: false,
      port: () => 6881,
      subject: {
        totals: () => ({ uploadedBytes: 1, downloadedBytes: 2, leftBytes: this.leftBytes }),
        appetite: () => this.appetite,
        onPeers: (peers) => this.peers.push(...peers),
      },
      ...over,
    });
  }

  announce(parameters: AnnounceParameters, done: Done) {
    const entry = { parameters, done };
    this.sent.push(parameters);
    this.waiting.push(entry);
    return {
      cancel: () => {
        const at = this.waiting.indexOf(entry);
        if (at >= 0) this.waiting.splice(at, 1);
      },
    };
  }

  answer(over: Partial<AnnounceReply> = {}): string {
    const entry = this.waiting.shift();
    assert.ok(entry !== undefined, 'nothing to answer');
    entry.done({ intervalMs: 1_800_000, peers: [], ...over }, undefined);
    return `${entry.parameters.event} ${entry.parameters.url}`;
  }

  fail(over: Partial<TrackerFailure> = {}): string {
    const entry = this.waiting.shift();
    assert.ok(entry !== undefined, 'nothing to fail');
    entry.done(undefined, { code: 'TRACKER_REFUSED', message: 'connection refused', ...over });
    return `${entry.parameters.event} ${entry.parameters.url}`;
  }

  /** Ticks every second until something is sent; returns how long that took, or undefined. */
  waitForAnnounce(mostMs = 4_000_000): number | undefined {
    const fromMs = this.nowMs;
    for (; this.nowMs <= fromMs + mostMs; this.nowMs += 1000) {
      this.announcer.tick();
      if (this.waiting.length > 0) return this.nowMs - fromMs;
    }
    return undefined;
  }

  started(): this {
    this.announcer.start();
    this.announcer.tick();
    return this;
  }
}

test('started first, then nothing until the interval is over', () => {
  const world = new World([['http://a/']]).started();
  assert.equal(
    world.answer({ peers: [{ host: '8.8.8.8', port: 1 }], trackerId: 'x' }),
    'started http://a/',
  );
  assert.deepEqual(world.peers, [{ host: '8.8.8.8', port: 1 }]);
  const waitedMs = world.waitForAnnounce()!;
  assert.equal(waitedMs, 1_800_000);
  const second = world.sent[1]!;
  assert.equal(second.event, 'none');
  assert.equal(second.trackerId, 'x');
  assert.equal(second.numWant, 50);
  assert.equal(second.key, 7);
});

test('started is repeated until it was accepted, ever later', () => {
  const world = new World([['http://a/']]).started();
  const pauses: number[] = [];
  for (let i = 0; i < 12; i++) {
    assert.equal(world.fail(), 'started http://a/');
    pauses.push(world.waitForAnnounce()!);
  }
  assert.ok(pauses[0]! <= 7000 && pauses[0]! >= 3000, `${pauses}`);
  assert.ok(pauses[4]! > pauses[1]!);
  assert.ok(pauses[11]! >= 22 * 60_000 && pauses[11]! <= 38 * 60_000);
  assert.equal(world.answer(), 'started http://a/');
});

test('the next tracker is asked at once, the next tier when a whole tier failed, and who answered leads', () => {
  const world = new World([['http://a/', 'http://b/'], ['http://c/']]).started();
  const first = world.fail();
  const second = world.fail();
  assert.deepEqual([first, second].sort(), ['started http://a/', 'started http://b/']);
  assert.equal(world.answer({ intervalMs: 600_000 }), 'started http://c/');
  // The first tier is tried again at the next interval, before the one that answered.
  assert.equal(world.waitForAnnounce(), 600_000);
  world.fail();
  assert.equal(world.answer({ intervalMs: 600_000 }), second);
  world.waitForAnnounce();
  assert.equal(world.answer(), second.replace('started', 'none'));
});

test('a tier is shuffled once', () => {
  const leaders = new Set<string>();
  for (let seed = 0; seed < 20; seed++) {
    const world = new World([['http://a/', 'http://b/', 'http://c/']], {
      random: new SeededRandom(seed),
    }).started();
    leaders.add(world.answer());
  }
  assert.equal(leaders.size, 3);
});

test('completed is told on the transition, repeated until accepted, and then never again', () => {
  const world = new World([['http://a/']]).started();
  world.answer();
  world.leftBytes = 0;
  world.announcer.onCompleted();
  world.announcer.tick();
  assert.equal(world.fail(), 'completed http://a/');
  assert.ok(world.waitForAnnounce()! <= 7000);
  assert.ok(!world.announcer.completedTold);
  assert.equal(world.answer(), 'completed http://a/');
  assert.ok(world.announcer.completedTold);
  world.announcer.onCompleted();
  assert.equal(world.waitForAnnounce(), 1_800_000);
  assert.equal(world.answer(), 'none http://a/');
});

test('a torrent whole from the start, or completed in another session, never says completed', () => {
  const whole = new World([['http://a/']]);
  whole.leftBytes = 0;
  whole.started().answer();
  whole.announcer.onCompleted();
  assert.equal(whole.waitForAnnounce(), 1_800_000);
  assert.equal(whole.sent[1]!.event, 'none');
  const again = new World([['http://a/']], { completedBefore: true }).started();
  again.answer();
  again.announcer.onCompleted();
  again.waitForAnnounce();
  assert.equal(again.sent[1]!.event, 'none');
});

test('completing while started is under way tells started first', () => {
  const world = new World([['http://a/']]).started();
  world.announcer.onCompleted();
  assert.equal(world.answer(), 'started http://a/');
  world.announcer.tick();
  assert.equal(world.answer(), 'completed http://a/');
});

test('stopped goes to everybody who knows us, and done is called once all answered', () => {
  const world = new World([['http://a/'], ['http://b/'], ['http://c/']]).started();
  world.fail();
  world.answer({ intervalMs: 600_000 });
  world.waitForAnnounce();
  world.answer();
  let done = 0;
  world.announcer.stop(world.nowMs + 5000, () => done++);
  assert.equal(world.waiting[0]!.parameters.numWant, 0);
  assert.equal(world.answer(), 'stopped http://a/');
  assert.equal(done, 0);
  assert.equal(world.fail(), 'stopped http://b/');
  assert.equal(done, 1);
  assert.equal(world.waitForAnnounce(), undefined);
});

test('stop gives up at its deadline, and has nothing to do when nobody knows us', () => {
  const world = new World([['http://a/']]).started();
  world.answer();
  let done = 0;
  world.announcer.stop(world.nowMs + 5000, () => done++);
  world.nowMs += 4999;
  world.announcer.tick();
  assert.equal(done, 0);
  world.nowMs += 1;
  world.announcer.tick();
  assert.equal(done, 1);
  assert.equal(world.waiting.length, 0);
  const fresh = new World([['http://a/']]);
  fresh.announcer.stop(0, () => done++);
  assert.equal(done, 2);
  const failed = new World([['http://a/']]).started();
  failed.fail();
  failed.announcer.stop(1e9, () => done++);
  assert.equal(done, 3);
});

test('a started under way at the stop may have arrived, so stopped follows it', () => {
  const world = new World([['http://a/']]).started();
  let done = 0;
  world.announcer.stop(1e9, () => done++);
  assert.equal(world.answer(), 'stopped http://a/');
  assert.equal(done, 1);
});

test('a stopped torrent starts again with started', () => {
  const world = new World([['http://a/']]).started();
  world.answer();
  world.announcer.stop(1e9, () => {});
  world.announcer.start();
  world.announcer.tick();
  assert.equal(world.answer(), 'started http://a/');
});

test('retry-after is honoured, and never means never, until a person insists', () => {
  const world = new World([['http://a/']]).started();
  world.fail({ retryAfterMs: 300_000 });
  assert.equal(world.waitForAnnounce(), 300_000);
  world.fail({ retryAfterMs: 'never' });
  assert.equal(world.waitForAnnounce(), undefined);
  assert.equal(world.announcer.status()[0]!.nextAnnounceInMs, undefined);
  world.announcer.forceReannounce();
  assert.equal(world.waitForAnnounce(), 0);
});

test('without peers it asks sooner, but never below the min interval, and less and less often', () => {
  const world = new World([['http://a/']]).started();
  world.appetite = 'none';
  world.answer();
  assert.equal(world.waitForAnnounce(), 1_800_000);
  assert.equal(world.sent.at(-1)!.numWant, 0);
  world.appetite = 'starving';
  world.answer();
  assert.equal(world.waitForAnnounce(), 60_000);
  assert.equal(world.sent.at(-1)!.numWant, 200);
  world.answer();
  assert.equal(world.waitForAnnounce(), 120_000);
  world.answer({ minIntervalMs: 900_000 });
  assert.equal(world.waitForAnnounce(), 1_800_000);
});

test('a short interval is honoured, a nonsensical one is not', () => {
  const world = new World([['http://a/']]).started();
  world.appetite = 'starving';
  world.answer({ intervalMs: 10_000 });
  assert.equal(world.waitForAnnounce(), 10_000);
  world.answer({ intervalMs: 0 });
  assert.equal(world.waitForAnnounce(), 5000);
  world.answer({ intervalMs: 10_000, minIntervalMs: 60_000 });
  assert.equal(world.waitForAnnounce(), 60_000);
  world.appetite = 'none';
  world.answer({ intervalMs: 1e15 });
  assert.equal(world.waitForAnnounce(), undefined);
});

test('a forced announce waits for the min interval', () => {
  const world = new World([['http://a/']]).started();
  world.answer();
  world.nowMs += 20_000;
  world.announcer.forceReannounce();
  assert.equal(world.waitForAnnounce(), 40_000);
});

test('trackers can be added, removed and replaced while it runs', () => {
  const world = new World([]).started();
  assert.equal(world.waiting.length, 0);
  assert.ok(world.announcer.addTracker('http://a/'));
  assert.ok(!world.announcer.addTracker('http://a/'));
  world.announcer.tick();
  assert.equal(world.answer(), 'started http://a/');
  world.announcer.addTracker('http://b/');
  assert.ok(world.announcer.removeTracker('http://a/'));
  assert.ok(!world.announcer.removeTracker('http://a/'));
  assert.equal(world.answer(), 'stopped http://a/');
  world.announcer.tick();
  assert.equal(world.answer(), 'started http://b/');
  world.announcer.replaceTrackers([['http://c/'], ['http://b/', 'http://c/']]);
  assert.deepEqual(
    world.announcer.status().map(({ url, tier, state }) => ({ url, tier, state })),
    [
      { url: 'http://c/', tier: 0, state: 'idle' },
      { url: 'http://b/', tier: 1, state: 'working' },
    ],
  );
  assert.equal(world.waitForAnnounce(), 1_800_000);
  assert.equal(world.answer(), 'started http://c/');
});

test('removing the tracker that is being asked moves on to the next', () => {
  const world = new World([['http://a/'], ['http://b/']]).started();
  world.announcer.removeTracker('http://a/');
  world.announcer.tick();
  assert.deepEqual(
    world.waiting.map(({ parameters }) => `${parameters.event} ${parameters.url}`),
    ['stopped http://a/', 'started http://b/'],
  );
});

test('status says what people want to know', () => {
  const world = new World([['http://a/'], ['http://b/']]).started();
  assert.equal(world.announcer.status()[0]!.state, 'announcing');
  world.fail();
  world.answer({ seeders: 3, leechers: 4, warning: 'slow down' });
  world.nowMs += 1000;
  const [a, b] = world.announcer.status();
  assert.equal(a!.state, 'failed');
  assert.equal(a!.lastMessage, 'connection refused');
  assert.equal(a!.lastCode, 'TRACKER_REFUSED');
  assert.equal(a!.failures, 1);
  assert.deepEqual(b, {
    url: 'http://b/',
    tier: 1,
    state: 'working',
    lastMessage: 'slow down',
    failures: 0,
    nextAnnounceInMs: 1_799_000,
    lastAnswerAgoMs: 1000,
    seeders: 3,
    leechers: 4,
    peersReceived: 0,
  });
});

test('under random failures every event is accepted as often as it must be', () => {
  const scenario = fc.record({
    seed: fc.nat(),
    tierSizes: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    failures: fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
    completeAt: fc.nat(80),
    stopAt: fc.integer({ min: 81, max: 100 }),
  });
  fc.assert(
    fc.property(scenario, ({ seed, tierSizes, failures, completeAt, stopAt }) => {
      const tiers = tierSizes.map((size, tier) =>
        Array.from({ length: size }, (_, i) => `http://t${tier}-${i}/`),
      );
      const world = new World(tiers, { random: new SeededRandom(seed) }).started();
      const accepted: string[] = [];
      let turn = 0;
      const answerOne = () => {
        // Once the script is over everything succeeds, so that the end must be reached.
        if (failures[turn++] === true) world.fail();
        else accepted.push(world.answer({ intervalMs: 30_000 }));
      };
      for (let step = 0; step < stopAt; step++) {
        if (step === completeAt) world.announcer.onCompleted();
        assert.ok(world.waiting.length <= 1);
        if (world.waiting.length > 0) answerOne();
        world.nowMs += 7000;
        world.announcer.tick();
      }
      for (let i = 0; i < 900 && !world.announcer.completedTold; i++) {
        if (world.waiting.length > 0) answerOne();
        world.nowMs += 30_000;
        world.announcer.tick();
      }
      while (world.waiting.length > 0) answerOne();
      const knownBy = new Set(accepted.map((line) => line.split(' ')[1]));
      let done = 0;
      world.announcer.stop(world.nowMs + 1000, () => done++);
      while (world.waiting.length > 0) accepted.push(world.answer());
      assert.equal(done, 1);
      assert.equal(accepted.filter((line) => line.startsWith('completed')).length, 1);
      for (const url of tiers.flat()) {
        const events = accepted
          .filter((line) => line.endsWith(` ${url}`))
          .map((line) => line.split(' ')[0]);
        if (!knownBy.has(url)) {
          assert.deepEqual(events, []);
          continue;
        }
        assert.equal(events[0], 'started');
        assert.equal(events.at(-1), 'stopped');
        assert.equal(events.filter((event) => event === 'started').length, 1);
        assert.equal(events.filter((event) => event === 'stopped').length, 1);
      }
    }),
    { numRuns: 60 },
  );
});
