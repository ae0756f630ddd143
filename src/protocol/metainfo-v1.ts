/**
 * The version 1 part of an info dictionary (BEP 3, "info dictionary"; attributes of BEP 47).
 * Invariant: files lie in the piece space without gaps, in the order of the list.
 */
import { DecodeError } from '../base/decode-error.ts';
import { decodeLatin1, decodeUtf8 } from '../base/text.ts';
import {
  type BencodeDictionary,
  type BencodeOptions,
  type BencodeValue,
  visitBencodeList,
} from './bencode.ts';
import { type DictionaryFields, fileAttributes } from './metainfo-fields.ts';
import type { MetainfoFile } from './metainfo-types.ts';
import { type PathRules, safePath } from './safe-path.ts';
import { UniquePaths } from './unique-paths.ts';

export const maxFiles = 1_000_000;
/** A path of a hundred components and some keys to spare; one file's entry cannot grow beyond it. */
const entryLimits: BencodeOptions = { maxNodes: 10_000, maxDepth: 10 };

export interface FileList {
  readonly files: readonly MetainfoFile[];
  /** End of the last file in the piece space. */
  readonly lengthBytes: number;
  readonly singleFile: boolean;
}

/** Throws DecodeError. `name` is the torrent's safe name. */
export function parseFilesV1(info: DictionaryFields, name: string, rules: PathRules): FileList {
  if (!info.has('files')) return singleFile(info, name);
  if (!info.isList('files')) throw info.wrong('files', 'a list');
  const files: MetainfoFile[] = [];
  const paths = new UniquePaths(rules);
  let offsetBytes = 0;
  visitBencodeList(info.bytes, info.offset('files'), entryLimits, (item, at) => {
    if (!(item instanceof Map)) {
      throw new DecodeError('METAINFO_WRONG_TYPE', 'an entry of "files" is not a dictionary', at);
    }
    if (files.length === maxFiles) {
      throw new DecodeError('METAINFO_TOO_MANY_FILES', `more than ${maxFiles} files`, at);
    }
    const given = fileAttributes(item.get('attr'));
    const components = given.padding ? [] : rawPath(item, at);
    const attributes = { ...given, padding: given.padding || isOldPadding(components) };
    // BEP 47: a link takes no room, whatever length it states.
    const lengthBytes = attributes.symlink ? 0 : fileLength(item.get('length'), offsetBytes, at);
    const path = attributes.padding
      ? ['.pad', String(lengthBytes)]
      : paths.claim(safePath(components, rules));
    files.push({ path, lengthBytes, offsetBytes, ...attributes });
    offsetBytes += lengthBytes;
    return true;
  });
  return { files, lengthBytes: offsetBytes, singleFile: false };
}

function singleFile(info: DictionaryFields, name: string): FileList {
  if (!info.has('length')) {
    throw new DecodeError(
      'METAINFO_MISSING_KEY',
      'neither "files" nor "length" is there: the torrent names no content',
      info.offset('files'),
    );
  }
  const attributes = fileAttributes(info.optionalBytes('attr'));
  const lengthBytes = fileLength(info.integer('length'), 0, info.offset('length'));
  const file = { path: [name], lengthBytes, offsetBytes: 0, ...attributes };
  return {
    files: [{ ...file, padding: false, symlink: false }],
    lengthBytes,
    singleFile: true,
  };
}

/** Throws DecodeError unless this is a length that keeps the whole within 2^53 − 1 bytes. */
export function fileLength(
  value: BencodeValue | undefined,
  offsetBytes: number,
  errorOffset: number,
): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw new DecodeError('METAINFO_BAD_LENGTH', 'a file has no length', errorOffset);
  }
  if (value < 0) {
    throw new DecodeError('METAINFO_BAD_LENGTH', `a file has the length ${value}`, errorOffset);
  }
  if (typeof value === 'bigint' || !Number.isSafeInteger(offsetBytes + value)) {
    throw new DecodeError('METAINFO_TOO_LARGE', 'the files exceed 2^53 − 1 bytes', errorOffset);
  }
  return value;
}

/** `path.utf-8`, which some programs add beside a `path` in another encoding, is preferred where it is sound. */
function rawPath(entry: BencodeDictionary, errorOffset: number): Uint8Array[] {
  const preferred = entry.get('path.utf-8');
  if (isByteStrings(preferred) && preferred.every((part) => decodeUtf8(part) !== undefined)) {
    return preferred;
  }
  const path = entry.get('path');
  if (isByteStrings(path)) return path;
  throw new DecodeError(
    'METAINFO_BAD_PATH',
    'the path of a file is not a list of strings',
    errorOffset,
  );
}

/** How BitComet marked padding before BEP 47; its torrents are many. */
function isOldPadding(path: readonly Uint8Array[]): boolean {
  const name = path.at(-1);
  return (
    name !== undefined && decodeLatin1(name, 0, Math.min(18, name.length)) === '_____padding_file_'
  );
}

function isByteStrings(value: BencodeValue | undefined): value is Uint8Array[] {
  return Array.isArray(value) && value.every((part) => part instanceof Uint8Array);
}
