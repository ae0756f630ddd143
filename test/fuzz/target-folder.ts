/** A folder for a target that reads files: made when it is first needed, gone with the campaign. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class TargetFolder {
  #path: string | undefined;

  file(name: string): string {
    this.#path ??= mkdtempSync(join(tmpdir(), 'shoal-fuzz-'));
    return join(this.#path, name);
  }

  /** The next use makes another. */
  remove(): void {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true });
    this.#path = undefined;
  }
}
