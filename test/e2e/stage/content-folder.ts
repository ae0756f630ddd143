/** Folders of content for transfers: the same bytes every time for the same seed, and their digests. */
import { createCipheriv, createHash, hash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
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

export function makeContent(folder: string, plan: ContentPlan, seed = ''): void {
  for (const [path, lengthBytes] of plan) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, patternedBytes(`${seed} ${path}`, lengthBytes));
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
  for (const path of paths) digests[relative(folder, path)] = digestOf(path);
  return digests;
}

export function digestOf(file: string): string {
  return hash('sha256', readFileSync(file));
}
