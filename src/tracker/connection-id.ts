/**
 * Connection ids of the UDP tracker (BEP 15, "UDP connections / spoofing") without any state per
 * client: the low byte of the second of issue, and 56 bits of a keyed hash over that second and the
 * client's address. The port is left out, since NATs change it.
 *
 * Every hour of the wall clock has a key of its own, computed from one secret of 32 bytes: threads
 * and machines that hold the same secret accept each other's ids without a word between them. The
 * second in an id tells which hour's key made it, so ids outlive the change of key.
 *
 * Invariant: an id is accepted from the address it was issued to, for two minutes; it cannot be
 * computed without the secret, and the constant that opens the protocol is never accepted.
 */
import { writeUint32 } from '../base/bytes.ts';
import { SipHash, type SipKey } from '../base/siphash.ts';

/** Of `ConnectionIds`, from a source that nobody can guess. */
export const connectionSecretBytes = 32;

const acceptedSeconds = 120;
/** How far another machine's clock may be ahead of this one's. */
const aheadSeconds = 8;
const secondsPerHour = 3600;
/** The constant of a connect request, as two words. */
const protocolIdHigh = 0x417;
const protocolIdLow = 0x2710_1980;

interface HourHash {
  readonly hour: number;
  readonly hash: SipHash;
}

export class ConnectionIds {
  #secret: Uint8Array;
  /** By the lowest bit of the hour: only neighbouring hours are ever asked for together. */
  readonly #hashes: [HourHash | undefined, HourHash | undefined] = [undefined, undefined];
  readonly #message = new Uint8Array(19);
  #high = 0;
  #low = 0;

  constructor(secret: Uint8Array) {
    this.#secret = secret.slice();
  }

  /** Ids made before are refused from now on; their clients connect again. */
  replaceSecret(secret: Uint8Array): void {
    this.#secret = secret.slice();
    this.#hashes.fill(undefined);
  }

  /** Writes the 8 bytes of an id; `address` has 4 or 16 bytes, `second` is of the wall clock. */
  issue(address: Uint8Array, second: number, into: Uint8Array, at: number): void {
    this.#compute(address, second);
    writeUint32(into, at, this.#high);
    writeUint32(into, at + 4, this.#low);
  }

  /** `high` and `low` are the two words of the id, signed or not. */
  accepts(high: number, low: number, address: Uint8Array, second: number): boolean {
    let ageSeconds = (second - (high >>> 24)) & 0xff;
    if (ageSeconds > acceptedSeconds) {
      if (ageSeconds < 256 - aheadSeconds) return false;
      ageSeconds -= 256;
    }
    if ((high | 0) === protocolIdHigh && (low | 0) === protocolIdLow) return false;
    this.#compute(address, second - ageSeconds);
    return ((high ^ this.#high) | (low ^ this.#low)) === 0;
  }

  #compute(address: Uint8Array, second: number): void {
    const message = this.#message;
    const { length } = address;
    for (let i = 0; i < length; i++) message[i] = address[i]!;
    // With 3 bytes of the second an IPv4 client costs one block; the key tells the rest of the time.
    message[length] = second;
    message[length + 1] = second >>> 8;
    message[length + 2] = second >>> 16;
    const hash = this.#hashAt(second);
    hash.hash(message, length + 3);
    this.#high = ((second & 0xff) << 24) | (hash.high & 0xff_ffff);
    this.#low = hash.low;
  }

  #hashAt(second: number): SipHash {
    const hour = Math.floor(second / secondsPerHour);
    const place = (hour & 1) === 0 ? 0 : 1;
    const known = this.#hashes[place];
    if (known !== undefined && known.hour === hour) return known.hash;
    const hash = new SipHash(keyOfHour(this.#secret, hour));
    this.#hashes[place] = { hour, hash };
    return hash;
  }
}

/**
 * The key of one hour since 1970: each half of the secret is a key that hashes the hour's number, so
 * that a key which became known tells nothing about the secret or other hours.
 */
export function keyOfHour(secret: Uint8Array, hour: number): SipKey {
  const message = new Uint8Array(8);
  writeUint32(message, 4, hour);
  const first = new SipHash(keyAt(secret, 0));
  const second = new SipHash(keyAt(secret, 16));
  first.hash(message);
  second.hash(message);
  return [first.low, first.high, second.low, second.high];
}

function keyAt(secret: Uint8Array, at: number): SipKey {
  const word = (from: number): number =>
    secret[from]! |
    (secret[from + 1]! << 8) |
    (secret[from + 2]! << 16) |
    (secret[from + 3]! << 24);
  return [word(at), word(at + 4), word(at + 8), word(at + 12)];
}
