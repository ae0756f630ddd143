/** A C library whose sockets are arrays: what calls would read and write is read and written by hand. */
import type { Libc, NativeMemory } from './libc.ts';

export interface Datagram {
  /** sockaddr_in or sockaddr_in6. */
  readonly name: Uint8Array;
  readonly bytes: Uint8Array;
}

/** High enough that both halves of a pointer matter. */
const base = 0x7fff_1234_5000;

export class FakeLibc implements Libc {
  readonly incoming: Datagram[] = [];
  readonly outgoing: Datagram[] = [];
  readonly calls: string[] = [];
  /** What the next calls of `sendmmsg` do: send so many at most, or fail with this error. */
  readonly sendPlan: ({ most: number } | { errno: number })[] = [];
  /** Of calls that fail, by their name. */
  readonly failures = new Map<string, number>();
  #errno = 0;
  #memory = new Uint8Array(0);
  #nextFd = 10;

  readonly socket = (family: number): number => this.#call(`socket ${family}`, this.#nextFd++);
  readonly bind = (fd: number, name: Uint8Array): number => this.#call(`bind ${fd} ${name[0]}`, 0);
  readonly setsockopt = (): number => 0;
  readonly shutdown = (fd: number): number => this.#call(`shutdown ${fd}`, 0);
  readonly close = (fd: number): number => this.#call(`close ${fd}`, 0);
  readonly errno = (): number => this.#errno;

  readonly getsockname = (_fd: number, name: Uint8Array): number => {
    name.set([0x1b, 0x39], 2);
    return 0;
  };

  readonly allocate = (lengthBytes: number): NativeMemory => {
    const bytes = new ArrayBuffer(lengthBytes);
    this.#memory = new Uint8Array(bytes);
    return { bytes, address: base, free: () => {} };
  };

  readonly recvmmsg = (_fd: number, headers: number, count: number): number => {
    const failure = this.failures.get('recvmmsg');
    if (failure !== undefined) return this.#fail(failure);
    let got = 0;
    for (const { name, bytes } of this.incoming.splice(0, count)) {
      const header = headers - base + 64 * got++;
      const room = this.#pointer(this.#pointer(header + 16));
      const roomBytes = this.#word(this.#pointer(header + 16) + 8);
      if (this.#word(header + 8) < name.length) throw new Error('no room for the address');
      this.#memory.set(name, this.#pointer(header));
      this.#memory.set(bytes.subarray(0, roomBytes), room);
      this.#setWord(header + 8, name.length);
      this.#setWord(header + 56, Math.min(bytes.length, roomBytes));
    }
    return got === 0 ? this.#fail(11) : got;
  };

  readonly sendmmsg = (_fd: number, headers: number, count: number): number => {
    const step = this.sendPlan.shift() ?? { most: count };
    if ('errno' in step) return this.#fail(step.errno);
    const sent = Math.min(count, step.most);
    for (let i = 0; i < sent; i++) {
      const header = headers - base + 64 * i;
      const vector = this.#pointer(header + 16);
      const at = this.#pointer(vector);
      const name = this.#pointer(header);
      this.outgoing.push({
        name: this.#memory.slice(name, name + this.#word(header + 8)),
        bytes: this.#memory.slice(at, at + this.#word(vector + 8)),
      });
    }
    return sent;
  };

  #call(what: string, result: number): number {
    this.calls.push(what);
    const failure = this.failures.get(what);
    return failure === undefined ? result : this.#fail(failure);
  }

  #fail(errno: number): -1 {
    this.#errno = errno;
    return -1;
  }

  #word(at: number): number {
    return new DataView(this.#memory.buffer).getUint32(at, true);
  }

  #setWord(at: number, word: number): void {
    new DataView(this.#memory.buffer).setUint32(at, word, true);
  }

  /** Where in the memory the pointer at `at` leads. */
  #pointer(at: number): number {
    return this.#word(at) + this.#word(at + 4) * 0x1_0000_0000 - base;
  }
}
