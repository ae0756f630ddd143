/** Which piece lengths are possible (BEP 3, BEP 52) and which one suits a new torrent. */

/** BEP 52: a version 2 piece is a power of two and no smaller; new torrents stay above it in every version. */
export const minPieceLengthV2 = 16 * 1024;
/** A piece is verified in memory, and offsets within one travel as 32 bits: nothing larger is accepted. */
export const maxPieceLength = 2 ** 30;

const largestAutomatic = 16 * 1024 * 1024;
const piecesAimedAt = 1500;

/**
 * The power of two between 16 KiB and 16 MiB that cuts the content into about 1,500 pieces (1,061 to
 * 2,121): fine enough to share early, and a .torrent of some 30 KB.
 */
export function automaticPieceLength(totalBytes: number): number {
  const exact = totalBytes / piecesAimedAt;
  let length = minPieceLengthV2;
  // The next power of two is nearer, by ratio, once the exact length is past √2 of this one.
  while (length < largestAutomatic && exact > length * Math.SQRT2) length *= 2;
  return length;
}

/** For possible piece lengths; false for anything above 2^30. */
export function isPowerOfTwo(value: number): boolean {
  const inRange = Number.isInteger(value) && value >= 1 && value <= maxPieceLength;
  return inRange && (value & (value - 1)) === 0;
}
