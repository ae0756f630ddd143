/**
 * One turn of batched UDP: receive what has arrived, at most a batch, answer all of it, send all replies.
 * Invariant: a datagram that cannot be sent is lost and nothing else; its client asks again.
 */
import type { UdpResponder } from '../../tracker/udp-responder.ts';
import type { BatchMemory } from './batch-memory.ts';
import { SocketError } from './batch-sockets.ts';
import type { Libc } from './libc.ts';
import { AF_INET, AF_INET6, EBADF, EINTR, ENOTSOCK, MSG_WAITFORONE } from './linux.ts';

/** What changes while a thread answers. */
export interface BatchThread {
  /** Monotonic, the clock of the store. */
  readonly nowMs: () => number;
  /** Of the wall clock. */
  readonly second: () => number;
  readonly isStopped: () => boolean;
}

export class BatchLoop {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #memory: BatchMemory;
  readonly #size: number;
  readonly #responder: UdpResponder;
  readonly #thread: BatchThread;
  readonly #ipv4 = new Uint8Array(4);
  readonly #ipv6 = new Uint8Array(16);

  /** `memory` is laid out for `size` datagrams. */
  constructor(
    libc: Libc,
    fd: number,
    memory: BatchMemory,
    size: number,
    responder: UdpResponder,
    thread: BatchThread,
  ) {
    this.#libc = libc;
    this.#fd = fd;
    this.#memory = memory;
    this.#size = size;
    this.#responder = responder;
    this.#thread = thread;
  }

  /** Waits as long as the socket's time-out for a first datagram. Throws when the socket is gone. */
  turn(): void {
    const memory = this.#memory;
    const headers = memory.receivedHeaders;
    const received = this.#libc.recvmmsg(this.#fd, headers, this.#size, MSG_WAITFORONE, 0);
    if (received <= 0) {
      if (received < 0) this.#checkSocket();
      return;
    }
    // Woken to stop, a socket seems to receive empty datagrams.
    if (this.#thread.isStopped()) return;
    this.#responder.setTime(this.#thread.nowMs(), this.#thread.second());
    let replies = 0;
    for (let i = 0; i < received; i++) {
      const length = this.#answer(i, memory.replyAt(replies));
      if (length > 0) memory.prepareReply(replies++, length, i);
    }
    if (replies > 0) this.#send(replies);
    memory.expect(received);
  }

  /** The reply's length. */
  #answer(i: number, replyAt: number): number {
    const memory = this.#memory;
    const { bytes } = memory;
    const name = memory.nameAt(i);
    const port = (bytes[name + 2]! << 8) | bytes[name + 3]!;
    const source = this.#sourceAt(bytes, name);
    if (source === undefined) return 0;
    const length = memory.receivedLength(i);
    const at = memory.requestAt(i);
    return this.#responder.respond(bytes, at, length, source, port, bytes, replyAt);
  }

  /** The address in a sockaddr; a socket of both families shows IPv4 ones mapped. */
  #sourceAt(bytes: Uint8Array, name: number): Uint8Array | undefined {
    const family = bytes[name]!;
    if (family === AF_INET) return this.#copyIpv4(bytes, name + 4);
    if (family !== AF_INET6) return undefined;
    if (isMapped(bytes, name + 8)) return this.#copyIpv4(bytes, name + 20);
    const ipv6 = this.#ipv6;
    for (let i = 0; i < 16; i++) ipv6[i] = bytes[name + 8 + i]!;
    return ipv6;
  }

  #copyIpv4(bytes: Uint8Array, at: number): Uint8Array {
    const ipv4 = this.#ipv4;
    for (let i = 0; i < 4; i++) ipv4[i] = bytes[at + i]!;
    return ipv4;
  }

  #send(count: number): void {
    let sent = 0;
    while (sent < count) {
      const done = this.#libc.sendmmsg(this.#fd, this.#memory.sentHeaders(sent), count - sent, 0);
      if (done > 0) {
        sent += done;
      } else if (this.#libc.errno() !== EINTR) {
        this.#checkSocket();
        // The first of those left is the one that failed.
        sent++;
      }
    }
  }

  #checkSocket(): void {
    const errno = this.#libc.errno();
    if (errno === EBADF || errno === ENOTSOCK) throw new SocketError('recvmmsg', errno);
  }
}

function isMapped(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 10] !== 0xff || bytes[at + 11] !== 0xff) return false;
  for (let i = 0; i < 10; i++) if (bytes[at + i] !== 0) return false;
  return true;
}
