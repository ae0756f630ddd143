import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TrackerEvent } from '../protocol/tracker-event.ts';
import { AnnounceGate, trackerHost } from './announce-gate.ts';
import type { AnnounceParameters, AnnounceReply, TrackerPort } from './ports.ts';

class FakeTrackers implements TrackerPort {
  readonly flights: {
    parameters: AnnounceParameters;
    done: Parameters<TrackerPort['announce']>[1];
    cancelled: boolean;
  }[] = [];

  announce(parameters: AnnounceParameters, done: Parameters<TrackerPort['announce']>[1]) {
    const flight = { parameters, done, cancelled: false };
    this.flights.push(flight);
    return {
      cancel: () => {
        flight.cancelled = true;
      },
    };
  }
}

const reply: AnnounceReply = { intervalMs: 1000, peers: [] };

function parameters(url: string, event: TrackerEvent = 'none', key = 0): AnnounceParameters {
  const bytes = new Uint8Array(20);
  return {
    url,
    infoHash: bytes,
    peerId: bytes,
    port: 1,
    uploadedBytes: 0,
    downloadedBytes: 0,
    leftBytes: 0,
    event,
    numWant: 50,
    key,
  };
}

test('eight are under way per host, the rest wait in order, new torrents first', () => {
  const trackers = new FakeTrackers();
  const gate = new AnnounceGate(trackers);
  for (let key = 0; key < 12; key++) gate.announce(parameters('http://a/x', 'none', key), () => {});
  gate.announce(parameters('http://a:81/x', 'started', 100), () => {});
  gate.announce(parameters('http://b/x', 'none', 200), () => {});
  assert.deepEqual(
    trackers.flights.map((flight) => flight.parameters.key),
    [0, 1, 2, 3, 4, 5, 6, 7, 200],
  );
  assert.equal(gate.queuedCount, 5);
  trackers.flights[3]!.done(reply, undefined);
  trackers.flights[0]!.done(undefined, { code: 'TRACKER_TIMEOUT', message: 'no answer' });
  assert.deepEqual(
    trackers.flights.slice(9).map((flight) => flight.parameters.key),
    [100, 8],
  );
});

test('what is cancelled while waiting never flies, and while flying makes room', () => {
  const trackers = new FakeTrackers();
  const gate = new AnnounceGate(trackers, 1);
  let calls = 0;
  const first = gate.announce(parameters('udp://a:1', 'none', 1), () => calls++);
  const second = gate.announce(parameters('udp://a:1', 'none', 2), () => calls++);
  gate.announce(parameters('udp://a:1', 'none', 3), () => calls++);
  second.cancel();
  first.cancel();
  first.cancel();
  assert.deepEqual(
    trackers.flights.map((flight) => flight.parameters.key),
    [1, 3],
  );
  assert.ok(trackers.flights[0]!.cancelled);
  trackers.flights[0]!.done(reply, undefined);
  assert.equal(calls, 0);
  trackers.flights[1]!.done(reply, undefined);
  trackers.flights[1]!.done(reply, undefined);
  assert.equal(calls, 1);
});

test('the host of a URL', () => {
  assert.equal(trackerHost('http://Tracker.Example:80/announce?x=1'), 'tracker.example');
  assert.equal(trackerHost('udp://user:pw@[::1]:6969'), '[::1]');
  assert.equal(trackerHost('https://a'), 'a');
  assert.equal(trackerHost('not a url'), 'not a url');
});

test('no more than the limit ever fly, and everybody is answered once', () => {
  const step = fc.record({
    kind: fc.constantFrom('announce', 'answer', 'cancel'),
    pick: fc.nat(1000),
    host: fc.constantFrom('a', 'b'),
    event: fc.constantFrom<TrackerEvent>('none', 'started'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const trackers = new FakeTrackers();
      const gate = new AnnounceGate(trackers, 3);
      const answers: number[] = [];
      const handles: { cancel(): void }[] = [];
      const cancelled = new Set<number>();
      const answered = new Set<number>();
      const flying = () =>
        trackers.flights.filter((f, i) => !f.cancelled && !answered.has(i)).map((f) => f);
      for (const { kind, pick, host, event } of steps) {
        if (kind === 'announce') {
          const key = handles.length;
          answers.push(0);
          const url = `http://${host}/`;
          handles.push(
            gate.announce(parameters(url, event, key), () => {
              answers[key] = answers[key]! + 1;
            }),
          );
        } else if (kind === 'answer' && flying().length > 0) {
          const flight = flying()[pick % flying().length]!;
          answered.add(trackers.flights.indexOf(flight));
          flight.done(reply, undefined);
        } else if (kind === 'cancel' && handles.length > 0) {
          const key = pick % handles.length;
          if (answers[key] === 0) cancelled.add(key);
          handles[key]!.cancel();
        }
        for (const name of ['a', 'b']) {
          const here = flying().filter((f) => f.parameters.url.includes(`//${name}/`));
          assert.ok(here.length <= 3);
        }
      }
      for (let rest = flying(); rest.length > 0; rest = flying()) {
        answered.add(trackers.flights.indexOf(rest[0]!));
        rest[0]!.done(reply, undefined);
      }
      assert.equal(gate.queuedCount, 0);
      answers.forEach((count, key) => {
        assert.equal(count, cancelled.has(key) ? 0 : 1);
      });
    }),
  );
});
