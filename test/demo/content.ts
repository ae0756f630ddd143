/**
 * The folder that the demo shares: films, photos, music and notes of made-up bytes, with nested folders,
 * an empty file, and names with spaces and accents; and the comparison of every copy with it.
 */
import { type Cipheriv, createCipheriv, createHash, type Hash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

export const folderName = 'Summer in Åre';

const chunkBytes = 2 ** 20;

export interface MadeContent {
  readonly folder: string;
  readonly lengthBytes: number;
  readonly folderCount: number;
  /** SHA-256 in hex by path below the folder, with slashes. */
  readonly digests: ReadonlyMap<string, string>;
}

type PlannedFile = readonly [path: string, lengthBytes: number];

/** Files of very different sizes that add up to exactly `sizeBytes`. */
function planFiles(sizeBytes: number): PlannedFile[] {
  const share = (part: number) => Math.floor(sizeBytes * part);
  const files: PlannedFile[] = [
    ['films/The crossing – Öresund.mkv', share(0.4)],
    ['films/subtitles/The crossing – svenska.srt', Math.min(71_234, share(0.001))],
    ['music/Café Größenwahn/01 Fjäll och hav.flac', share(0.06)],
    ['music/Café Größenwahn/02 Déjà vu.flac', share(0.05)],
    ['notes/empty on purpose.txt', 0],
    ['notes/packing list.txt', 1_021],
  ];
  for (let day = 1; day <= 3; day++) {
    for (let shot = 1; shot <= 8; shot++) {
      files.push([`photos/day ${day}/IMG ${day}00${shot}.raw`, share(0.01) + day * 1000 + shot]);
    }
  }
  const used = files.reduce((sum, [, lengthBytes]) => sum + lengthBytes, 0);
  return [...files, ['films/The long way home.mkv', sizeBytes - used]];
}

/** Writes the folder below `parent`. The bytes are new each time, so that nothing comes from a cache. */
export async function makeContent(
  parent: string,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<MadeContent> {
  const folder = join(parent, folderName);
  const digests = new Map<string, string>();
  const folders = new Set<string>();
  const cipher = createCipheriv('aes-128-ctr', randomBytes(16), randomBytes(16));
  for (const [path, lengthBytes] of planFiles(sizeBytes)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(at);
    const handle = await open(file, 'wx');
    try {
      digests.set(path, await fill(handle, lengthBytes, cipher, signal));
    } finally {
      await handle.close();
    }
  }
  return { folder, lengthBytes: sizeBytes, folderCount: folders.size, digests };
}

async function fill(
  handle: FileHandle,
  lengthBytes: number,
  cipher: Cipheriv,
  signal: AbortSignal,
): Promise<string> {
  const digest = createHash('sha256');
  const zeros = Buffer.alloc(Math.min(chunkBytes, lengthBytes));
  for (let left = lengthBytes; left > 0; left -= zeros.length) {
    signal.throwIfAborted();
    const chunk = cipher.update(left < zeros.length ? zeros.subarray(0, left) : zeros);
    digest.update(chunk);
    await handle.writeFile(chunk);
  }
  return digest.digest('hex');
}

/** Throws an Error that names the first file of the copy that is missing, different or too many. */
export async function compareCopy(
  made: MadeContent,
  copy: string,
  signal: AbortSignal,
): Promise<void> {
  const entries = await readdir(copy, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(copy, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  for (const path of files) {
    if (!made.digests.has(path)) throw new Error(`${join(copy, path)} is no part of the content`);
  }
  for (const [path, wanted] of made.digests) {
    const file = join(copy, path);
    if (!files.includes(path)) throw new Error(`${file} is missing`);
    const digest = await hashFile(file, createHash('sha256'), signal);
    if (digest !== wanted) throw new Error(`${file} differs from the original`);
  }
}

async function hashFile(file: string, digest: Hash, signal: AbortSignal): Promise<string> {
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes, signal })) {
    digest.update(chunk as Buffer);
  }
  return digest.digest('hex');
}
