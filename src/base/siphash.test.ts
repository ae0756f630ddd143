/** Against the paper (appendix A) and the vectors of its reference implementation, 8-byte results. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SipHash, type SipKey } from './siphash.ts';

/** Key and message of all vectors are 00 01 02 and so on. */
const key: SipKey = [0x0302_0100, 0x0706_0504, 0x0b0a_0908, 0x0f0e_0d0c];

const vectors = [
  [0, 0x726f_db47_dd0e_0e31n],
  [1, 0x74f8_39c5_93dc_67fdn],
  [2, 0x0d6c_8009_d9a9_4f5an],
  [3, 0x8567_6696_d7fb_7e2dn],
  [7, 0xab02_00f5_8b01_d137n],
  [8, 0x93f5_f579_9a93_2462n],
  [15, 0xa129_ca61_49be_45e5n],
  [63, 0x958a_324c_eb06_4572n],
] as const;

function sipHash(hash: SipHash, message: Uint8Array): bigint {
  hash.hash(message);
  return (BigInt(hash.high >>> 0) << 32n) | BigInt(hash.low >>> 0);
}

test('the reference vectors', () => {
  const hash = new SipHash(key);
  for (const [length, expected] of vectors) {
    const message = Uint8Array.from({ length }, (_, i) => i);
    assert.equal(sipHash(hash, message).toString(16), expected.toString(16), `${length} bytes`);
  }
});

/** Word by word as the paper writes it, with big integers. */
function slowSipHash(words: SipKey, message: Uint8Array): bigint {
  const mask = 0xffff_ffff_ffff_ffffn;
  const join = (low: number, high: number) => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const rotate = (x: bigint, by: bigint) => ((x << by) | (x >> (64n - by))) & mask;
  const k0 = join(words[0], words[1]);
  const k1 = join(words[2], words[3]);
  const v = [
    k0 ^ 0x736f_6d65_7073_6575n,
    k1 ^ 0x646f_7261_6e64_6f6dn,
    k0 ^ 0x6c79_6765_6e65_7261n,
    k1 ^ 0x7465_6462_7974_6573n,
  ] as [bigint, bigint, bigint, bigint];
  const mix = (a: 0 | 1 | 2 | 3, b: 0 | 1 | 2 | 3, by: bigint): void => {
    v[a] = (v[a] + v[b]) & mask;
    v[b] = rotate(v[b], by) ^ v[a];
  };
  const rounds = (count: number): void => {
    for (let round = 0; round < count; round++) {
      mix(0, 1, 13n);
      v[0] = rotate(v[0], 32n);
      mix(2, 3, 16n);
      mix(0, 3, 21n);
      mix(2, 1, 17n);
      v[2] = rotate(v[2], 32n);
    }
  };
  const padded = new Uint8Array((message.length >>> 3) * 8 + 8);
  padded.set(message);
  padded[padded.length - 1] = message.length;
  for (let at = 0; at < padded.length; at += 8) {
    let word = 0n;
    for (let i = 7; i >= 0; i--) word = (word << 8n) | BigInt(padded[at + i]!);
    v[3] ^= word;
    rounds(2);
    v[0] ^= word;
  }
  v[2] ^= 0xffn;
  rounds(4);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

test('any key and message hash as the paper says', () => {
  const word = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
  const keys = fc.tuple(word, word, word, word);
  fc.assert(
    fc.property(keys, fc.uint8Array({ maxLength: 300 }), (words, message) => {
      assert.equal(sipHash(new SipHash(words), message), slowSipHash(words, message));
    }),
  );
});

test('a length cuts the message', () => {
  const hash = new SipHash(key);
  const message = Uint8Array.from({ length: 30 }, (_, i) => 255 - i);
  hash.hash(message, 11);
  const { low, high } = hash;
  hash.hash(message.slice(0, 11));
  assert.deepEqual([low, high], [hash.low, hash.high]);
});
