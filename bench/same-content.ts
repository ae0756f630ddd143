/** Whether a copy is right: a fast transfer of wrong bytes is no result. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { contentName } from './workspace.ts';

export class ContentCheck {
  readonly #originFile: string;
  #originHash: Promise<string> | undefined;

  /** `origin` is the folder that holds the content. */
  constructor(origin: string) {
    this.#originFile = join(origin, contentName);
  }

  /** Throws when the copy in `dir` differs. */
  async check(who: string, dir: string): Promise<void> {
    const copy = join(dir, contentName);
    const [wanted, got] = await Promise.all([stat(this.#originFile), stat(copy)]);
    if (wanted.size !== got.size) {
      throw new Error(`${who}: the copy has ${got.size} bytes, not ${wanted.size}`);
    }
    this.#originHash ??= hashOf(this.#originFile);
    if ((await hashOf(copy)) !== (await this.#originHash)) {
      throw new Error(`${who}: the copy differs from the original`);
    }
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}
