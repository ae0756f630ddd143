/**
 * The memory that a batch of datagrams is received into and sent from: message headers, their vectors,
 * addresses and packets, laid out once in one piece of native memory, so that a call carries two numbers.
 * Layouts are those of 64-bit Linux: mmsghdr of 64 bytes, iovec of 16, sockaddr_in6 of 28.
 * Invariant: a header of the receiving side keeps its pointers for good; one of the sending side gets
 * the address it answers, and the length, for each reply.
 */
import { maxUdpReplyBytes, maxUdpRequestBytes } from '../../tracker/udp-responder.ts';
import type { NativeMemory } from './libc.ts';

const headerBytes = 64;
const vectorBytes = 16;
const nameBytes = 32;
const replyBytes = Math.ceil(maxUdpReplyBytes / 64) * 64;
const roomBytes = 2 * (headerBytes + vectorBytes) + nameBytes + maxUdpRequestBytes + replyBytes;

/** Of `words`, within one header or vector. */
const nameLengthWord = 2;
const vectorWord = 4;
const vectorCountWord = 6;
const receivedLengthWord = 14;
const lengthWord = 2;

const sockaddrIn6Bytes = 28;

export class BatchMemory {
  readonly bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #address: number;
  readonly #received: number;
  readonly #sent: number;
  readonly #vectorsSent: number;
  readonly #names: number;
  readonly #requests: number;
  readonly #replies: number;

  /** `memory` has `batchMemoryBytes(size)`. */
  constructor(memory: NativeMemory, size: number) {
    this.bytes = new Uint8Array(memory.bytes);
    this.#words = new Uint32Array(memory.bytes);
    this.#address = memory.address;
    this.#received = 0;
    this.#sent = size * headerBytes;
    const vectorsReceived = this.#sent + size * headerBytes;
    this.#vectorsSent = vectorsReceived + size * vectorBytes;
    this.#names = this.#vectorsSent + size * vectorBytes;
    this.#requests = this.#names + size * nameBytes;
    this.#replies = this.#requests + size * maxUdpRequestBytes;
    for (let i = 0; i < size; i++) {
      const received = vectorsReceived + i * vectorBytes;
      const sent = this.#vectorsSent + i * vectorBytes;
      this.#writeVector(this.#received + i * headerBytes, received);
      this.#writeVector(this.#sent + i * headerBytes, sent);
      this.#writePointer(this.#received + i * headerBytes, this.nameAt(i));
      this.#writePointer(received, this.requestAt(i));
      this.#words[received / 4 + lengthWord] = maxUdpRequestBytes;
      this.#writePointer(sent, this.replyAt(i));
    }
    this.expect(size);
  }

  /** The address of the headers to receive into. */
  get receivedHeaders(): number {
    return this.#address + this.#received;
  }

  /** The address of the header to send first. */
  sentHeaders(first: number): number {
    return this.#address + this.#sent + first * headerBytes;
  }

  /** Where the sender's sockaddr, a request and a reply are in `bytes`. */
  nameAt(i: number): number {
    return this.#names + i * nameBytes;
  }

  requestAt(i: number): number {
    return this.#requests + i * maxUdpRequestBytes;
  }

  replyAt(i: number): number {
    return this.#replies + i * replyBytes;
  }

  receivedLength(i: number): number {
    return this.#words[(this.#received + i * headerBytes) / 4 + receivedLengthWord]!;
  }

  /** The system overwrote the room for addresses with their lengths in the first `count` headers. */
  expect(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#words[(this.#received + i * headerBytes) / 4 + nameLengthWord] = sockaddrIn6Bytes;
    }
  }

  /** Reply `i` goes to the sender of request `to`. */
  prepareReply(i: number, lengthBytes: number, to: number): void {
    const words = this.#words;
    const header = this.#sent + i * headerBytes;
    this.#writePointer(header, this.nameAt(to));
    words[header / 4 + nameLengthWord] =
      words[(this.#received + to * headerBytes) / 4 + nameLengthWord]!;
    words[(this.#vectorsSent + i * vectorBytes) / 4 + lengthWord] = lengthBytes;
  }

  #writeVector(header: number, vector: number): void {
    this.#writePointer(header + vectorWord * 4, vector);
    this.#words[header / 4 + vectorCountWord] = 1;
  }

  /** Writes at `at` the address of the byte at `target`. */
  #writePointer(at: number, target: number): void {
    const address = this.#address + target;
    this.#words[at / 4] = address;
    this.#words[at / 4 + 1] = address / 0x1_0000_0000;
  }
}

export function batchMemoryBytes(size: number): number {
  return size * roomBytes;
}
