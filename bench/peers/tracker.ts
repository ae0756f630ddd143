/** Shoal's tracker, for programs that find each other through one. A fresh one knows no old peers. */
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../test/interop/programs/free-port.ts';
import type { Workspace } from '../workspace.ts';
import { isEvent } from './bench-program.ts';
import { startShoal } from './shoal.ts';

const startMs = 30_000;
const pollMs = 50;

export interface Tracker {
  /** Resolves when this many peers that have everything have announced themselves. */
  seeders(count: number, timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Where the trackers of one benchmark are, one after the other, so that one .torrent serves them all. */
export class TrackerPlace {
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
  }

  static async find(): Promise<TrackerPlace> {
    return new TrackerPlace(await freePort());
  }

  get announceUrl(): string {
    return `http://127.0.0.1:${this.#port}/announce`;
  }

  async start(workspace: Workspace): Promise<Tracker> {
    const process = startShoal(workspace, [
      'tracker',
      '--host',
      '127.0.0.1',
      '--port',
      `${this.#port}`,
    ]);
    await process.seen('the tracker listens', isEvent('listening'), startMs);
    const seeders = async (count: number, timeoutMs = startMs) => {
      const endMs = performance.now() + timeoutMs;
      while ((await seedersOn(this.#port)) < count) {
        if (performance.now() > endMs) throw process.failure('no seeder announced itself');
        await delay(pollMs);
      }
    };
    return { seeders, stop: () => process.stop() };
  }
}

async function seedersOn(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/stats.json`);
  return ((await response.json()) as { seeders: number }).seeders;
}
