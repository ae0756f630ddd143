import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bitfield } from '../base/bitfield.ts';
import type { InfoHash } from '../base/ids.ts';
import type { FileStamp } from './file-stamp.ts';
import { blockBytes, Layout } from './layout.ts';
import type { ResumeState } from './resume.ts';
import { trustResume } from './resume-trust.ts';

/** Pieces of one block; files cover pieces 0–1, 1–3, none, 3–4. */
const layout = new Layout(
  blockBytes,
  [
    { offsetBytes: 0, lengthBytes: 1.5 * blockBytes },
    { offsetBytes: 1.5 * blockBytes, lengthBytes: 2 * blockBytes },
    { offsetBytes: 3.5 * blockBytes, lengthBytes: 0 },
    { offsetBytes: 3.5 * blockBytes, lengthBytes: 1.5 * blockBytes },
  ],
  false,
);

const stamp = (mtimeMs: number): FileStamp => ({ lengthBytes: 9, mtimeMs });
const asSaved = [stamp(1), stamp(2), undefined, stamp(4)];

function state(files = asSaved as (FileStamp | undefined)[], over: Partial<ResumeState> = {}) {
  const verified = Bitfield.full(5);
  verified.clear(2);
  const blocks = new Bitfield(1);
  blocks.set(0);
  return {
    infoHash: '' as InfoHash,
    savedAtMs: 0,
    verified,
    files,
    partial: [{ piece: 2, blocks }],
    uploadedBytes: 0,
    downloadedBytes: 0,
    corruptBytes: 0,
    seedingForMs: 0,
    completedOnce: false,
    ...over,
  };
}

function summary(trust: ReturnType<typeof trustResume>) {
  return {
    trusted: [...trust.trusted.indices()],
    check: trust.check,
    partial: trust.partial.map(({ piece }) => piece),
  };
}

test('unchanged files are trusted, and nothing is checked', () => {
  assert.deepEqual(summary(trustResume(state(), { files: asSaved }, layout)), {
    trusted: [0, 1, 3, 4],
    check: [],
    partial: [2],
  });
});

test('a changed time or length puts every piece of that file in doubt, and no other', () => {
  for (const changed of [stamp(2.001), { lengthBytes: 8, mtimeMs: 2 }]) {
    const files = [stamp(1), changed, undefined, stamp(4)];
    assert.deepEqual(summary(trustResume(state(), { files }, layout)), {
      trusted: [0, 4],
      check: [1, 2, 3],
      partial: [],
    });
  }
});

test('a file that vanished takes its pieces along; what shares them is checked', () => {
  const files = [stamp(1), undefined, undefined, stamp(4)];
  assert.deepEqual(summary(trustResume(state(), { files }, layout)), {
    trusted: [0, 4],
    check: [1, 3],
    partial: [],
  });
});

test('a file that appeared is checked', () => {
  const before = [stamp(1), undefined, undefined, stamp(4)];
  const trust = trustResume(state(before), { files: asSaved }, layout);
  assert.deepEqual(trust.check, [1, 2, 3]);
});

test('without a state everything on disk is checked, and nothing where there is nothing', () => {
  assert.deepEqual(summary(trustResume(undefined, { files: asSaved }, layout)), {
    trusted: [],
    check: [0, 1, 2, 3, 4],
    partial: [],
  });
  const none = [undefined, undefined, undefined, undefined];
  assert.deepEqual(trustResume(undefined, { files: none }, layout).check, []);
});

test('pieces of an absent file hang on the parts file', () => {
  const files = [stamp(1), undefined, undefined, stamp(4)];
  const saved = state(files, { partsFile: stamp(5) });
  const same = trustResume(saved, { files, partsFile: stamp(5) }, layout);
  assert.deepEqual([...same.trusted.indices()], [0, 1, 3, 4]);
  const changed = trustResume(saved, { files, partsFile: stamp(6) }, layout);
  assert.deepEqual(summary(changed), { trusted: [0, 4], check: [1, 2, 3], partial: [] });
  const gone = trustResume(saved, { files }, layout);
  assert.deepEqual(summary(gone), { trusted: [0, 4], check: [1, 3], partial: [] });
});

test('a piece is trusted only if it was verified and all its files are as they were', () => {
  const anyStamp = fc.option(fc.nat(1).map(stamp), { nil: undefined });
  const anyFiles = fc.array(anyStamp, { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(anyFiles, anyFiles, (before, after) => {
      const saved = state(before);
      const trust = trustResume(saved, { files: after }, layout);
      const touching = [[0], [0, 1], [1], [1, 3], [3]];
      for (let piece = 0; piece < 5; piece++) {
        const unchanged = touching[piece]!.every(
          (file) => before[file]?.mtimeMs === after[file]?.mtimeMs,
        );
        assert.equal(trust.trusted.has(piece), unchanged && saved.verified.has(piece));
        const present = touching[piece]!.some((file) => after[file] !== undefined);
        assert.equal(trust.check.includes(piece), !unchanged && present);
      }
    }),
  );
});
