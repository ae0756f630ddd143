/**
 * Where the daemon answers and which token it takes, told by the files in its data folder. Invariant:
 * a token from a file is sent to this machine alone; to any other it has to be given.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addressFileName,
  defaultDaemonPort,
  tokenFileName,
  tokenPathFileName,
} from '../contract/torrents.ts';
import { DaemonError } from './daemon-error.ts';

export interface DaemonSearch {
  /** `http://host:port` that somebody named. */
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  /** The data folder of the daemon of this machine. */
  readonly dataDir: string;
}

export interface FoundDaemon {
  /** Without a path. Nothing was asked there yet. */
  readonly url: string;
  readonly token: string | undefined;
  /** It runs on this machine, so that paths mean the same here and there. */
  readonly isLocal: boolean;
}

/** Far more than an address or a token has. */
const maxLineBytes = 4096;

/** Rejects with DaemonError when the token's file is there and cannot be read. */
export async function findDaemon({ url, token, dataDir }: DaemonSearch): Promise<FoundDaemon> {
  const said = await firstLine(join(dataDir, addressFileName)).catch(() => undefined);
  const own = originOf(said) ?? `http://127.0.0.1:${defaultDaemonPort}`;
  const asked = originOf(url) ?? own;
  const isLocal = asked === own || isLoopback(new URL(asked).hostname);
  const known = token ?? (isLocal ? await readToken(await tokenPathIn(dataDir)) : undefined);
  return { url: asked, token: known, isLocal };
}

/** A daemon that was given a token of a person's own says where it is. */
async function tokenPathIn(dataDir: string): Promise<string> {
  const elsewhere = await firstLine(join(dataDir, tokenPathFileName)).catch(() => undefined);
  return elsewhere ?? join(dataDir, tokenFileName);
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    return await firstLine(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new DaemonError(
      'DAEMON_TOKEN_UNREADABLE',
      `${path} cannot be read (${String(code)}). When the daemon runs as another user, give its token with --token or SHOAL_TOKEN`,
      undefined,
      error,
    );
  }
}

async function firstLine(path: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { bytesRead, buffer } = await file.read(new Uint8Array(maxLineBytes), 0, maxLineBytes, 0);
    const line = new TextDecoder().decode(buffer.subarray(0, bytesRead)).split(/\r?\n/)[0]!.trim();
    return line === '' ? undefined : line;
  } finally {
    await file?.close();
  }
}

function originOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, origin } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? origin : undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
