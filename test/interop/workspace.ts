/** Where one test file works: a temporary folder, the content, and whatever has to end with it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeContent } from './content.ts';
import type { Running } from './programs/program.ts';

export class Workspace {
  readonly dir: string;
  readonly contentName: string;
  readonly #running = new Set<Running>();
  #folders = 0;

  private constructor(dir: string, contentName: string) {
    this.dir = dir;
    this.contentName = contentName;
  }

  /** With the content in its folder `origin`. */
  static async open(contentName = 'Shared things – räka'): Promise<Workspace> {
    const dir = await mkdtemp(join(tmpdir(), 'shoal-interop-'));
    const workspace = new Workspace(dir, contentName);
    await makeContent(workspace.content, contentName);
    return workspace;
  }

  /** The folder that holds the content's folder, as a seeder is told it. */
  get origin(): string {
    return join(this.dir, 'origin');
  }

  get content(): string {
    return join(this.origin, this.contentName);
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** A fresh folder to download into. */
  async target(name: string): Promise<string> {
    const dir = join(this.dir, `${++this.#folders}-${name}`);
    await mkdir(dir);
    return dir;
  }

  /** Ends it with the workspace, if the test does not before. */
  async keep<T extends Running>(starting: Promise<T>): Promise<T> {
    const running = await starting;
    this.#running.add(running);
    return running;
  }

  async end(running: Running): Promise<void> {
    this.#running.delete(running);
    await running.stop();
  }

  /** Stops what still runs, the newest first, and removes the folder. */
  async close(): Promise<void> {
    for (const running of [...this.#running].toReversed()) await running.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}
