/**
 * Randomness of the operating system, in two kinds that must not be mixed up: a fast stream for
 * decisions (which peer, which piece), and bytes for keys, tokens and peer ids.
 */
import { randomBytes } from 'node:crypto';
import { SeededRandom } from '../base/random.ts';

/** A fresh stream, seeded by the operating system. Predictable after some output: never for secrets. */
export function systemRandom(): SeededRandom {
  return new SeededRandom(randomBytes(4).readUInt32LE());
}

/** Unpredictable bytes. */
export function secretBytes(lengthBytes: number): Uint8Array {
  return new Uint8Array(randomBytes(lengthBytes));
}
