/** A file system of a few megabytes for one test, mounted where that is permitted. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Stage } from './stage.ts';

const run = promisify(execFile);

/** Mounts it until the stage closes; returns why that cannot be, for skipping the test. */
export async function mountSmallDisk(
  stage: Stage,
  dir: string,
  lengthBytes: number,
): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'needs tmpfs, which only Linux has';
  await mkdir(dir, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${lengthBytes}`, 'tmpfs', dir]);
  } catch {
    return 'mounting is not permitted here: run the tests as root to see this one';
  }
  stage.onEnd(() => run('umount', [dir]));
  return undefined;
}
