/**
 * How often one network may ask, decided before anything of its request is read: a token bucket per
 * IPv4 /24 and IPv6 /56 (what one customer commonly gets), in memory of fixed size that all threads share.
 *
 * A bucket is one number, the time at which it will be full again: an empty place in the table is a
 * full bucket, so nothing has to be filled in, refilled or expired. Each network has a few places
 * where it may live; when all are taken, the one that is nearest to full is forgotten, which costs
 * that network nothing and the busiest stay known. Where a network lives depends on a secret seed.
 *
 * Invariants: a network that is not forgotten passes at most `burst + perSecond × seconds` times; one
 * that keeps to its rate always passes, whatever others do. Threads do not wait for each other: when
 * two meet in one place, a token more or less may be given, nothing else.
 */
import { HalfSipHash } from '../base/half-sip-hash.ts';

export interface RateLimitSettings {
  /** Made by `createRateLimitMemory`. */
  readonly memory: SharedArrayBuffer;
  /** 0 and Infinity switch the limit off. */
  readonly perSecond: number;
  /** At least 1: how many may come at once after a silence. */
  readonly burst: number;
  /** Two words of 32 bits that nobody outside knows; the same in all threads. */
  readonly hashSeed: readonly [number, number];
  /** False unless told: clients on this machine are never refused. */
  readonly limitsLoopback?: boolean;
}

/**
 * Requests a second, meant to be used with a burst of ten times as many: for floods, not for users. The
 * network may be an office behind one address, or a machine that starts with 10,000 torrents; 500
 * machines with 20 torrents each and an announce every 10 s are 1,000 a second. A thousand cost a
 * core a hundredth of its time or less.
 */
export const defaultRateLimit = 1000;

const placesPerSet = 4;
/** A key of 4 bytes and a time of 8. */
const bytesPerPlace = 12;
const loopbackIpv4 = 127;
/** Rounding of times must not cost or give a whole token. */
const tolerance = 1e-3;

/** For about so many busy networks at once, at 12 bytes each; a power of two from 4. */
export function createRateLimitMemory(networks = 65_536): SharedArrayBuffer {
  if (networks < placesPerSet || (networks & (networks - 1)) !== 0) {
    throw new RangeError('the number of networks must be a power of two from 4');
  }
  return new SharedArrayBuffer(networks * bytesPerPlace);
}

export class RateLimiter {
  readonly #isOn: boolean;
  readonly #limitsLoopback: boolean;
  readonly #msPerToken: number;
  /** A bucket that takes longer to fill has less than one token. */
  readonly #longestFillMs: number;
  readonly #hash: HalfSipHash;
  readonly #setMask: number;
  readonly #fullAtMs: Float64Array;
  readonly #keys: Int32Array;

  constructor(settings: RateLimitSettings) {
    const { memory, perSecond, burst } = settings;
    this.#isOn = perSecond > 0 && perSecond < Infinity && burst < Infinity;
    this.#limitsLoopback = settings.limitsLoopback === true;
    this.#msPerToken = 1000 / perSecond;
    this.#longestFillMs = (Math.max(1, burst) - 1 + tolerance) * this.#msPerToken;
    this.#hash = new HalfSipHash(settings.hashSeed);
    const places = memory.byteLength / bytesPerPlace;
    this.#setMask = places / placesPerSet - 1;
    this.#fullAtMs = new Float64Array(memory, 0, places);
    this.#keys = new Int32Array(memory, places * Float64Array.BYTES_PER_ELEMENT, places);
  }

  /**
   * Takes a token; false when there is none. `address` has 4 or 16 bytes; `nowMs` never runs backwards
   * and is of one clock for all threads. Allocates nothing.
   */
  take(address: Uint8Array, nowMs: number): boolean {
    if (!this.#isOn || !this.#hashNetwork(address)) return true;
    // 0 marks an empty place.
    const key = this.#hash.second | 1;
    const place = this.#placeOf((this.#hash.first & this.#setMask) * placesPerSet, key);
    if (this.#keys[place] !== key) {
      this.#keys[place] = key;
      this.#fullAtMs[place] = nowMs + this.#msPerToken;
      return true;
    }
    const fullAtMs = Math.max(this.#fullAtMs[place]!, nowMs);
    const fillMs = fullAtMs - nowMs;
    if (fillMs <= this.#longestFillMs) {
      this.#fullAtMs[place] = fullAtMs + this.#msPerToken;
      return true;
    }
    // Later than any bucket under this clock: its network must not wait for another clock to pass.
    const latestMs = nowMs + this.#longestFillMs + this.#msPerToken;
    if (fullAtMs > latestMs) this.#fullAtMs[place] = latestMs;
    return false;
  }

  /** The place that holds `key`, else the one nearest to full. */
  #placeOf(first: number, key: number): number {
    let fullest = first;
    for (let place = first; place < first + placesPerSet; place++) {
      if (this.#keys[place] === key) return place;
      if (this.#fullAtMs[place]! < this.#fullAtMs[fullest]!) fullest = place;
    }
    return fullest;
  }

  /** False for an address without a limit. */
  #hashNetwork(address: Uint8Array): boolean {
    if (address.length === 4) return this.#hashIpv4(address, 0);
    if (startsWithZeros(address)) {
      if (address[10] === 0xff && address[11] === 0xff) return this.#hashIpv4(address, 12);
      if (isIpv6Loopback(address) && !this.#limitsLoopback) return false;
    }
    const high =
      (address[0]! << 24) | (address[1]! << 16) | (address[2]! << 8) | (address[3]! & 0xff);
    const low = (address[4]! << 16) | (address[5]! << 8) | address[6]!;
    this.#hash.hash(high, low | (6 << 24));
    return true;
  }

  #hashIpv4(address: Uint8Array, at: number): boolean {
    if (address[at] === loopbackIpv4 && !this.#limitsLoopback) return false;
    this.#hash.hash((address[at]! << 16) | (address[at + 1]! << 8) | address[at + 2]!, 4 << 24);
    return true;
  }
}

/** Whether the first ten bytes are zero, as in ::1 and in mapped IPv4. */
function startsWithZeros(address: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (address[i] !== 0) return false;
  return true;
}

function isIpv6Loopback(address: Uint8Array): boolean {
  for (let i = 10; i < 15; i++) if (address[i] !== 0) return false;
  return address[15] === 1;
}
