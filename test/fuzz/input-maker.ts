/**
 * Inputs for decoders: random bytes, random sequences of a format's own tokens, and valid samples
 * with a few mutations. Input number n of a target is a function of the seed, the target's name and n
 * alone, so that any of them can be made again.
 */
import { type Random, SeededRandom } from '../../src/base/random.ts';
import { encodeLatin1 } from '../../src/base/text.ts';

export interface InputSource {
  readonly name: string;
  /** Valid inputs, or nearly so. */
  readonly samples: readonly Uint8Array[];
  /** What the format is made of, Latin-1. */
  readonly tokens?: readonly string[];
}

const shortBytes = 128;
const longBytes = 4096;
/** One input in so many is blown up to this size, to see work that grows faster than its input. */
const hugeEvery = 20_000;
const hugeBytes = 512 * 1024;
const mostMutations = 8;

const odd32 = [0, 1, 2, 0x3fff, 0x4000, 0x4001, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

export class InputMaker {
  readonly #samples: readonly Uint8Array[];
  readonly #tokens: readonly Uint8Array[];
  readonly #seed: number;

  constructor(source: InputSource, seed: number) {
    this.#samples = source.samples;
    this.#tokens = (source.tokens ?? []).map(encodeLatin1);
    this.#seed = seed ^ nameHash(source.name);
  }

  /** The input, and chance for whoever takes it apart. */
  make(index: number): { bytes: Uint8Array; random: Random } {
    const random = new SeededRandom(this.#seed + Math.imul(index + 1, 0x9e37_79b9));
    let bytes = this.#make(random);
    if (random.below(hugeEvery) === 0 && bytes.length > 0) bytes = blownUp(bytes, random);
    return { bytes, random };
  }

  #make(random: Random): Uint8Array {
    const kind = random.below(20);
    if (kind < 2) return randomBytes(random.below(shortBytes), random);
    if (kind === 2) return randomBytes(random.below(longBytes), random);
    if (kind < 5 && this.#tokens.length > 0) return this.#sentence(random);
    return this.#mutated(random);
  }

  #sentence(random: Random): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let left = 1 + random.below(40); left > 0; left--) {
      parts.push(random.below(8) === 0 ? randomBytes(4, random) : pick(this.#tokens, random));
    }
    return Buffer.concat(parts);
  }

  #mutated(random: Random): Uint8Array {
    let bytes: Uint8Array = pick(this.#samples, random).slice();
    // Some samples go through as they are: what is valid must be taken.
    for (let left = random.below(mostMutations + 1); left > 0; left--) {
      bytes = this.#mutateOnce(bytes, random);
    }
    return bytes;
  }

  #mutateOnce(bytes: Uint8Array, random: Random): Uint8Array {
    const at = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + random.below(32));
    switch (random.below(10)) {
      case 0:
        return bytes.slice(0, at);
      case 1:
        return spliced(bytes, at, end, new Uint8Array(0));
      case 2:
        return spliced(bytes, at, at, randomBytes(1 + random.below(8), random));
      case 3:
        return spliced(bytes, at, at, bytes.subarray(at, end));
      case 4:
        if (this.#tokens.length === 0) return bytes;
        return spliced(bytes, at, random.below(2) === 0 ? at : end, pick(this.#tokens, random));
      case 5: {
        const other = pick(this.#samples, random);
        const from = random.below(other.length + 1);
        return spliced(bytes, at, bytes.length, other.subarray(from));
      }
      case 6:
        if (at + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(at, pick(odd32, random));
        return bytes;
      case 7:
        // A digit for a digit keeps lengths plausible.
        for (let i = at; i < end; i++) {
          if (bytes[i]! >= 0x30 && bytes[i]! <= 0x39) bytes[i] = 0x30 + random.below(10);
        }
        return bytes;
      case 8:
        if (at < bytes.length) bytes[at] = bytes[at]! ^ (1 << random.below(8));
        return bytes;
      default:
        if (at < bytes.length) bytes[at] = random.below(256);
        return bytes;
    }
  }
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)]!;
}

function randomBytes(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function spliced(bytes: Uint8Array, start: number, end: number, insert: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - (end - start) + insert.length);
  result.set(bytes.subarray(0, start));
  result.set(insert, start);
  result.set(bytes.subarray(end), start + insert.length);
  return result;
}

/** A run of the input, repeated in its place. */
function blownUp(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  const run = bytes.subarray(at, at + 1 + random.below(64));
  const repeated = new Uint8Array(hugeBytes);
  for (let i = 0; i < hugeBytes; i += run.length) {
    repeated.set(run.subarray(0, Math.min(run.length, hugeBytes - i)), i);
  }
  return spliced(bytes, at, at, repeated);
}

function nameHash(name: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x0100_0193);
  return hash >>> 0;
}
