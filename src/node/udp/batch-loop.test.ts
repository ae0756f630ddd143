/** Turns of batched UDP against a C library by hand: addresses, sends that fail, sockets that are gone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readUint32 } from '../../base/bytes.ts';
import { encodeUdpConnectRequest } from '../../protocol/udp-tracker-request.ts';
import { ConnectionIds } from '../../tracker/connection-id.ts';
import { UdpResponder } from '../../tracker/udp-responder.ts';
import { trackerParts } from './backend-fixture.test.ts';
import { BatchLoop } from './batch-loop.ts';
import { BatchMemory, batchMemoryBytes } from './batch-memory.ts';
import { FakeLibc } from './fake-libc-fixture.test.ts';

const size = 4;
const EINTR = 4;
const EPERM = 1;
const EBADF = 9;
const ENOBUFS = 105;

function makeLoop(): { libc: FakeLibc; turn: () => void; limited: Uint8Array[]; stop: () => void } {
  const libc = new FakeLibc();
  const { logic } = trackerParts();
  const limited: Uint8Array[] = [];
  const limit = { take: (address: Uint8Array) => limited.push(address.slice()) > 0 };
  const connectionIds = new ConnectionIds(new Uint8Array(32));
  const responder = new UdpResponder({ logic, connectionIds, limit });
  const memory = new BatchMemory(libc.allocate(batchMemoryBytes(size)), size);
  let isStopped = false;
  const loop = new BatchLoop(libc, 3, memory, size, responder, {
    nowMs: () => 1,
    second: () => 1_790_000_000,
    isStopped: () => isStopped,
  });
  const stop = (): void => {
    isStopped = true;
  };
  return { libc, turn: () => loop.turn(), limited, stop };
}

const ipv4 = (last: number): Uint8Array =>
  Uint8Array.of(2, 0, 0x1a, 0xe1, 192, 0, 2, last, 0, 0, 0, 0, 0, 0, 0, 0);

function ipv6(address: readonly number[]): Uint8Array {
  const name = new Uint8Array(28);
  name.set([10, 0, 0x1a, 0xe1]);
  name.set(address, 8);
  name[24] = 2;
  return name;
}

const transactionsOf = (libc: FakeLibc): number[] =>
  libc.outgoing.map(({ bytes }) => readUint32(bytes, 4));

function receive(libc: FakeLibc, count: number): void {
  for (let i = 1; i <= count; i++) {
    libc.incoming.push({ name: ipv4(i), bytes: encodeUdpConnectRequest(i) });
  }
}

test('each reply goes to its sender, past datagrams that meet silence', () => {
  const { libc, turn } = makeLoop();
  for (let round = 0; round < 3; round++) {
    const names = [ipv4(1), ipv6([0x2a, 1]), ipv4(3), ipv4(4)];
    for (const [i, name] of names.entries()) {
      const bytes = i === 2 ? new Uint8Array(5) : encodeUdpConnectRequest(i + 1);
      libc.incoming.push({ name, bytes });
    }
    turn();
    assert.deepEqual(transactionsOf(libc), [1, 2, 4]);
    assert.deepEqual(
      libc.outgoing.splice(0).map(({ name }) => name),
      [names[0], names[1], names[3]],
    );
  }
});

test('an IPv4 client of a socket for both families is known by its IPv4 address', () => {
  const { libc, turn, limited } = makeLoop();
  const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7];
  const other = [0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7];
  for (const name of [ipv6(mapped), ipv6(other), ipv4(9), new Uint8Array(28)]) {
    libc.incoming.push({ name, bytes: encodeUdpConnectRequest(1) });
  }
  turn();
  const expected = [[192, 0, 2, 7], other, [192, 0, 2, 9]].map((bytes) => Uint8Array.from(bytes));
  assert.deepEqual(limited, expected);
});

test('a batch that is sent in parts is sent whole', () => {
  const { libc, turn } = makeLoop();
  receive(libc, 4);
  libc.sendPlan.push({ most: 1 }, { errno: EINTR }, { most: 2 });
  turn();
  assert.deepEqual(transactionsOf(libc), [1, 2, 3, 4]);
});

test('a datagram that cannot be sent is lost alone', () => {
  const { libc, turn } = makeLoop();
  receive(libc, 4);
  libc.sendPlan.push({ most: 1 }, { errno: EPERM }, { errno: ENOBUFS });
  turn();
  assert.deepEqual(transactionsOf(libc), [1, 4]);
});

test('a datagram longer than the room is answered from what fits', () => {
  const { libc, turn } = makeLoop();
  const bytes = new Uint8Array(60_000);
  bytes.set(encodeUdpConnectRequest(5));
  libc.incoming.push({ name: ipv4(1), bytes });
  turn();
  assert.deepEqual(transactionsOf(libc), [5]);
});

test('nothing received is no error, a socket that is gone is one', () => {
  const { libc, turn } = makeLoop();
  turn();
  libc.failures.set('recvmmsg', EINTR);
  turn();
  libc.failures.set('recvmmsg', EBADF);
  assert.throws(turn, /EBADF/);
});

test('what a stopped socket seems to receive is not answered', () => {
  const { libc, turn, limited, stop } = makeLoop();
  receive(libc, 1);
  stop();
  turn();
  assert.deepEqual([libc.outgoing.length, limited.length], [0, 0]);
});
