/** Forces the content of files onto the disk, so that state which vouches for them may be written. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** A file under any of its names; those that do not exist or cannot be opened are passed over. */
export async function syncFiles(candidates: Iterable<readonly string[]>): Promise<void> {
  for (const names of candidates) {
    for (const name of names) if (await syncFile(name)) break;
  }
}

async function syncFile(path: string): Promise<boolean> {
  const file = await open(path, constants.O_RDWR).catch(() => undefined);
  if (file === undefined) return false;
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
  return true;
}
