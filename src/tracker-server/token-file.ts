/** The tokens for publishing: one a line, `#` for comments, in a file that only its owner can read. */
import { readFile, writeFile } from 'node:fs/promises';
import { toHex } from '../base/hex.ts';
import { errorCode } from '../node/socket-cause.ts';
import { secretBytes } from '../node/system-random.ts';

/** Makes the file with a new token when there is none. Rejects with what the file system says. */
export async function readOrMakeTokens(path: string): Promise<string[]> {
  try {
    const text = await readFile(path, 'utf8');
    const words = text.split(/\r?\n/).map((line) => line.replace(/#.*$/, '').trim());
    return words.filter((word) => word !== '');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    const token = toHex(secretBytes(24));
    await writeFile(path, `${token}\n`, { mode: 0o600, flag: 'wx' });
    return [token];
  }
}
