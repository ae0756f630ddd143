/**
 * Order and place of the files of a new torrent: what is hashed, and in what order (BEP 3 `files`;
 * BEP 47 padding; BEP 52 file tree).
 */
import { compareBytes } from '../base/bytes.ts';
import { encodeUtf8 } from '../base/text.ts';
import type { MetainfoVersion } from './metainfo-types.ts';

export interface TorrentFileInput {
  /** Relative to the torrent's root folder. Bytes where a name is not UTF-8. */
  readonly path: readonly (string | Uint8Array)[];
  readonly lengthBytes: number;
  /** Written as BEP 47 `attr`; changes the info-hash. */
  readonly executable?: boolean;
}

export interface LaidOutFile extends TorrentFileInput {
  readonly offsetBytes: number;
  /** Zeros, hashed but never stored. */
  readonly padding: boolean;
}

/**
 * The order of a new torrent. Version 1: bytewise over the path joined by "/", as mktorrent sorts, so
 * `b.txt` comes before `b/c`; transmission-create ignores letter case and leaves out empty files.
 * Version 2 and hybrid: bytewise component by component, which is the order of the file tree's sorted
 * dictionaries, so `b/c` comes first.
 */
export function sortFiles<T extends { readonly path: TorrentFileInput['path'] }>(
  files: readonly T[],
  version: MetainfoVersion,
): T[] {
  const keyed = files.map((file) => ({ file, key: sortKey(file.path, version) }));
  return keyed.sort((a, b) => compareBytes(a.key, b.key)).map(({ file }) => file);
}

function sortKey(path: TorrentFileInput['path'], version: MetainfoVersion): Uint8Array {
  const separator = version === '1' ? 0x2f : 0;
  const bytes: number[] = [];
  for (const [i, component] of path.entries()) {
    // A name holds no NUL, so NUL between components orders a folder before its longer namesakes.
    if (i > 0) bytes.push(separator);
    for (const byte of typeof component === 'string' ? encodeUtf8(component) : component) {
      bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}

/**
 * Places the files in the piece space. In a hybrid torrent of several files, padding fills up the last
 * piece of each, the last file's too, as BEP 52's reference creator and libtorrent have it; in version 2
 * files are moved to piece boundaries and the gaps belong to nobody.
 */
export function layOutFiles(
  files: readonly TorrentFileInput[],
  pieceLength: number,
  version: MetainfoVersion,
): LaidOutFile[] {
  const laidOut: LaidOutFile[] = [];
  let end = 0;
  for (const file of files) {
    laidOut.push({ ...file, offsetBytes: end, padding: false });
    end += file.lengthBytes;
    const gap = (pieceLength - (end % pieceLength)) % pieceLength;
    if (version === '1' || gap === 0 || files.length === 1) continue;
    if (version === 'hybrid') {
      const path = ['.pad', String(gap)];
      laidOut.push({ path, lengthBytes: gap, offsetBytes: end, padding: true });
    }
    end += gap;
  }
  return laidOut;
}
