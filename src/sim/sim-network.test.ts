import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Link, LinkSink } from '../engine/ports.ts';
import type { SimHost } from './sim-host.ts';
import { SimNetwork } from './sim-network.ts';
import { World } from './world.ts';

const line = { upBytesPerSecond: 100_000, downBytesPerSecond: 100_000, latencyMs: 10 };

class Ear implements LinkSink {
  readonly bytes: number[] = [];
  drained = 0;
  closed: string | undefined;

  onBytes(chunk: Uint8Array): void {
    for (const byte of chunk) this.bytes.push(byte);
  }

  onDrained(): void {
    this.drained++;
  }

  onClosed(cause: string): void {
    this.closed = cause;
  }
}

function setUp() {
  const world = new World(1);
  const network = new SimNetwork(world);
  const a = network.addHost({ ...line, ip: '1.0.0.1' });
  const b = network.addHost({ ...line, ip: '1.0.0.2' });
  b.listenPort = 7;
  const here = new Ear();
  const there = new Ear();
  let accepted: Link | undefined;
  b.listener = (link) => {
    accepted = link;
    return there;
  };
  const dial = (): { link: Link | undefined; failure: string | undefined } => {
    let link: Link | undefined;
    let failure: string | undefined;
    network.dialerOf(a).dial(b.endpoint, {
      onDialed: (made) => {
        link = made;
        return here;
      },
      onDialFailed: (cause) => {
        failure = cause;
      },
    });
    world.runUntil(world.nowMs() + 11_000, () => link !== undefined || failure !== undefined);
    return { link, failure };
  };
  const run = (ms: number) => world.runUntil(world.nowMs() + ms, () => false);
  return { world, network, a, b, here, there, dial, run, accepted: () => accepted! };
}

test('bytes arrive in order, and no faster than the line', () => {
  const { dial, there, run } = setUp();
  const { link } = dial();
  const sent = Uint8Array.from({ length: 50_000 }, (_, i) => i & 255);
  link!.send(sent.slice(0, 20_000));
  link!.sendBlock(sent.slice(20_000, 20_013), { bytes: sent.slice(20_013), release: () => {} });
  run(300);
  assert.ok(there.bytes.length < 30_000, `${there.bytes.length} bytes in 0.3 s`);
  run(1000);
  assert.deepEqual(Uint8Array.from(there.bytes), sent);
});

test('a reader that pauses holds up the sender, and a lease is given back once', () => {
  const { dial, there, run, accepted } = setUp();
  const { link } = dial();
  accepted().setReadingPaused(true);
  let released = 0;
  const bytes = new Uint8Array(5_000_000);
  link!.sendBlock(new Uint8Array(13), { bytes, release: () => released++ });
  run(100_000);
  assert.equal(there.bytes.length, 0);
  assert.ok(link!.queuedBytes > 0);
  assert.equal(released, 0);
  accepted().setReadingPaused(false);
  run(100_000);
  assert.equal(there.bytes.length, 5_000_013);
  assert.equal(released, 1);
});

test('closing tells the other end, after what was sent before', () => {
  const { dial, here, there, run } = setUp();
  const { link } = dial();
  let released = 0;
  link!.send(new Uint8Array(10));
  run(5);
  link!.sendBlock(new Uint8Array(13), { bytes: new Uint8Array(90_000), release: () => released++ });
  link!.close();
  assert.equal(released, 1);
  run(1000);
  assert.equal(there.bytes.length, 10);
  assert.equal(there.closed, 'connection closed');
  assert.equal(here.closed, undefined);
});

test('who does not listen refuses, who is cut off times out', () => {
  const { network, b, dial, world } = setUp();
  b.listenPort = 8;
  b.listener = undefined;
  assert.equal(dial().failure, 'connection refused');
  network.partition((host: SimHost) => host.id, 'stall');
  const startMs = world.nowMs();
  assert.equal(dial().failure, 'timed out');
  assert.ok(world.nowMs() - startMs >= 10_000);
});

test('a partition holds bytes and closes back until it heals, or breaks links', () => {
  const { network, dial, there, here, run, accepted } = setUp();
  const { link } = dial();
  network.partition((host: SimHost) => host.id, 'stall');
  link!.send(new Uint8Array(5));
  run(60_000);
  assert.equal(there.bytes.length, 0);
  network.heal();
  run(1000);
  assert.equal(there.bytes.length, 5);
  network.partition((host: SimHost) => host.id, 'stall');
  accepted().close();
  run(60_000);
  assert.equal(here.closed, undefined);
  network.heal();
  assert.equal(here.closed, 'connection closed');
  dial();
  network.partition((host: SimHost) => host.id, 'reset');
  assert.equal(there.closed, 'connection reset');
});
