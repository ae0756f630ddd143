import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { BlockLease, DialSink, Link, LinkSink } from '../engine/ports.ts';
import { canonicalHost } from './remote-endpoint.ts';
import { TcpDialer } from './tcp-dialer.ts';
import { lowWaterBytes, readBufferBytes, TcpLink } from './tcp-link.ts';
import { ListenError, TcpListener } from './tcp-listener.ts';

const readBuffer = new Uint8Array(readBufferBytes);

/** Gathers what arrives and lets a test wait for so many bytes, the drain, or the end. */
class Recorder implements LinkSink {
  readonly parts: Uint8Array[] = [];
  readonly events: string[] = [];
  receivedBytes = 0;
  link: Link | undefined;
  #wake: (() => void) | undefined;

  onBytes(chunk: Uint8Array): void {
    this.parts.push(chunk.slice());
    this.receivedBytes += chunk.length;
    this.#wake?.();
  }

  onDrained(): void {
    this.#event('drained');
  }

  onClosed(cause: string): void {
    this.#event(`closed: ${cause}`);
  }

  #event(event: string): void {
    this.events.push(event);
    this.#wake?.();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}

interface Pair {
  readonly listener: TcpListener;
  readonly near: Recorder & { link: Link };
  readonly far: Recorder & { link: Link };
}

async function makePair(t: TestContext): Promise<Pair> {
  const near = new Recorder();
  const far = new Recorder();
  const listener = await TcpListener.listen({
    port: 0,
    readBuffer,
    maxLinks: 10,
    accept: (link) => {
      far.link = link;
      return far;
    },
  });
  near.link = await dial(listener.port, near);
  if (far.link === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  t.after(async () => {
    near.link?.close();
    far.link?.close();
    await listener.close();
  });
  assert.ok(far.link !== undefined);
  return {
    listener,
    near: Object.assign(near, { link: near.link }),
    far: Object.assign(far, { link: far.link }),
  };
}

function dial(port: number, sink: LinkSink, dialer = new TcpDialer({ readBuffer })): Promise<Link> {
  return new Promise((resolve, reject) => {
    dialer.dial(
      { host: '127.0.0.1', port },
      {
        onDialed: (link) => {
          resolve(link);
          return sink;
        },
        onDialFailed: (cause) => reject(new Error(cause)),
      },
    );
  });
}

function leaseOf(bytes: Uint8Array, released: { count: number }): BlockLease {
  return {
    bytes,
    release: () => {
      released.count++;
    },
  };
}

test('what is sent arrives in order, and leases end', async (t) => {
  const { near, far } = await makePair(t);
  assert.deepEqual([near.link.incoming, far.link.incoming], [false, true]);
  assert.equal(far.link.remote.host, '127.0.0.1');
  const released = { count: 0 };
  const shared = new Uint8Array(new SharedArrayBuffer(40_000)).fill(7);
  near.link.send(Uint8Array.of(1, 2));
  near.link.sendBlock(Uint8Array.of(3), leaseOf(shared.subarray(0, 16_384), released));
  near.link.sendBlock(Uint8Array.of(4), leaseOf(shared.subarray(16_384, 30_000), released));
  near.link.send(Uint8Array.of(5));
  assert.equal(near.link.queuedBytes, 2 + 1 + 16_384 + 1 + 13_616 + 1);
  far.link.send(Uint8Array.of(9));
  await far.until(() => far.receivedBytes === 30_005);
  await near.until(() => near.receivedBytes === 1);
  const expected = Buffer.concat([
    Buffer.of(1, 2, 3),
    Buffer.alloc(16_384, 7),
    Buffer.of(4),
    Buffer.alloc(13_616, 7),
    Buffer.of(5),
  ]);
  assert.deepEqual(far.bytes, expected);
  assert.equal(released.count, 2);
  assert.equal(near.link.queuedBytes, 0);
});

test('a paused link reads nothing, meets back-pressure and drains once resumed', async (t) => {
  const { near, far } = await makePair(t);
  far.link.setReadingPaused(true);
  const released = { count: 0 };
  const block = new Uint8Array(1 << 20);
  const count = 32;
  for (let i = 0; i < count; i++) near.link.sendBlock(Uint8Array.of(i), leaseOf(block, released));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(far.receivedBytes, 0);
  assert.ok(near.link.queuedBytes > lowWaterBytes);
  assert.deepEqual(near.events, []);
  far.link.setReadingPaused(false);
  await near.until(() => near.events.length > 0);
  assert.deepEqual(near.events, ['drained']);
  await far.until(() => far.receivedBytes === count * (block.length + 1));
  assert.equal(released.count, count);
});

test('closing releases every lease once and tells only the other side', async (t) => {
  const { near, far } = await makePair(t);
  far.link.setReadingPaused(true);
  const released = { count: 0 };
  const block = new Uint8Array(8 << 20);
  near.link.sendBlock(Uint8Array.of(1), leaseOf(block, released));
  await new Promise((resolve) => setImmediate(resolve));
  near.link.sendBlock(Uint8Array.of(1), leaseOf(block, released));
  near.link.close();
  near.link.close();
  near.link.sendBlock(Uint8Array.of(1), leaseOf(block, released));
  near.link.send(Uint8Array.of(1));
  far.link.setReadingPaused(false);
  await far.until(() => far.events.length > 0);
  assert.match(far.events[0]!, /^closed: (closed by|connection reset by) the peer$/);
  while (released.count < 3) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(released.count, 3);
  assert.deepEqual(near.events, []);
});

test('a link works on a socket without onread as well', async (t) => {
  const far = new Recorder();
  const accepted = Promise.withResolvers<Socket>();
  const server = createServer({ pauseOnConnect: true }, accepted.resolve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const client = connect(address.port, '127.0.0.1');
  t.after(() => {
    client.destroy();
    server.close();
  });
  client.write('hello');
  const socket = await accepted.promise;
  const link = new TcpLink({ host: '127.0.0.1', port: 1 }, true, readBuffer);
  link.start(socket, far, true);
  await far.until(() => far.receivedBytes === 5);
  client.end();
  await far.until(() => far.events.length > 0);
  assert.deepEqual(far.events, ['closed: closed by the peer']);
});

test('the listener reads by events where handles cannot be moved', async (t) => {
  const { get } = Reflect;
  let denied = 0;
  t.mock.method(Reflect, 'get', (...[target, key, ...rest]: Parameters<typeof get>) => {
    if (key !== '_handle') return get(target, key, ...rest);
    denied++;
    return undefined;
  });
  const { near, far } = await makePair(t);
  assert.equal(denied, 1);
  near.link.send(Uint8Array.of(1, 2, 3));
  await far.until(() => far.receivedBytes === 3);
  far.link.send(Uint8Array.of(4, 5));
  await near.until(() => near.receivedBytes === 2);
  near.link.close();
  await far.until(() => far.events.length > 0);
  assert.deepEqual(far.events, ['closed: closed by the peer']);
});

/** Sinks that note how each dial ended. */
function dialOutcomes(): { outcomes: string[]; sink: (name: string) => DialSink } {
  const outcomes: string[] = [];
  const sink = (name: string): DialSink => ({
    onDialed: (link) => {
      outcomes.push(`${name}: ok`);
      link.close();
      return undefined;
    },
    onDialFailed: (cause) => outcomes.push(`${name}: ${cause}`),
  });
  return { outcomes, sink };
}

async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

test('dials fail in words, later, and cancelled ones are silent', async () => {
  const unused = await TcpListener.listen({
    port: 0,
    readBuffer,
    maxLinks: 1,
    accept: () => undefined,
  });
  const refused = { host: '127.0.0.1', port: unused.port };
  await unused.close();
  const { outcomes, sink } = dialOutcomes();
  const dialer = new TcpDialer({ readBuffer, waitingLimit: 2 });
  dialer.dial({ host: 'example.org', port: 1 }, sink('name'));
  dialer.dial({ host: '::1', port: 0 }, sink('port'));
  dialer.dial(refused, sink('cancelled at once')).cancel();
  const later = dialer.dial(refused, sink('cancelled later'));
  dialer.dial(refused, sink('refused'));
  dialer.dial(refused, sink('full'));
  assert.deepEqual(outcomes, []);
  setImmediate(() => later.cancel());
  await settled(() => outcomes.length === 4 && dialer.halfOpen === 0);
  assert.deepEqual(outcomes.sort(), [
    'full: too many connections are waiting',
    'name: not a numeric address',
    'port: invalid port',
    'refused: connection refused',
  ]);
});

test('few attempts are under way at once, in order', async (t) => {
  const { listener } = await makePair(t);
  const { outcomes, sink } = dialOutcomes();
  const dialer = new TcpDialer({ readBuffer, halfOpenLimit: 1 });
  for (const name of ['a', 'b', 'c', 'd']) {
    dialer.dial({ host: '127.0.0.1', port: listener.port }, sink(name));
  }
  await settled(() => {
    assert.ok(dialer.halfOpen <= 1);
    return outcomes.length === 4;
  });
  assert.deepEqual(outcomes, ['a: ok', 'b: ok', 'c: ok', 'd: ok']);
});

test('an attempt that is not answered times out', async (t) => {
  // A listener that never accepts: once its backlog is full, the system leaves connects unanswered.
  const deaf = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000));
     });`,
    { eval: true },
  );
  t.after(() => deaf.terminate());
  const port = await new Promise<number>((resolve) => deaf.once('message', resolve));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { outcomes, sink } = dialOutcomes();
  const dialer = new TcpDialer({ readBuffer, timeoutMs: 50 });
  const held = Array.from({ length: 8 }, () =>
    connect(port, '127.0.0.1').on('error', () => undefined),
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  dialer.dial({ host: '127.0.0.1', port }, sink('deaf'));
  await settled(() => outcomes.length === 1);
  for (const socket of held) socket.destroy();
  assert.deepEqual(outcomes, ['deaf: timed out']);
  assert.equal(dialer.halfOpen, 0);
});

test('a port in use is refused with a way out', async (t) => {
  const { listener } = await makePair(t);
  const accept = () => undefined;
  const again = TcpListener.listen({ port: listener.port, readBuffer, maxLinks: 1, accept });
  await assert.rejects(again, (error) => {
    assert.ok(error instanceof ListenError);
    assert.equal(error.code, 'EADDRINUSE');
    assert.equal(
      error.message,
      `cannot listen on port ${listener.port}: another program uses it. Choose another with --port, or 0 for any.`,
    );
    return true;
  });
});

test('links beyond the cap, and refused ones, are closed', async (t) => {
  const inside: Link[] = [];
  const listener = await TcpListener.listen({
    port: 0,
    host: '127.0.0.1',
    readBuffer,
    maxLinks: 1,
    accept: (link) => {
      inside.push(link);
      return inside.length === 1 ? new Recorder() : undefined;
    },
  });
  t.after(() => listener.close());
  const kept = new Recorder();
  const keptLink = await dial(listener.port, kept);
  const extra = new Recorder();
  await dial(listener.port, extra);
  await extra.until(() => extra.events.length > 0);
  assert.equal(inside.length, 1);
  assert.equal(listener.linkCount, 1);
  keptLink.close();
  while (listener.linkCount > 0) await new Promise((resolve) => setImmediate(resolve));
  const refused = new Recorder();
  await dial(listener.port, refused);
  await refused.until(() => refused.events.length > 0);
  assert.equal(inside.length, 2);
});

test('mapped IPv4 addresses are IPv4', () => {
  assert.equal(canonicalHost('::ffff:10.1.2.3'), '10.1.2.3');
  assert.equal(canonicalHost('::FFFF:10.1.2.3'), '10.1.2.3');
  assert.equal(canonicalHost('2001:DB8::1'), '2001:db8::1');
});
