/**
 * Files that are being sent to be shared: a folder of their own beside the downloads, which gets its
 * final name when the torrent is made.
 * Invariants: each file has exactly the bytes that were announced, or it is not there; nothing is written
 * outside that folder; a record in the daemon's folder names it, so that it is removed after a crash.
 */
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/text.ts';
import { readFileCapped, writeFileAtomically } from '../../node/atomic-file.ts';
import { ensureFolder } from '../../node/disk/safe-folder.ts';
import { makeFolders } from '../../node/make-folders.ts';
import { numberedName } from '../../protocol/safe-path.ts';
import { isThere, nameWithoutReplacing } from '../content/copy-file.ts';
import type { ShareLayout } from './share-layout.ts';

const mostAtOnce = 8;

export class ShareUpload {
  readonly #layout: ShareLayout;
  /** Holds the folder; downloads go there. */
  readonly #dir: string;
  readonly #folder: string;
  readonly #recordPath: string;
  readonly #states: ('missing' | 'coming' | 'here')[];
  #receivedBytes = 0;

  private constructor(dir: string, recordPath: string, layout: ShareLayout) {
    this.#dir = dir;
    this.#folder = join(dir, folderName(basename(recordPath)));
    this.#recordPath = recordPath;
    this.#layout = layout;
    this.#states = layout.files.map(() => 'missing');
  }

  /** `records` is the folder for records, in the daemon's own. */
  static async begin(
    dir: string,
    records: string,
    id: string,
    layout: ShareLayout,
  ): Promise<ShareUpload> {
    await makeFolders(records, 0o700);
    const upload = new ShareUpload(dir, join(records, id), layout);
    await writeFileAtomically(upload.#recordPath, encodeUtf8(upload.#folder));
    await makeFolders(dir);
    await mkdir(upload.#folder);
    if (!layout.isSingleFile) await mkdir(upload.path);
    for (const [index, { lengthBytes }] of layout.files.entries()) {
      if (lengthBytes === 0) await upload.receive(index, noBytes(), new AbortController().signal);
    }
    return upload;
  }

  /** Where the file or folder lies now. */
  get path(): string {
    return join(this.#folder, this.#layout.name);
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get isComplete(): boolean {
    return this.#states.every((state) => state === 'here');
  }

  /** Rejects with DaemonRefusal, or what the file system says; then the file is missing as before. */
  async receive(
    index: number,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void> {
    const file = this.#layout.files[index];
    if (file === undefined) {
      throw new DaemonRefusal('NOT_FOUND', `The share has no file ${index}`);
    }
    if (this.#states[index] === 'coming') {
      throw new DaemonRefusal('NAME_TAKEN', `File ${index} is being sent already. Wait for it`);
    }
    if (this.#states.filter((state) => state === 'coming').length >= mostAtOnce) {
      const message = `At most ${mostAtOnce} files are taken at once. Send it when another is done`;
      throw new DaemonRefusal('TOO_MANY_REQUESTS', message, { retryAfterSeconds: 1 });
    }
    if (this.#states[index] === 'here') this.#receivedBytes -= file.lengthBytes;
    this.#states[index] = 'coming';
    const path = this.#layout.isSingleFile ? this.path : join(this.path, ...file.path);
    let writtenBytes = 0;
    try {
      if (!this.#layout.isSingleFile) ensureFolder(this.path, file.path.slice(0, -1));
      await rm(path, { force: true });
      const handle = await open(path, newFile, 0o666);
      try {
        for await (const chunk of bytes) {
          signal.throwIfAborted();
          if (writtenBytes + chunk.length > file.lengthBytes) throw tooLong(file.lengthBytes);
          await handle.writeFile(chunk);
          writtenBytes += chunk.length;
          this.#receivedBytes += chunk.length;
        }
      } finally {
        await handle.close();
      }
      signal.throwIfAborted();
      if (writtenBytes < file.lengthBytes) throw tooShort(writtenBytes, file.lengthBytes);
      this.#states[index] = 'here';
    } catch (error) {
      this.#states[index] = 'missing';
      this.#receivedBytes -= writtenBytes;
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** The name that it can have beside the downloads. */
  async freeName(): Promise<string> {
    const { name } = this.#layout;
    for (let number = 2, free = name; ; number++) {
      if (!(await isThere(join(this.#dir, free)))) return free;
      free = numberedName(name, number);
    }
  }

  /** It is one of the downloads from here on; rejects when the name was taken in between. */
  async place(name: string): Promise<void> {
    const target = join(this.#dir, name);
    if (this.#layout.isSingleFile) await nameWithoutReplacing(this.path, target);
    else if (await isThere(target)) throw new Error(`${target} is there already`);
    else await rename(this.path, target);
    await this.remove();
  }

  /** Idempotent. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await rm(this.#recordPath, { force: true });
  }
}

/** What an earlier run left behind. Nothing but folders of this kind is removed. */
export async function removeAbandonedUploads(records: string): Promise<void> {
  for (const id of await readdir(records).catch(() => [])) {
    const bytes = await readFileCapped(join(records, id), 16_384).catch(() => undefined);
    const folder = bytes === undefined ? undefined : decodeUtf8(bytes);
    const isOurs =
      folder !== undefined &&
      isAbsolute(folder) &&
      basename(folder) === folderName(id) &&
      dirname(folder) !== folder;
    const stats = isOurs ? await lstat(folder).catch(() => undefined) : undefined;
    if (isOurs && stats?.isDirectory() === true) await rm(folder, { recursive: true, force: true });
    await rm(join(records, id), { force: true });
  }
}

const newFile =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

function folderName(id: string): string {
  return `.shoal-share-${id}`;
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}

function tooLong(lengthBytes: number): DaemonRefusal {
  return new DaemonRefusal(
    'TOO_LARGE',
    `The file was announced with ${lengthBytes} bytes and has more. Announce it anew`,
  );
}

function tooShort(writtenBytes: number, lengthBytes: number): DaemonRefusal {
  const message = `The file ended after ${writtenBytes} of ${lengthBytes} bytes. Send it again`;
  return new DaemonRefusal('BAD_REQUEST', message);
}
