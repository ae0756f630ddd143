/**
 * The sockets of batched UDP: one for each worker, all on one port, made here so that the port is
 * taken or refused before any thread starts, and outlives a thread that is replaced.
 * Invariant: no other program shares the port, though the sockets share it with each other.
 */
import { getSystemErrorName } from 'node:util';
import { parseIp } from '../../base/ip-address.ts';
import type { Libc } from './libc.ts';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SHUT_RDWR,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEPORT,
  SO_SNDTIMEO,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOL_SOCKET,
} from './linux.ts';

export interface BatchSockets {
  readonly fds: readonly number[];
  readonly port: number;
  /** Ends what waits in them; they stay open. */
  readonly wake: () => void;
  readonly close: () => void;
}

/** Carries the system's code, as the errors of Node's own sockets do. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = getSystemErrorName(-errno);
    super(`${call} ${code}`);
    this.code = code;
  }
}

/** Longest wait for a datagram, and so for a thread to see what it is told. */
const idleMs = 100;
const receiveBufferBytes = 4 * 1024 * 1024;

/**
 * `host` is numeric, or undefined for all addresses of the machine, those of IPv4 alone where there is
 * no IPv6. Throws a SocketError.
 */
export function openBatchSockets(
  libc: Libc,
  host: string | undefined,
  port: number,
  count: number,
): BatchSockets {
  if (host !== undefined && host !== '::') return openAt(libc, host, port, count);
  try {
    return openAt(libc, '::', port, count);
  } catch (error) {
    const isMissing =
      error instanceof SocketError && ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(error.code);
    if (!isMissing) throw error;
    return openAt(libc, '0.0.0.0', port, count);
  }
}

function openAt(libc: Libc, host: string, port: number, count: number): BatchSockets {
  const fds: number[] = [];
  const close = (): void => {
    for (const fd of fds.splice(0)) libc.close(fd);
  };
  try {
    let taken = port;
    if (count > 1) {
      // Sockets that share a port would also join those of another program that shares it.
      const probe = openOne(libc, host, port, false);
      taken = portOf(libc, probe);
      libc.close(probe);
    }
    for (let i = 0; i < count; i++) fds.push(openOne(libc, host, taken, count > 1));
    return {
      fds: [...fds],
      port: portOf(libc, fds[0]!),
      wake: () => {
        for (const fd of fds) libc.shutdown(fd, SHUT_RDWR);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function openOne(libc: Libc, host: string, port: number, isShared: boolean): number {
  const address = parseIp(host);
  if (address === undefined) throw new RangeError(`${host} is no numeric address`);
  const isIpv6 = address.length === 16;
  const fd = libc.socket(isIpv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new SocketError('socket', libc.errno());
  try {
    const set = (level: number, option: number, value: number): void => {
      check(libc, 'setsockopt', libc.setsockopt(fd, level, option, Int32Array.of(value), 4));
    };
    if (isIpv6) set(IPPROTO_IPV6, IPV6_V6ONLY, host === '::' ? 0 : 1);
    if (isShared) set(SOL_SOCKET, SO_REUSEPORT, 1);
    // The system grants what it allows.
    set(SOL_SOCKET, SO_RCVBUF, receiveBufferBytes);
    for (const option of [SO_RCVTIMEO, SO_SNDTIMEO]) {
      const timeval = new Int32Array(new BigInt64Array([0n, BigInt(idleMs * 1000)]).buffer);
      check(libc, 'setsockopt', libc.setsockopt(fd, SOL_SOCKET, option, timeval, 16));
    }
    const name = socketAddress(address, port);
    check(libc, 'bind', libc.bind(fd, name, name.length));
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

/** sockaddr_in or sockaddr_in6; the family is in the byte order of the machine, a little-endian one. */
function socketAddress(address: Uint8Array, port: number): Uint8Array {
  const isIpv6 = address.length === 16;
  const name = new Uint8Array(isIpv6 ? 28 : 16);
  name[0] = isIpv6 ? AF_INET6 : AF_INET;
  name[2] = port >>> 8;
  name[3] = port;
  name.set(address, isIpv6 ? 8 : 4);
  return name;
}

function portOf(libc: Libc, fd: number): number {
  const name = new Uint8Array(28);
  check(libc, 'getsockname', libc.getsockname(fd, name, Uint32Array.of(name.length)));
  return (name[2]! << 8) | name[3]!;
}

function check(libc: Libc, call: string, result: number): void {
  if (result < 0) throw new SocketError(call, libc.errno());
}
