/** What is in a .torrent, for who is about to add it. Nothing is hashed: the daemon judges it again. */
import { DecodeError } from '../../base/decode-error.ts';
import { decodeDictionarySlices } from '../../protocol/bencode.ts';
import { parseInfo } from '../../protocol/metainfo.ts';

export interface TorrentPreview {
  readonly name: string;
  readonly lengthBytes: number;
  readonly isPrivate: boolean;
  /** Without padding, numbered as the daemon numbers them. */
  readonly files: readonly PreviewFile[];
}

export interface PreviewFile {
  readonly index: number;
  readonly path: string;
  readonly lengthBytes: number;
}

/** What the daemon takes. */
const maxTorrentBytes = 16 * 1024 * 1024;
const noHashes = { sha1: () => new Uint8Array(20), sha256: () => new Uint8Array(32) };

/** Throws an Error with a sentence for people. */
export function previewTorrent(bytes: Uint8Array): TorrentPreview {
  try {
    const slice = decodeDictionarySlices(bytes, {
      maxDepth: 200,
      tolerateTrailingNewline: true,
    }).get('info');
    if (slice === undefined) throw new Error('This is no .torrent: it describes no files.');
    const info = parseInfo(bytes.subarray(slice.start, slice.end), noHashes);
    const files = info.files.flatMap(({ path, lengthBytes, padding }, index) =>
      padding
        ? []
        : { index, path: (info.singleFile ? path : [info.name, ...path]).join('/'), lengthBytes },
    );
    return { name: info.name, lengthBytes: info.contentBytes, isPrivate: info.private, files };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new Error(`This is no .torrent that can be read: ${error.message}`);
  }
}

export async function readTorrent(file: File): Promise<TorrentPreview> {
  if (file.size > maxTorrentBytes) throw new Error('This is too large for a .torrent.');
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Error('The browser cannot read this file. Was it moved or deleted?');
  }
  return previewTorrent(bytes);
}
