/**
 * Where one end-to-end test plays: a temporary folder, and the processes, clients and trackers that
 * have to end with it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client,
  type ClientOptions,
  type CreateTorrentOptions,
  createTorrent,
} from '../../../src/index.ts';
import { type ContentPlan, makeContent, mixedContent } from './content-folder.ts';
import { type StartOptions, TransferProcess } from './transfer-process.ts';

export interface RunningTracker {
  readonly process: TransferProcess;
  readonly http: string;
  readonly udp: string;
}

export class Stage {
  readonly dir: string;
  readonly #endings: (() => Promise<unknown>)[] = [];
  #names = 0;

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** Opens a stage for the time of `play`; a failure carries what the processes said. */
  static async set(play: (stage: Stage) => Promise<void>): Promise<void> {
    const stage = new Stage(await mkdtemp(join(tmpdir(), 'shoal-e2e-')));
    try {
      await play(stage);
    } finally {
      for (const end of stage.#endings.reverse()) await end();
      await rm(stage.dir, { recursive: true, force: true });
    }
  }

  path(...parts: readonly string[]): string {
    return join(this.dir, ...parts);
  }

  /** A path that nothing is at yet. */
  fresh(name: string): string {
    return this.path(`${++this.#names}-${name}`);
  }

  /** Runs when the stage closes, the latest first. */
  onEnd(end: () => Promise<unknown>): void {
    this.#endings.push(end);
  }

  /** Makes `origin/NAME`; returns its path. */
  async content(name = 'Shared things – räka', plan: ContentPlan = mixedContent): Promise<string> {
    const folder = this.path('origin', name);
    makeContent(folder, plan, name);
    return folder;
  }

  /** Writes a .torrent of the path next to nothing else; returns file, bytes and metainfo. */
  async torrent(path: string, options: CreateTorrentOptions = {}) {
    const created = await createTorrent(path, options);
    const file = `${this.fresh('content')}.torrent`;
    await writeFile(file, created.bytes);
    return { ...created, file };
  }

  /** In the stage's folder unless told, so that what a command leaves behind goes with it. */
  start(args: readonly string[], options: StartOptions = {}): TransferProcess {
    const started = new TransferProcess(args, { cwd: this.dir, ...options });
    this.onEnd(() => started.kill());
    return started;
  }

  /** Keeps its state in a folder of its own, unless told to share one. */
  transfer(
    args: readonly string[],
    options: StartOptions & { state?: string } = {},
  ): TransferProcess {
    const state = options.state ?? this.fresh('state');
    return this.start([...args, '--state-dir', state], options);
  }

  async tracker(...args: readonly string[]): Promise<RunningTracker> {
    const started = this.start(['tracker', '--host', '127.0.0.1', '--port', '0', ...args]);
    const [http, udp] = (await started.until('listening')).announceUrls as [string, string];
    return { process: started, http, udp };
  }

  async client(options: ClientOptions = {}): Promise<Client> {
    const client = await Client.open({ host: '127.0.0.1', ...options });
    this.onEnd(() => client.close());
    return client;
  }
}
