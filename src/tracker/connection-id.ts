/**
 * Connection ids of the UDP tracker (BEP 15, "UDP connections / spoofing") without any state per
 * client: one byte of the second of issue and seven of a keyed hash over that second and the client's
 * address. Invariant: an id is accepted from the address it was issued to, for two minutes, and by
 * every tracker that holds the same key; it cannot be computed without the key.
 */
import { writeUint32 } from '../base/bytes.ts';

/** A hash that only the holder of its key can compute; at least 7 bytes. */
export interface KeyedHash {
  digest(message: Uint8Array): Uint8Array;
}

const acceptedSeconds = 120;

export class ConnectionIds {
  #hash: KeyedHash;
  #previous: KeyedHash | undefined;
  #rotatedAtSecond = 0;

  constructor(hash: KeyedHash) {
    this.#hash = hash;
  }

  /** From now on ids are made with `hash`; those made before stay valid for their two minutes. */
  rotate(hash: KeyedHash, nowMs: number): void {
    this.#previous = this.#hash;
    this.#hash = hash;
    this.#rotatedAtSecond = toSecond(nowMs);
  }

  /** `address` has 4 or 16 bytes; the port is left out, since NATs change it. */
  issue(address: Uint8Array, nowMs: number): bigint {
    const second = toSecond(nowMs);
    return this.#compute(this.#hash, address, second);
  }

  accepts(connectionId: bigint, address: Uint8Array, nowMs: number): boolean {
    const now = toSecond(nowMs);
    const age = (now - Number(connectionId >> 56n)) & 0xff;
    const second = now - age;
    if (age > acceptedSeconds || second < 0) return false;
    if (connectionId === this.#compute(this.#hash, address, second)) return true;
    // Ids of the second of the rotation may be of either key.
    if (this.#previous === undefined || second > this.#rotatedAtSecond) return false;
    return connectionId === this.#compute(this.#previous, address, second);
  }

  #compute(hash: KeyedHash, address: Uint8Array, second: number): bigint {
    const message = new Uint8Array(4 + address.length);
    writeUint32(message, 0, second);
    message.set(address, 4);
    const digest = hash.digest(message);
    let id = BigInt(second & 0xff);
    for (let i = 0; i < 7; i++) id = (id << 8n) | BigInt(digest[i]!);
    return id;
  }
}

function toSecond(nowMs: number): number {
  return Math.floor(nowMs / 1000);
}
