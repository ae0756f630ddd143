/**
 * Where a benchmark works: a temporary folder and the processes it starts. Both are gone at the end,
 * on Ctrl-C too.
 */
import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeasuredProcess } from './measured-process.ts';

const writtenAtOnce = 8 << 20;

/** The one file that every torrent here is made of. */
export const contentName = 'content.bin';

export class Workspace {
  readonly dir: string;
  readonly #processes = new Set<MeasuredProcess>();
  readonly #onSignal = (signal: NodeJS.Signals) => {
    this.#removeNow();
    process.exit(128 + constants.signals[signal]);
  };
  #folders = 0;

  /** `parent` defaults to the system's folder for temporary files. */
  constructor(parent = tmpdir()) {
    this.dir = mkdtempSync(join(parent, 'shoal-bench-'));
    process.once('SIGINT', this.#onSignal).once('SIGTERM', this.#onSignal);
  }

  start(name: string, command: string, args: readonly string[]): MeasuredProcess {
    const started = new MeasuredProcess(name, command, args);
    this.#processes.add(started);
    started.ended.then(() => this.#processes.delete(started));
    return started;
  }

  /** A fresh folder. */
  folder(name: string): string {
    const dir = join(this.dir, `${++this.#folders}-${name}`);
    mkdirSync(dir);
    return dir;
  }

  async removeFolder(dir: string): Promise<void> {
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A folder with a file of bytes that do not compress, written out so that no run pays for it. */
  async randomContent(lengthBytes: number): Promise<string> {
    const dir = this.folder('origin');
    const cipher = createCipheriv('aes-128-ctr', randomBytes(16), Buffer.alloc(16));
    const zeros = Buffer.alloc(writtenAtOnce);
    const file = await open(join(dir, contentName), 'w');
    try {
      for (let at = 0; at < lengthBytes; at += writtenAtOnce) {
        await file.write(
          cipher.update(zeros.subarray(0, Math.min(writtenAtOnce, lengthBytes - at))),
        );
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return dir;
  }

  /** A folder with a file that has a length and takes no room. */
  async sparseContent(lengthBytes: number): Promise<string> {
    const dir = this.folder('sparse');
    const file = await open(join(dir, contentName), 'w');
    await file.truncate(lengthBytes);
    await file.close();
    return dir;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#processes].map((each) => each.stop()));
  }

  async close(): Promise<void> {
    process.off('SIGINT', this.#onSignal).off('SIGTERM', this.#onSignal);
    await this.stopAll();
    await this.removeFolder(this.dir);
  }

  #removeNow(): void {
    for (const each of this.#processes) each.killNow();
    // A process that is about to die may still add a file.
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
