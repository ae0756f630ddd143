/**
 * One source address of a UDP load (BEP 15): a window of requests that wait for their answers, and the
 * judgement of each answer. It writes requests into and reads answers out of memory of its caller, and
 * allocates nothing after it is made. Invariant: a slot is either free or waits for one answer.
 */
import type { SeededRandom } from '../../src/base/random.ts';
import type { LoadPopulation } from './load-population.ts';
import { type LoadTally, requestKinds } from './load-tally.ts';

const connect = 0;
const announce = 1;
const scrape = 2;
const refusal = 3;

const slotBits = 12;
const slotMask = (1 << slotBits) - 1;
/** Of 101 requests, as the load is named: 50 connect, 50 announce, 1 scrape. */
const mixed = 101;
const connectsOfMixed = 50;
const maxTimeoutUs = 500_000;
/** One answer in so many is read to its last peer. */
const thoroughEvery = 64;

/** An announce is 98 bytes. */
export const requestWords = 25;

export interface UdpSourceOptions {
  readonly source: number;
  readonly population: LoadPopulation;
  readonly numWant: number;
  /** Requests under way at once, at most 4096. */
  readonly window: number;
  readonly random: SeededRandom;
  readonly tally: LoadTally;
  /** An answer that says why not is none that is wrong. */
  readonly mayBeRefused: boolean;
}

export type UdpWork = 'connect' | 'fill' | 'mix' | 'none';

export class UdpSource {
  readonly #options: UdpSourceOptions;
  readonly #free: Int32Array;
  #freeCount: number;
  /** −1 while a slot is free. */
  readonly #kind: Int8Array;
  readonly #sentUs: Float64Array;
  readonly #transaction: Int32Array;
  readonly #swarm: Int32Array;
  readonly #peer: Int32Array;
  #generation = 0;
  /** In memory's order of bytes. */
  readonly #connectionId = new Int32Array(2);
  #isConnected = false;
  #work: UdpWork = 'none';
  #numWant = 0;
  /** Fill: how many announces of all were begun. */
  #filled = 0;
  /** Slots of fill whose answer got lost and that have to be asked again. */
  readonly #again: number[] = [];

  constructor(options: UdpSourceOptions) {
    const { window } = options;
    this.#options = options;
    this.#free = Int32Array.from({ length: window }, (_, i) => window - 1 - i);
    this.#freeCount = window;
    this.#kind = new Int8Array(window).fill(-1);
    this.#sentUs = new Float64Array(window);
    this.#transaction = new Int32Array(window);
    this.#swarm = new Int32Array(window);
    this.#peer = new Int32Array(window);
  }

  begin(work: UdpWork): void {
    this.#work = work;
    // The npm package takes 0 for its default, so that the least to ask for is 1.
    this.#numWant = work === 'fill' ? Math.min(1, this.#options.numWant) : this.#options.numWant;
    this.#filled = 0;
  }

  /** Nothing is left to ask, and nothing is under way. */
  get isIdle(): boolean {
    return this.#freeCount === this.#options.window && !this.#hasWork();
  }

  /** Requests that it would send now. */
  get wanted(): number {
    return this.#hasWork() ? this.#freeCount : 0;
  }

  /** Writes a request from the word `at` on, of `words` over `bytes`, and returns its length in bytes; 0 for none. */
  write(words: Int32Array, bytes: Uint8Array, at: number, nowUs: number): number {
    if (this.#freeCount === 0 || !this.#hasWork()) return 0;
    const slot = this.#free[--this.#freeCount]!;
    const kind = this.#choose(slot);
    this.#generation = (this.#generation + 1) & 0xf_ffff;
    const transaction = slot | (this.#generation << slotBits);
    this.#kind[slot] = kind;
    this.#sentUs[slot] = nowUs;
    this.#transaction[slot] = transaction;
    words[at + 2] = kind << 24;
    words[at + 3] = transaction;
    if (kind === connect) {
      words[at] = bigEndian(0x417);
      words[at + 1] = bigEndian(0x2710_1980);
      return 16;
    }
    words[at] = this.#connectionId[0]!;
    words[at + 1] = this.#connectionId[1]!;
    const swarm = this.#swarm[slot]!;
    words.set(this.#options.population.hashWords.subarray(5 * swarm, 5 * swarm + 5), at + 4);
    if (kind === scrape) return 36;
    this.#writeAnnounce(words, bytes, at, swarm, this.#peer[slot]!);
    return 98;
  }

  /** An answer of `length` bytes at `start`, of which `words` is the same memory. */
  take(words: Int32Array, bytes: Uint8Array, start: number, length: number, nowUs: number): void {
    const { tally } = this.#options;
    const at = start >> 2;
    const transaction = words[at + 1]!;
    const slot = transaction & slotMask;
    if (length < 8 || slot >= this.#kind.length || this.#transaction[slot] !== transaction) {
      // An answer that comes after its time-out is nobody's fault; one to a request never made is.
      if (length < 8 || slot >= this.#kind.length) {
        tally.complain(() => `an answer of ${length} bytes to no request`);
      }
      return;
    }
    const kind = this.#kind[slot]!;
    if (kind < 0) {
      tally.complain(() => 'a second answer to one request');
      return;
    }
    if (this.#isRight(kind, slot, words, bytes, start, length)) {
      tally.answers[kind] = tally.answers[kind]! + 1;
      tally.bytes += length;
      tally.latency.add(nowUs - this.#sentUs[slot]!);
    } else if (words[at] === refusal << 24 && this.#options.mayBeRefused) {
      tally.refused++;
    } else {
      tally.complain(() => describe(kind, bytes, start, length));
    }
    this.#release(slot);
  }

  /** Gives up what waits for too long. */
  expire(nowUs: number): void {
    for (let slot = 0; slot < this.#kind.length; slot++) {
      if (this.#kind[slot]! < 0 || nowUs - this.#sentUs[slot]! < maxTimeoutUs) continue;
      this.#options.tally.lost++;
      if (this.#work === 'fill') this.#again.push(this.#swarm[slot]!, this.#peer[slot]!);
      // Its answer may still come, and is then of nobody's.
      this.#transaction[slot] = -1;
      this.#release(slot);
    }
  }

  #release(slot: number): void {
    this.#kind[slot] = -1;
    this.#free[this.#freeCount++] = slot;
  }

  #hasWork(): boolean {
    switch (this.#work) {
      case 'mix':
        return true;
      case 'connect':
        return !this.#isConnected && this.#freeCount === this.#options.window;
      case 'fill': {
        const { swarms, peersPerSource } = this.#options.population;
        return this.#again.length > 0 || this.#filled < swarms * peersPerSource;
      }
      default:
        return false;
    }
  }

  /** What the slot asks next, and about whom. */
  #choose(slot: number): number {
    if (this.#work === 'connect') return connect;
    const { population, random } = this.#options;
    if (this.#work === 'fill') {
      const peer = this.#again.pop();
      const swarm = this.#again.pop();
      const next = peer === undefined ? this.#filled++ : 0;
      this.#swarm[slot] = swarm ?? next % population.swarms;
      this.#peer[slot] = peer ?? Math.floor(next / population.swarms);
      return announce;
    }
    const draw = random.below(mixed);
    if (draw < connectsOfMixed) return connect;
    this.#swarm[slot] = random.below(population.swarms);
    this.#peer[slot] = random.below(population.peersPerSource);
    return draw === mixed - 1 ? scrape : announce;
  }

  #writeAnnounce(
    words: Int32Array,
    bytes: Uint8Array,
    at: number,
    swarm: number,
    peer: number,
  ): void {
    const { population, source } = this.#options;
    const port = population.port(swarm, peer);
    words[at + 9] = peerIdStart;
    words[at + 10] = peerIdStart;
    words[at + 11] = source;
    words[at + 12] = swarm;
    words[at + 13] = peer;
    words[at + 14] = 0;
    words[at + 15] = 0;
    words[at + 16] = 0;
    words[at + 17] = population.isSeeder(peer) ? 0 : bigEndian(1 << 20);
    words[at + 18] = 0;
    words[at + 19] = 0;
    words[at + 20] = this.#work === 'fill' ? bigEndian(2) : 0;
    words[at + 21] = 0;
    words[at + 22] = peer;
    words[at + 23] = bigEndian(this.#numWant);
    bytes[4 * at + 96] = port >> 8;
    bytes[4 * at + 97] = port;
  }

  #isRight(
    kind: number,
    slot: number,
    words: Int32Array,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    const at = start >> 2;
    if (words[at] !== kind << 24) return false;
    if (kind === connect) {
      if (length !== 16) return false;
      this.#connectionId[0] = words[at + 2]!;
      this.#connectionId[1] = words[at + 3]!;
      this.#isConnected = true;
      return true;
    }
    if (kind === scrape) return length === 20;
    return this.#areRightPeers(slot, bytes, start, length);
  }

  #areRightPeers(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    const { tally } = this.#options;
    const count = (length - 20) / 6;
    const known = readUint32(bytes, start + 12) + readUint32(bytes, start + 16);
    if (!Number.isInteger(count) || count < 0 || count > known || known < 1) return false;
    if (readUint32(bytes, start + 8) === 0 || count > this.#numWant) return false;
    tally.peers += count;
    if (count === 0) return true;
    const isThorough = this.#generation % thoroughEvery === 0;
    const [first, end] = isThorough ? [0, count] : [slot % count, (slot % count) + 1];
    for (let i = first; i < end; i++) {
      const peer = start + 20 + 6 * i;
      if (bytes[peer] !== 127 || ((bytes[peer + 4]! << 8) | bytes[peer + 5]!) < 1024) return false;
      for (let j = i + 1; j < end; j++) {
        if (areSame(bytes, peer, start + 20 + 6 * j)) return false;
      }
    }
    return true;
  }
}

const peerIdStart = bigEndian(0x2d58_5831);

function areSame(bytes: Uint8Array, a: number, b: number): boolean {
  for (let i = 0; i < 6; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

/** The word that lies in memory as the number does in a packet. */
function bigEndian(value: number): number {
  return (
    (value << 24) | ((value << 8) & 0xff_0000) | ((value >>> 8) & 0xff00) | ((value >>> 24) & 0xff)
  );
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  );
}

function describe(kind: number, bytes: Uint8Array, start: number, length: number): string {
  const action = readUint32(bytes, start);
  const text = action === 3 ? Buffer.from(bytes.slice(start + 8, start + length)) : '';
  return `${length} bytes with action ${action} to ${requestKinds[kind]} ${text}`.trim();
}
