/**
 * The calls of Linux's C library that a load makes, through the npm package koffi. Addresses of memory
 * are plain numbers here, since they fit one and a call is cheaper with it.
 */
import { endianness } from 'node:os';

export interface Libc {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  setsockopt(fd: number, level: number, name: number, value: Int32Array, length: number): number;
  recvmmsg(fd: number, headers: number, count: number, flags: number, timeout: number): number;
  sendmmsg(fd: number, headers: number, count: number, flags: number): number;
  recv(fd: number, memory: number, length: number, flags: number): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  /** `struct pollfd`, two words each. */
  poll(entries: Int32Array, count: number, timeoutMs: number): number;
  usleep(microseconds: number): number;
  close(fd: number): number;
  /** Of the last call that failed. */
  errno(): number;
  addressOf(memory: ArrayBuffer): number;
}

export const family = { inet: 2 } as const;
export const socketType = { stream: 1, datagram: 2, nonBlocking: 0o4000 } as const;
export const dontWait = 0x40;
export const noSignal = 0x4000;
export const again = 11;
const socketLevel = 1;
const receiveBuffer = 8;
const lingerOption = 13;
const ipLevel = 0;
/** The port is chosen by `connect`, when it is known to whom, so that many more are free. */
const bindAddressNoPort = 24;
const tcpLevel = 6;
const tcpNoDelay = 1;

/** Undefined where there is no such library or no koffi; the reason goes to `why`. */
export async function openLibc(why: (reason: string) => void): Promise<Libc | undefined> {
  if (process.platform !== 'linux' || endianness() !== 'LE' || !is64Bit()) {
    why('batched system calls are made on 64-bit Linux only');
    return undefined;
  }
  try {
    const koffi = (await import('koffi')).default;
    const lib = koffi.load('libc.so.6');
    return {
      socket: lib.func('int socket(int, int, int)'),
      bind: lib.func('int bind(int, const uint8_t *, uint32_t)'),
      connect: lib.func('int connect(int, const uint8_t *, uint32_t)'),
      setsockopt: lib.func('int setsockopt(int, int, int, const int32_t *, uint32_t)'),
      recvmmsg: lib.func('int recvmmsg(int, int64_t, uint32_t, int, int64_t)'),
      sendmmsg: lib.func('int sendmmsg(int, int64_t, uint32_t, int)'),
      recv: lib.func('int64_t recv(int, int64_t, uint64_t, int)'),
      send: lib.func('int64_t send(int, const uint8_t *, uint64_t, int)'),
      poll: lib.func('int poll(void *, uint64_t, int)'),
      usleep: lib.func('int usleep(uint32_t)'),
      close: lib.func('int close(int)'),
      errno: () => koffi.errno(),
      addressOf: (memory) => Number(koffi.address(new Uint8Array(memory))),
    };
  } catch (error) {
    why(`koffi does not load: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

function is64Bit(): boolean {
  return process.arch === 'x64' || process.arch === 'arm64';
}

/** `struct sockaddr_in` of a dotted address. */
export function socketAddress(host: string, port: number): Uint8Array {
  const parts = host.split('.').map(Number);
  return Uint8Array.of(family.inet, 0, port >> 8, port & 255, ...parts, ...new Uint8Array(8));
}

/** A datagram socket at `from`, any port, that talks with one address only. Throws when it cannot be had. */
export function connectDatagramSocket(
  libc: Libc,
  from: string,
  to: { readonly host: string; readonly port: number },
): number {
  const fd = libc.socket(family.inet, socketType.datagram | socketType.nonBlocking, 0);
  if (fd < 0) throw new Error(`no socket: error ${libc.errno()}`);
  libc.setsockopt(fd, socketLevel, receiveBuffer, Int32Array.of(4 << 20), 4);
  for (const [call, address] of [
    ['bind', socketAddress(from, 0)],
    ['connect', socketAddress(to.host, to.port)],
  ] as const) {
    if (libc[call](fd, address, address.length) < 0) {
      throw new Error(`${call} of ${from} to ${to.host}:${to.port}: error ${libc.errno()}`);
    }
  }
  return fd;
}

/** A stream socket at `from` that does not wait. Throws when it cannot be had. */
export function openStreamSocket(libc: Libc, from: string): number {
  const fd = libc.socket(family.inet, socketType.stream | socketType.nonBlocking, 0);
  if (fd < 0) throw new Error(`no socket: error ${libc.errno()}`);
  const on = Int32Array.of(1);
  libc.setsockopt(fd, ipLevel, bindAddressNoPort, on, 4);
  libc.setsockopt(fd, tcpLevel, tcpNoDelay, on, 4);
  const address = socketAddress(from, 0);
  if (libc.bind(fd, address, address.length) < 0) {
    throw new Error(`no connection from ${from}: error ${libc.errno()}`);
  }
  return fd;
}

/** Leaves nothing behind that would keep its port from use for a while. */
export function closeAtOnce(libc: Libc, fd: number): void {
  libc.setsockopt(fd, socketLevel, lingerOption, Int32Array.of(1, 0), 8);
  libc.close(fd);
}
