/**
 * Memory for up to 64 datagrams and the headers that `recvmmsg` and `sendmmsg` take (Linux, 64 bits,
 * little-endian), laid out once. Invariant: header i points at packet i for as long as the batch lives.
 */
import type { Libc } from './libc.ts';

export const batchPackets = 64;

/** Of `struct mmsghdr` and `struct iovec`. */
const headerBytes = 64;
const vectorBytes = 16;
const vectorPointer = 16;
const vectorCount = 24;
const messageLength = 56;

export class DatagramBatch {
  readonly bytes: Uint8Array;
  /** The same memory as `bytes`. */
  readonly words: Int32Array;
  /** From one packet's start to the next one's. */
  readonly strideBytes: number;
  /** For the system call. */
  readonly address: number;
  readonly #header: DataView;
  readonly #headerWords: Int32Array;
  /** Keeps the headers alive: only their address is used. */
  readonly #memory: ArrayBuffer;

  constructor(libc: Libc, strideBytes: number) {
    const packets = new ArrayBuffer(batchPackets * strideBytes);
    this.#memory = new ArrayBuffer(batchPackets * (headerBytes + vectorBytes));
    this.#header = new DataView(this.#memory);
    this.#headerWords = new Int32Array(this.#memory);
    this.bytes = new Uint8Array(packets);
    this.words = new Int32Array(packets);
    this.strideBytes = strideBytes;
    this.address = libc.addressOf(this.#memory);
    const packetsAddress = libc.addressOf(packets);
    for (let i = 0; i < batchPackets; i++) {
      const vector = batchPackets * headerBytes + i * vectorBytes;
      this.#pointer(vector, packetsAddress + i * strideBytes);
      this.#pointer(vector + 8, strideBytes);
      this.#pointer(i * headerBytes + vectorPointer, this.address + vector);
      this.#pointer(i * headerBytes + vectorCount, 1);
    }
  }

  /** Of a packet that was received. */
  length(packet: number): number {
    return this.#headerWords[(packet * headerBytes + messageLength) >> 2]!;
  }

  /** Of a packet that is to be sent. */
  setLength(packet: number, lengthBytes: number): void {
    const vector = batchPackets * headerBytes + packet * vectorBytes;
    this.#headerWords[(vector + 8) >> 2] = lengthBytes;
  }

  #pointer(at: number, value: number): void {
    this.#header.setBigUint64(at, BigInt(value), true);
  }
}
