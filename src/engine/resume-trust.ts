/**
 * What to believe of a resume state, seeing the files as they are now. A file whose length and time
 * are unchanged is trusted; every piece that touches another one is checked again.
 * Invariant: a piece is trusted only if it was verified and every file it touches is as it was.
 */
import { Bitfield } from '../base/bitfield.ts';
import type { FileStamp } from './file-stamp.ts';
import { sameStamp } from './file-stamp.ts';
import type { Layout } from './layout.ts';
import type { PartialPiece, ResumeState } from './resume.ts';

export interface FilesNow {
  /** Per file of the layout; undefined when it does not exist. */
  readonly files: readonly (FileStamp | undefined)[];
  readonly partsFile?: FileStamp | undefined;
}

export interface ResumeTrust {
  /** Verified without looking. */
  readonly trusted: Bitfield;
  /** To be hashed, ascending; all others are missing. */
  readonly check: readonly number[];
  /** Partial pieces whose files are unchanged. */
  readonly partial: readonly PartialPiece[];
}

/** Without a state, every piece that has a byte on disk is checked. */
export function trustResume(
  state: ResumeState | undefined,
  now: FilesNow,
  layout: Layout,
): ResumeTrust {
  const doubtful = new Bitfield(layout.pieceCount);
  const onDisk = new Bitfield(layout.pieceCount);
  const partsFileChanged = !sameStamp(state?.partsFile, now.partsFile);
  layout.files.forEach((_, file) => {
    const span = layout.piecesOfFile(file);
    if (span === undefined) return;
    const present = now.files[file];
    const changed = state === undefined || !sameStamp(state.files[file], present);
    // What an absent file shares with its neighbours is in the parts file.
    const inParts = present === undefined && now.partsFile !== undefined;
    const doubt = changed || (present === undefined && partsFileChanged);
    for (let piece = span.first; piece <= span.last; piece++) {
      if (doubt) doubtful.set(piece);
      if (present !== undefined || inParts) onDisk.set(piece);
    }
  });
  const trusted = new Bitfield(layout.pieceCount);
  const check: number[] = [];
  for (let piece = 0; piece < layout.pieceCount; piece++) {
    if (!doubtful.has(piece)) {
      if (state?.verified.has(piece) === true) trusted.set(piece);
    } else if (onDisk.has(piece)) {
      check.push(piece);
    }
  }
  const partial = (state?.partial ?? []).filter(({ piece }) => !doubtful.has(piece));
  return { trusted, check, partial };
}
