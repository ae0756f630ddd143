import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bitfield } from '../base/bitfield.ts';
import { writeUint32 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import type { InfoHash } from '../base/ids.ts';
import { encodeLatin1 } from '../base/text.ts';
import { blockBytes, Layout } from './layout.ts';
import type { ResumeState } from './resume.ts';
import { decodeResume, encodeResume, mostResumeBytes } from './resume.ts';

const infoHash = '0123456789abcdef0123456789abcdef01234567' as InfoHash;
const layout = new Layout(
  4 * blockBytes,
  [
    { offsetBytes: 0, lengthBytes: 10 * blockBytes },
    { offsetBytes: 10 * blockBytes, lengthBytes: 0 },
    { offsetBytes: 10 * blockBytes, lengthBytes: 9 * blockBytes + 1 },
  ],
  false,
);

function bits(length: number, ...set: number[]): Bitfield {
  const field = new Bitfield(length);
  for (const index of set) field.set(index);
  return field;
}

function sample(over: Partial<ResumeState> = {}): ResumeState {
  return {
    infoHash,
    savedAtMs: 1_700_000_000_123,
    verified: bits(5, 0, 2),
    files: [{ lengthBytes: 5, mtimeMs: 1234.567_8 }, { lengthBytes: 0, mtimeMs: 1 }, undefined],
    partsFile: { lengthBytes: 9, mtimeMs: 2 },
    partial: [{ piece: 1, blocks: bits(4, 1, 3) }],
    uploadedBytes: 2 ** 50,
    downloadedBytes: 7,
    corruptBytes: 3,
    seedingForMs: 99,
    completedOnce: true,
    trackers: [['http://a/', 'udp://b'], ['http://c/ü']],
    priorities: Uint8Array.of(0, 4, 7),
    name: 'Ferien ☀',
    savePath: '/data',
    ...over,
  };
}

/** A body with a header that is right in every way. */
function wrapped(body: Uint8Array): Uint8Array {
  const bytes = encodeResume(sample()).slice(0, 20 + body.length);
  const whole = new Uint8Array(20 + body.length);
  whole.set(bytes.subarray(0, 20));
  writeUint32(whole, 12, body.length);
  writeUint32(whole, 16, crc32c(body));
  whole.set(body, 20);
  return whole;
}

function refusal(bytes: Uint8Array): string {
  const result = decodeResume(bytes, infoHash, layout);
  assert.equal(result.state, undefined);
  return 'code' in result ? result.code : 'none';
}

test('what is written is read back', () => {
  const state = sample();
  const result = decodeResume(encodeResume(state), infoHash, layout);
  const { verified, partial, ...rest } = result.state!;
  const { verified: _v, partial: _p, ...expected } = state;
  assert.deepEqual(rest, expected);
  assert.deepEqual([...verified.indices()], [0, 2]);
  assert.equal(partial.length, 1);
  assert.deepEqual([...partial[0]!.blocks.indices()], [1, 3]);
});

test('any state makes the round trip', () => {
  const stamp = fc.option(
    fc
      .tuple(fc.maxSafeNat(), fc.double({ noNaN: true, min: 0, max: 1e14 }))
      .map(([lengthBytes, mtimeMs]) => ({ lengthBytes, mtimeMs })),
    { nil: undefined },
  );
  const states = fc.record({
    savedAtMs: fc.maxSafeNat(),
    files: fc.tuple(stamp, stamp, stamp),
    uploadedBytes: fc.maxSafeNat(),
    completedOnce: fc.boolean(),
    trackers: fc.option(fc.array(fc.array(fc.string({ unit: 'grapheme' }))), { nil: undefined }),
    name: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
    partsFile: stamp,
  });
  fc.assert(
    fc.property(states, (over) => {
      const { state } = decodeResume(encodeResume(sample(over)), infoHash, layout);
      for (const key of Object.keys(over) as (keyof typeof over)[]) {
        assert.deepEqual(state![key], over[key]);
      }
    }),
  );
});

test('a file cut at any length is refused', () => {
  const bytes = encodeResume(sample());
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(refusal(bytes.subarray(0, length)), 'RESUME_TRUNCATED');
  }
  assert.equal(refusal(new Uint8Array([...bytes, 0])), 'RESUME_TRUNCATED');
});

test('any changed byte is noticed', () => {
  const bytes = encodeResume(sample());
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const torn = bytes.slice();
      torn[at]! ^= flip;
      refusal(torn);
    }),
  );
});

test('zeros, noise, giants, later versions and other torrents are refused for what they are', () => {
  assert.equal(refusal(new Uint8Array(500)), 'RESUME_NOT_RESUME');
  assert.equal(refusal(encodeLatin1('<html>')), 'RESUME_NOT_RESUME');
  assert.equal(refusal(new Uint8Array(mostResumeBytes + 1)), 'RESUME_TOO_LARGE');
  const later = encodeResume(sample());
  writeUint32(later, 8, 2);
  assert.equal(refusal(later), 'RESUME_FUTURE_VERSION');
  const other = sample({ infoHash: 'ff23456789abcdef0123456789abcdef01234567' as InfoHash });
  assert.equal(refusal(encodeResume(other)), 'RESUME_OTHER_TORRENT');
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void refusal(bytes)));
});

test('a state that does not fit the geometry is refused as a whole', () => {
  const cases: Partial<ResumeState>[] = [
    { verified: bits(9) },
    { files: [undefined] },
    { partial: [{ piece: 5, blocks: bits(4, 1) }] },
    { partial: [{ piece: 4, blocks: bits(12, 1) }] },
    { uploadedBytes: -1 },
  ];
  for (const over of cases) {
    assert.equal(refusal(encodeResume(sample(over))), 'RESUME_MALFORMED', JSON.stringify(over));
  }
});

test('a body of any content behind a good checksum never throws', () => {
  const good = encodeResume(sample()).slice(20);
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, cut) => {
      const body = good.slice();
      body[at] = byte;
      decodeResume(wrapped(body), infoHash, layout);
      decodeResume(wrapped(good.slice(0, cut)), infoHash, layout);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
      assert.equal(decodeResume(wrapped(body), infoHash, layout).state, undefined);
    }),
  );
});

test('partial pieces that are verified or empty are left out', () => {
  const partial = [
    { piece: 0, blocks: bits(4, 1) },
    { piece: 1, blocks: bits(4) },
    { piece: 3, blocks: bits(4, 2) },
  ];
  const { state } = decodeResume(encodeResume(sample({ partial })), infoHash, layout);
  assert.deepEqual(
    state!.partial.map(({ piece }) => piece),
    [3],
  );
});
