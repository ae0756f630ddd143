/**
 * The lists an operator writes by hand: info-hashes and pass keys, one a line, `#` for comments.
 * Invariant: a file is taken as a whole or refused as a whole, with the line that is wrong.
 */
import { readFile } from 'node:fs/promises';
import { fromHex } from '../base/hex.ts';
import { isPasskey } from '../tracker/access.ts';

/** `message` names the file, the line and what is wrong with it. */
export class ListFileError extends Error {
  override readonly name = 'ListFileError';
  readonly code = 'CONFIG_BAD_LIST';
}

/** Rejects with ListFileError, or with what the file system says. */
export async function readInfoHashes(path: string): Promise<Uint8Array[]> {
  return readLines(path, '40 hex digits of an info-hash', (word) => {
    const infoHash = word.length === 40 ? fromHex(word.toLowerCase()) : undefined;
    return infoHash;
  });
}

/** Each with the comment behind it dropped. Rejects as `readInfoHashes` does. */
export async function readPasskeys(path: string): Promise<string[]> {
  const wanted = 'a pass key of 8 to 64 letters, digits, - or _';
  return readLines(path, wanted, (word) => (isPasskey(word) ? word : undefined));
}

async function readLines<T>(
  path: string,
  wanted: string,
  parse: (word: string) => T | undefined,
): Promise<T[]> {
  const text = await readFile(path, 'utf8');
  const found: T[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const word = line.replace(/#.*$/, '').trim();
    if (word === '') continue;
    const value = parse(word);
    if (value === undefined) {
      throw new ListFileError(
        `${path}, line ${index + 1}: expected ${wanted}. Nothing of the file is used.`,
      );
    }
    found.push(value);
  }
  return found;
}
