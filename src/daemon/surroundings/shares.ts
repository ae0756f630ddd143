/**
 * Data that becomes a torrent on this daemon: named on its machine, or sent to it; then hashed, listed
 * in the home tracker's catalog, seeded.
 * Invariants: only data in allowed folders is shared, and never the daemon's own; what is sent stays out
 * of sight until it is whole, and is removed when nobody sends any more.
 */
import { randomBytes } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Share, ShareRequest } from '../../api/contract/torrents.ts';
import type { FoldersPort, SharesPort } from '../../api/service/daemon-ports.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import type { Metainfo } from '../../protocol/metainfo-types.ts';
import { createTorrent } from '../torrent-files/create-torrent.ts';
import { magnetOf } from '../torrent-files/magnet-link.ts';
import type { Listing } from './publish-share.ts';
import { layOutShare } from './share-layout.ts';
import { removeAbandonedUploads, ShareUpload } from './share-upload.ts';

export interface SharesOptions {
  readonly folders: FoldersPort;
  /** Never shared. */
  readonly dataDir: string;
  /** Announce URLs for what names none; the first is the home tracker. */
  homeTrackers(): readonly string[];
  /** Seeds data that was hashed just now. Rejects with DaemonRefusal TORRENT_DUPLICATE when it is here. */
  seed(torrent: Uint8Array, dir: string): Promise<unknown>;
  /** Into the home tracker's catalog. Never rejects. */
  publish(torrent: Uint8Array, announceUrl: string, signal: AbortSignal): Promise<Listing>;
  /** What nobody sends to for so long is given up; an hour unless told. */
  readonly idleMs?: number;
}

interface OpenShare {
  share: Share;
  readonly request: ShareRequest;
  readonly upload: ShareUpload | undefined;
  readonly abort: AbortController;
  usedAtMs: number;
}

const mostReceiving = 20;
/** Ended ones are remembered until there are so many. */
const mostRemembered = 1000;
const sweepMs = 60_000;
/** A tracker that serves only its catalog has to know the torrent before the first announce. */
const publishPatienceMs = 2000;

export class Shares implements SharesPort {
  readonly #options: SharesOptions;
  readonly #recordsPath: string;
  readonly #shares = new Map<string, OpenShare>();
  readonly #sweeper: NodeJS.Timeout;
  /** One is hashed at a time, on all cores. */
  #hashing: Promise<void> = Promise.resolve();
  readonly #cleaned: Promise<void>;

  constructor(options: SharesOptions) {
    this.#options = options;
    this.#recordsPath = join(options.dataDir, 'uploads');
    this.#cleaned = removeAbandonedUploads(this.#recordsPath).catch(() => undefined);
    const everyMs = Math.min(sweepMs, options.idleMs ?? sweepMs);
    this.#sweeper = setInterval(() => this.#sweep(), everyMs);
  }

  async begin(request: ShareRequest): Promise<Share> {
    await this.#cleaned;
    if ((request.path === undefined) === (request.files === undefined)) {
      throw new DaemonRefusal('BAD_REQUEST', 'Name either path or files', { field: 'path' });
    }
    this.#makeRoom();
    return request.path === undefined
      ? this.#beginUpload(request)
      : this.#beginPath(request, request.path);
  }

  get(id: string): Share {
    return this.#find(id).share;
  }

  async receive(id: string, index: number, bytes: AsyncIterable<Uint8Array>): Promise<Share> {
    const open = this.#find(id);
    const { upload, share } = open;
    if (upload === undefined || share.state !== 'receiving') {
      throw new DaemonRefusal('BAD_REQUEST', 'The share takes no files any more. Begin another');
    }
    const counted = this.#counted(open, bytes);
    await upload.receive(index, counted, open.abort.signal);
    this.#tell(open, { doneBytes: upload.receivedBytes });
    if (upload.isComplete && open.share.state === 'receiving') this.#hashSoon(open);
    return open.share;
  }

  async cancel(id: string): Promise<void> {
    const open = this.#find(id);
    this.#shares.delete(id);
    await this.#giveUp(open);
  }

  /** Idempotent. What is not shared yet is given up. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#cleaned;
    await Promise.all([...this.#shares.values()].map((open) => this.#giveUp(open)));
    await this.#hashing;
  }

  // -------------------------------------------------------------- steps

  async #beginPath(request: ShareRequest, asked: string): Promise<Share> {
    const chosen = this.#options.folders.choose(asked);
    const path = await realpath(chosen).catch(() => undefined);
    const stats = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (path === undefined || stats === undefined) {
      throw new DaemonRefusal('NOT_FOUND', `There is nothing at ${chosen}. Name a file or folder`, {
        field: 'path',
      });
    }
    await this.#requireShareable(path);
    const name = basename(path);
    if (request.name !== undefined && request.name !== name) {
      const message = `Data on the daemon's machine is shared under its own name, ${name}. Leave name out, or rename it first`;
      throw new DaemonRefusal('BAD_REQUEST', message, { field: 'name' });
    }
    const open = this.#open(request, { name, lengthBytes: stats.isFile() ? stats.size : 0 });
    this.#hashSoon(open, path);
    return open.share;
  }

  /** The folder that holds it has to be allowed too: it is where the torrent lies from then on. */
  async #requireShareable(path: string): Promise<void> {
    const own = await realpath(this.#options.dataDir).catch(() => this.#options.dataDir);
    if (isWithin(own, path) || isWithin(path, own)) {
      throw new DaemonRefusal(
        'FORBIDDEN_DIR',
        "The daemon's own folder, which holds its token, is not shared. Choose another",
        { field: 'path' },
      );
    }
    this.#options.folders.choose(dirname(path));
  }

  async #beginUpload(request: ShareRequest): Promise<Share> {
    const receiving = [...this.#shares.values()].filter(({ share }) => share.state === 'receiving');
    if (receiving.length >= mostReceiving) {
      const message = `${mostReceiving} shares are being sent already. Wait for one, or take one back`;
      throw new DaemonRefusal('TOO_MANY_REQUESTS', message, { retryAfterSeconds: 10 });
    }
    const layout = layOutShare(request);
    const dir = this.#options.folders.choose(undefined);
    const freeBytes = await this.#options.folders.freeBytes(dir);
    // What others announced and did not send yet needs its room too.
    const promised = receiving.reduce(
      (sum, { share }) => sum + share.lengthBytes - share.doneBytes,
      0,
    );
    if (layout.lengthBytes > freeBytes - promised) {
      throw new DaemonRefusal(
        'DISK_FOLDER',
        `${dir} has ${freeBytes} bytes free and ${layout.lengthBytes} are announced. Free some space there first`,
      );
    }
    const id = randomBytes(16).toString('hex');
    const upload = await ShareUpload.begin(dir, this.#recordsPath, id, layout);
    const open = this.#open(request, layout, id, upload);
    if (upload.isComplete) this.#hashSoon(open);
    return open.share;
  }

  #open(
    request: ShareRequest,
    { name, lengthBytes }: { readonly name: string; readonly lengthBytes: number },
    id = randomBytes(16).toString('hex'),
    upload?: ShareUpload,
  ): OpenShare {
    const share: Share = { id, state: 'receiving', name, lengthBytes, doneBytes: 0 };
    const abort = new AbortController();
    const open: OpenShare = { share, request, upload, abort, usedAtMs: performance.now() };
    this.#shares.set(id, open);
    return open;
  }

  #hashSoon(open: OpenShare, path?: string): void {
    this.#tell(open, { state: 'hashing', doneBytes: 0 });
    this.#hashing = this.#hashing
      .then(() => this.#hash(open, path))
      .catch(async (error: unknown) => {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL';
        const message = error instanceof Error ? error.message : String(error);
        this.#tell(open, { state: 'failed', problem: { code, message } });
        await open.upload?.remove().catch(() => undefined);
      });
  }

  async #hash(open: OpenShare, ownPath: string | undefined): Promise<void> {
    const { request, upload, abort } = open;
    abort.signal.throwIfAborted();
    const name = await upload?.freeName();
    const trackers = request.trackers ?? this.#options.homeTrackers();
    const { bytes, metainfo } = await createTorrent(upload?.path ?? ownPath ?? '', {
      trackers: trackers.map((url) => [url]),
      signal: abort.signal,
      onProgress: ({ doneBytes, totalBytes }) =>
        this.#tell(open, { doneBytes, lengthBytes: totalBytes }),
      ...(name !== undefined && { name }),
      ...(request.private !== undefined && { private: request.private }),
      ...(request.pieceLength !== undefined && { pieceLength: request.pieceLength }),
      ...(request.comment !== undefined && { comment: request.comment }),
    });
    abort.signal.throwIfAborted();
    const dir = ownPath === undefined ? this.#options.folders.choose(undefined) : dirname(ownPath);
    if (name !== undefined) await upload?.place(name);
    await this.#publishFirst(open, bytes, metainfo, trackers);
    await this.#options.seed(bytes, dir).catch((error: unknown) => {
      if (!(error instanceof DaemonRefusal) || error.code !== 'TORRENT_DUPLICATE') throw error;
    });
    this.#tell(open, {
      state: 'sharing',
      name: metainfo.name,
      doneBytes: metainfo.contentBytes,
      lengthBytes: metainfo.contentBytes,
      hash: metainfo.infoHash,
      magnet: magnetOf(metainfo),
    });
  }

  /** Whether it is listed decides nothing; an answer that comes late is told late. */
  async #publishFirst(
    open: OpenShare,
    bytes: Uint8Array,
    metainfo: Metainfo,
    trackers: readonly string[],
  ): Promise<void> {
    const [home] = this.#options.homeTrackers();
    if (metainfo.private || home === undefined || !trackers.includes(home)) return;
    const listing = this.#options
      .publish(bytes, home, open.abort.signal)
      .then((result) => this.#tell(open, result));
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((done) => {
      timer = setTimeout(done, publishPatienceMs);
    });
    await Promise.race([listing, enough]);
    clearTimeout(timer);
  }

  // -------------------------------------------------------------- bookkeeping

  #find(id: string): OpenShare {
    const open = this.#shares.get(id);
    if (open !== undefined) return open;
    throw new DaemonRefusal('NOT_FOUND', `There is no share ${id}. Begin another`);
  }

  #tell(open: OpenShare, news: Partial<Share>): void {
    open.share = { ...open.share, ...news };
    open.usedAtMs = performance.now();
  }

  async *#counted(open: OpenShare, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.#tell(open, { doneBytes: open.upload?.receivedBytes ?? 0 });
      yield chunk;
    }
  }

  #sweep(): void {
    const { idleMs = 3600_000 } = this.#options;
    for (const [id, open] of this.#shares) {
      if (open.share.state !== 'receiving') continue;
      if (performance.now() - open.usedAtMs < idleMs) continue;
      this.#shares.delete(id);
      void this.#giveUp(open);
    }
  }

  #makeRoom(): void {
    for (const [id, { share }] of this.#shares) {
      if (this.#shares.size < mostRemembered) return;
      if (share.state === 'sharing' || share.state === 'failed') this.#shares.delete(id);
    }
  }

  async #giveUp(open: OpenShare): Promise<void> {
    open.abort.abort(new DaemonRefusal('CONFLICT', 'The share was taken back meanwhile'));
    if (open.share.state === 'sharing') return;
    await open.upload?.remove().catch(() => undefined);
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
