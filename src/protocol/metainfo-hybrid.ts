/**
 * Agreement of the two halves of a hybrid torrent (BEP 52, "upgrade path"; padding of BEP 47).
 * Invariant of the result: the version 1 list, padding included, where each real file has the same
 * path, length and place as in the file tree, and carries its merkle root.
 */
import { DecodeError } from '../base/decode-error.ts';
import type { DictionaryFields } from './metainfo-fields.ts';
import type { MetainfoFile } from './metainfo-types.ts';
import type { FileList } from './metainfo-v1.ts';

/** Throws DecodeError where a peer that reads one half would lay out other files than one that reads the other. */
export function checkHybrid(
  v1: FileList,
  v2: FileList,
  pieceLength: number,
  info: DictionaryFields,
): FileList {
  const files: MetainfoFile[] = [];
  let next = 0;
  for (const file of v1.files) {
    if (file.padding) {
      if (file.lengthBytes >= pieceLength) throw mismatch(info, 'padding is as long as a piece');
      files.push(file);
      continue;
    }
    const twin = v2.files[next++];
    if (twin === undefined) throw mismatch(info, 'the version 1 list has more files');
    checkTwins(file, twin, info);
    files.push(twin.piecesRoot ? { ...file, piecesRoot: twin.piecesRoot } : file);
  }
  if (next < v2.files.length) throw mismatch(info, 'the file tree has more files');
  return { ...v1, files };
}

function checkTwins(file: MetainfoFile, twin: MetainfoFile, info: DictionaryFields): void {
  const shown = `"${file.path.join('/').slice(0, 200)}"`;
  if (file.path.join('/') !== twin.path.join('/')) {
    throw mismatch(info, `${shown} stands where the file tree has another name`);
  }
  if (file.lengthBytes !== twin.lengthBytes) {
    throw mismatch(info, `${shown} differs in length`);
  }
  if (file.lengthBytes > 0 && file.offsetBytes !== twin.offsetBytes) {
    throw mismatch(info, `${shown} is not padded to a piece boundary`);
  }
}

function mismatch(info: DictionaryFields, message: string): DecodeError {
  return new DecodeError(
    'METAINFO_HYBRID_MISMATCH',
    `the version 1 and version 2 parts disagree: ${message},`,
    info.offset('file tree'),
  );
}
