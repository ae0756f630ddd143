/**
 * The folder that the interop tests share: small, but with what trips clients up: nested folders, an
 * empty file, spaces and accents in names, files that end within, on and beyond a piece's border.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const MiB = 1 << 20;
export const emptyFile = 'nested/empty file';
const files: readonly (readonly [path: string, lengthBytes: number])[] = [
  ['Räksmörgås och kaffe.bin', 9 * MiB + 123],
  ['nested/deeper/still deeper/données.bin', 8 * MiB],
  ['nested/deeper/one piece.bin', MiB / 4],
  [emptyFile, 0],
  ['nested/tiny.txt', 13],
  ['zuletzt – größer.dat', 4 * MiB + 1],
];

export const contentLength = files.reduce((sum, [, lengthBytes]) => sum + lengthBytes, 0);

/** Makes the folder; the same bytes every time for the same seed. */
export async function makeContent(folder: string, seed: string): Promise<void> {
  for (const [path, lengthBytes] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, patternedBytes(`${seed} ${path}`, lengthBytes));
  }
}

/** Bytes that look random and come from the seed alone. */
function patternedBytes(seed: string, lengthBytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  return cipher.update(Buffer.alloc(lengthBytes));
}

/** SHA-256 in hex of every file in the folder, by its path. */
export async function hashesOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const hashes: Record<string, string> = {};
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    hashes[relative(folder, path).normalize('NFC')] = hash;
  }
  return hashes;
}
