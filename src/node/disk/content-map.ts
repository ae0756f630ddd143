/**
 * Where the bytes of a torrent's pieces lie in its files. Pure arithmetic over the concatenated byte
 * space; padding files (BEP 47) have a place in it and none on the disk.
 */
import type { FileSpan } from '../../engine/layout.ts';

export interface ContentFile extends FileSpan {
  /** Components below the storage's root folder, made safe by the reader of the metainfo. */
  readonly path: readonly string[];
  /** Zeros that are never on the disk (BEP 47). Symlink entries count as padding: they are not created. */
  readonly padding: boolean;
  readonly executable?: boolean;
}

/** A run of bytes in one file. */
export interface Segment {
  readonly file: number;
  readonly fileOffset: number;
  /** Position relative to the start of the range that was asked for. */
  readonly rangeOffset: number;
  readonly lengthBytes: number;
}

/** Files must be in ascending order of `offsetBytes`, as metainfo lists them. */
export function segmentsOf(
  files: readonly ContentFile[],
  startBytes: number,
  lengthBytes: number,
): Segment[] {
  const segments: Segment[] = [];
  const endBytes = startBytes + lengthBytes;
  for (let i = firstFileEndingAfter(files, startBytes); i < files.length; i++) {
    const file = files[i]!;
    if (file.offsetBytes >= endBytes) break;
    const from = Math.max(startBytes, file.offsetBytes);
    const to = Math.min(endBytes, file.offsetBytes + file.lengthBytes);
    if (to <= from) continue;
    segments.push({
      file: i,
      fileOffset: from - file.offsetBytes,
      rangeOffset: from - startBytes,
      lengthBytes: to - from,
    });
  }
  return segments;
}

function firstFileEndingAfter(files: readonly ContentFile[], position: number): number {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const file = files[middle]!;
    if (file.offsetBytes + file.lengthBytes > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
