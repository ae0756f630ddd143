/**
 * What is shared from this page: sent file by file, then hashed and seeded by the daemon, and watched
 * until it is. Invariant: one share is sent at a time, so that each has all of the line; every item ends
 * as sharing or failed, or is taken back.
 */
import type { Share, ShareRequest } from '../../api/contract/torrents.ts';
import { type Chosen, choiceProblem, chosenBytes } from './chosen-files.ts';

export type SharePhase = 'waiting' | 'sending' | 'hashing' | 'sharing' | 'failed';

export interface ShareItem {
  readonly key: number;
  readonly phase: SharePhase;
  readonly name: string;
  readonly fileCount: number | undefined;
  readonly lengthBytes: number;
  /** Sent, then hashed. */
  readonly doneBytes: number;
  /** As the daemon knows it; absent before it does. */
  readonly share?: Share;
  /** Why it failed; or what did not work although it is shared. */
  readonly problem?: string;
}

export interface ShareWishes {
  readonly isPrivate: boolean;
  /** In place of the home tracker's; empty for that. */
  readonly trackers?: readonly string[];
}

/** How the daemon is asked. */
export interface SharePort {
  begin(request: ShareRequest): Promise<Share>;
  /** Tells how much of it has been sent. */
  send(
    id: string,
    index: number,
    file: Blob,
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<Share>;
  get(id: string): Promise<Share>;
  cancel(id: string): Promise<void>;
  wait(ms: number): Promise<void>;
}

const watchMs = 400;

export class ShareUploads {
  readonly #port: SharePort;
  readonly #listeners = new Set<() => void>();
  readonly #aborts = new Map<number, AbortController>();
  /** Of those that can be sent again. */
  readonly #sources = new Map<number, { readonly chosen: Chosen; readonly wishes: ShareWishes }>();
  #items: readonly ShareItem[] = [];
  #nextKey = 1;
  #line: Promise<void> = Promise.resolve();

  constructor(port: SharePort) {
    this.#port = port;
  }

  /** The newest first. */
  get items(): readonly ShareItem[] {
    return this.#items;
  }

  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  /** Files of the browser. Settles when it is shared, failed or taken back. */
  shareFiles(chosen: Chosen, wishes: ShareWishes): Promise<void> {
    const name = chosen.name ?? chosen.files[0]?.file.name ?? 'Nothing';
    const item = this.#add(name, chosen.files.length, chosenBytes(chosen));
    const problem = choiceProblem(chosen);
    if (problem !== undefined) {
      this.#change(item, { phase: 'failed', problem });
      return Promise.resolve();
    }
    this.#sources.set(item, { chosen, wishes });
    const turn = this.#line.then(() => this.#run(item, () => this.#sendAll(item, chosen, wishes)));
    this.#line = turn;
    return turn;
  }

  /** Sends what failed once more, under a new key. */
  retry(key: number): Promise<void> {
    const source = this.#sources.get(key);
    void this.remove(key);
    return source === undefined ? Promise.resolve() : this.shareFiles(source.chosen, source.wishes);
  }

  canRetry(key: number): boolean {
    return this.#sources.has(key);
  }

  /** What lies on the daemon's machine. Rejects when the daemon does not take the path. */
  async sharePath(path: string, wishes: ShareWishes): Promise<void> {
    const share = await this.#port.begin({ path, ...asked(wishes) });
    const item = this.#add(share.name, undefined, share.lengthBytes);
    this.#take(item, share);
    void this.#run(item, () => this.#watch(item, share));
  }

  /** Takes back what is not shared yet; a share that runs only leaves this list. */
  async remove(key: number): Promise<void> {
    const item = this.#items.find((one) => one.key === key);
    this.#aborts.get(key)?.abort();
    this.#sources.delete(key);
    this.#items = this.#items.filter((one) => one.key !== key);
    this.#tell();
    if (item?.share !== undefined && item.phase !== 'sharing') {
      await this.#port.cancel(item.share.id).catch(() => undefined);
    }
  }

  async #sendAll(key: number, chosen: Chosen, wishes: ShareWishes): Promise<void> {
    const signal = this.#aborts.get(key)?.signal ?? AbortSignal.abort();
    this.#change(key, { phase: 'sending' });
    let share = await this.#port.begin({ ...layoutOf(chosen), ...asked(wishes) });
    this.#change(key, { share });
    if (signal.aborted) return this.#port.cancel(share.id);
    let before = 0;
    for (const [index, { file }] of chosen.files.entries()) {
      // Empty files are there as soon as they are announced.
      if (file.size === 0) continue;
      signal.throwIfAborted();
      const onSent = (bytes: number) => this.#change(key, { doneBytes: before + bytes });
      share = await this.#port.send(share.id, index, file, onSent, signal);
      before += file.size;
      onSent(0);
    }
    this.#take(key, share);
    await this.#watch(key, share);
  }

  async #watch(key: number, begun: Share): Promise<void> {
    let share = begun;
    while (share.state === 'receiving' || share.state === 'hashing') {
      await this.#port.wait(watchMs);
      if (this.#aborts.get(key)?.signal.aborted ?? true) return;
      share = await this.#port.get(share.id);
      this.#take(key, share);
    }
  }

  async #run(key: number, work: () => Promise<void>): Promise<void> {
    if (this.#aborts.get(key)?.signal.aborted ?? true) return;
    try {
      await work();
    } catch (error) {
      const id = this.#items.find((item) => item.key === key)?.share?.id;
      if (id !== undefined) await this.#port.cancel(id).catch(() => undefined);
      const problem = error instanceof Error ? error.message : String(error);
      this.#change(key, { phase: 'failed', problem });
    } finally {
      this.#aborts.delete(key);
    }
  }

  #take(key: number, share: Share): void {
    const phase = share.state === 'receiving' ? 'sending' : share.state;
    const { name, lengthBytes, doneBytes, problem } = share;
    const said = problem === undefined ? {} : { problem: problem.message };
    this.#change(key, { phase, name, lengthBytes, doneBytes, share, ...said });
  }

  #add(name: string, fileCount: number | undefined, lengthBytes: number): number {
    const key = this.#nextKey++;
    this.#aborts.set(key, new AbortController());
    const item = { key, phase: 'waiting', name, fileCount, lengthBytes, doneBytes: 0 } as const;
    this.#items = [item, ...this.#items];
    this.#tell();
    return key;
  }

  #change(key: number, change: Partial<ShareItem>): void {
    this.#items = this.#items.map((item) => (item.key === key ? { ...item, ...change } : item));
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The folder is said in each path too, so that a folder in it of the same name stays one. */
function layoutOf({ name, files }: Chosen): ShareRequest {
  const within = name === undefined ? '' : `${name}/`;
  return {
    ...(name !== undefined && { name }),
    files: files.map(({ path, file }) => ({ path: within + path, lengthBytes: file.size })),
  };
}

function asked({ isPrivate, trackers = [] }: ShareWishes): Partial<ShareRequest> {
  return {
    ...(isPrivate && { private: true }),
    ...(trackers.length > 0 && { trackers: [...trackers] }),
  };
}
