/** Folders of content for transfers: the same bytes every time for the same seed, and their digests. */
import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const KiB = 1024;

export type ContentPlan = readonly (readonly [path: string, lengthBytes: number])[];

/** What trips clients up: depth, spaces, accents, an empty file, files that share and straddle pieces. */
export const mixedContent: ContentPlan = [
  ['Été à la mer.bin', 3 * KiB * KiB + 123],
  ['nested/deeper still/räka.bin', 2 * KiB * KiB],
  ['nested/one block.bin', 16 * KiB],
  ['nested/empty file', 0],
  ['nested/tiny.txt', 13],
  ['zuletzt.dat', KiB * KiB + 1],
];

export function lengthOf(plan: ContentPlan): number {
  return plan.reduce((sum, [, lengthBytes]) => sum + lengthBytes, 0);
}

export async function makeContent(folder: string, plan: ContentPlan, seed = ''): Promise<void> {
  for (const [path, lengthBytes] of plan) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, patternedBytes(`${seed} ${path}`, lengthBytes));
  }
}

/** Bytes that look random and come from the seed alone. */
export function patternedBytes(seed: string, lengthBytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(lengthBytes));
}

/** SHA-256 in hex of every file below the folder, by its path. */
export async function digestsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const digests: Record<string, string> = {};
  for (const path of paths) digests[relative(folder, path)] = await digestOf(path);
  return digests;
}

export async function digestOf(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    digest.update(chunk as Buffer);
  }
  return digest.digest('hex');
}
