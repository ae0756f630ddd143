/** The sockets of batched UDP where the system says no: no IPv6, a port in use, some of several. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBatchSockets, SocketError } from './batch-sockets.ts';
import { FakeLibc } from './fake-libc-fixture.test.ts';
import { AF_INET, AF_INET6 } from './linux.ts';

const EADDRINUSE = 98;
const EADDRNOTAVAIL = 99;
const EAFNOSUPPORT = 97;

test('a machine without IPv6 is served over IPv4', () => {
  for (const [call, errno] of [
    [`socket ${AF_INET6}`, EAFNOSUPPORT],
    [`bind 10 ${AF_INET6}`, EADDRNOTAVAIL],
  ] as const) {
    const libc = new FakeLibc();
    libc.failures.set(call, errno);
    const sockets = openBatchSockets(libc, undefined, 0, 1);
    assert.equal(sockets.port, 0x1b39);
    assert.deepEqual(sockets.fds, [11]);
    assert.ok(libc.calls.includes(`socket ${AF_INET}`));
  }
});

test('an IPv6 address that was asked for is not replaced', () => {
  const libc = new FakeLibc();
  libc.failures.set(`bind 10 ${AF_INET6}`, EADDRNOTAVAIL);
  const isCoded = (error: unknown) =>
    error instanceof SocketError && error.code === 'EADDRNOTAVAIL';
  assert.throws(() => openBatchSockets(libc, '::1', 0, 1), isCoded);
  assert.ok(libc.calls.includes('close 10'));
});

test('when one of several cannot be had, none stays open', () => {
  const libc = new FakeLibc();
  libc.failures.set(`bind 12 ${AF_INET}`, EADDRINUSE);
  assert.throws(() => openBatchSockets(libc, '127.0.0.1', 7001, 3), /EADDRINUSE/);
  const closed = libc.calls.filter((call) => call.startsWith('close'));
  assert.deepEqual(closed, ['close 10', 'close 12', 'close 11']);
});

test('waking leaves the sockets open; closing closes each once', () => {
  const libc = new FakeLibc();
  const sockets = openBatchSockets(libc, '127.0.0.1', 7001, 2);
  libc.calls.length = 0;
  sockets.wake();
  sockets.close();
  sockets.close();
  sockets.wake();
  assert.deepEqual(libc.calls, ['shutdown 11', 'shutdown 12', 'close 11', 'close 12']);
});
