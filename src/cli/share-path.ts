/**
 * Data of this machine shared by a daemon: where it lies when the daemon may read it there, else as a
 * copy that is sent to it.
 */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonClient } from '../api/client/daemon-client.ts';
import type { Share, ShareRequest } from '../api/contract/torrents.ts';
import { CliError } from './cli-error.ts';

export interface SharePath {
  readonly client: DaemonClient;
  /** The daemon runs on this machine. */
  readonly isLocal: boolean;
  readonly path: string;
  readonly private?: boolean | undefined;
  readonly pieceLength?: number | undefined;
  readonly signal: AbortSignal;
  /** Whether so much may be copied to the daemon, for this reason. */
  mayCopy(lengthBytes: number, reason: string): Promise<boolean>;
  onProgress?(share: Share): void;
}

const pollMs = 200;

/** Resolves once it is shared. Rejects with CliError when it is not, or with DaemonError. */
export async function sharePath(asked: SharePath): Promise<Share> {
  const { client, signal } = asked;
  const path = resolve(asked.path);
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) {
    throw new CliError('SOURCE_NOT_FOUND', `${path}: there is no such file or folder.`);
  }
  let share = await begin(asked, path);
  try {
    for (;;) {
      asked.onProgress?.(share);
      if (share.state === 'sharing') return share;
      if (share.state === 'failed') {
        const { code, message } = share.problem ?? { code: 'INTERNAL', message: 'it failed' };
        throw new CliError(`DAEMON_${code}`, `${share.name} is not shared: ${message}`);
      }
      await sleep(pollMs, undefined, { signal });
      share = await client.shares.get(share.id, signal);
    }
  } catch (error) {
    if (signal.aborted) await client.shares.cancel(share.id).catch(() => undefined);
    throw error;
  }
}

async function begin(asked: SharePath, path: string): Promise<Share> {
  const { client, isLocal, signal } = asked;
  const wishes = {
    ...(asked.private === true && { private: true }),
    ...(asked.pieceLength !== undefined && { pieceLength: asked.pieceLength }),
  };
  let reason = 'the daemon runs on another machine';
  if (isLocal) {
    try {
      return await client.shares.begin({ path, ...wishes }, signal);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'DAEMON_FORBIDDEN_DIR') throw error;
      reason = `${path} is in no folder that the daemon shares from (its --dir and --allow-dir)`;
    }
  }
  return sendCopy(asked, path, reason, wishes);
}

async function sendCopy(
  { client, signal, mayCopy, onProgress }: SharePath,
  path: string,
  reason: string,
  wishes: Pick<ShareRequest, 'private' | 'pieceLength'>,
): Promise<Share> {
  const files = await filesBelow(path);
  const lengthBytes = files.reduce((sum, file) => sum + file.lengthBytes, 0);
  if (files.length === 0) throw new CliError('CREATE_EMPTY', `${path} holds no file.`);
  if (!(await mayCopy(lengthBytes, reason))) {
    throw new CliError('DAEMON_FORBIDDEN_DIR', `nothing was shared: ${reason}.`);
  }
  const announced = files.map(({ path: steps, lengthBytes: length }) => ({
    path: steps,
    lengthBytes: length,
  }));
  let share = await client.shares.begin({ files: announced, ...wishes }, signal);
  for (const [index, file] of files.entries()) {
    const bytes = createReadStream(file.place);
    share = await client.shares.upload(share.id, index, bytes, signal);
    onProgress?.(share);
  }
  return share;
}

interface SentFile {
  readonly place: string;
  /** With the name of the shared folder as its first step. */
  readonly path: string;
  readonly lengthBytes: number;
}

/** Regular files only; a link is left out, as it may lead anywhere. */
async function filesBelow(path: string, name = basename(path)): Promise<SentFile[]> {
  const stats = await stat(path);
  if (stats.isFile()) return [{ place: path, path: name, lengthBytes: stats.size }];
  if (!stats.isDirectory()) return [];
  const found: SentFile[] = [];
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isSymbolicLink()) continue;
    found.push(...(await filesBelow(join(path, entry.name), `${name}/${entry.name}`)));
  }
  return found;
}
