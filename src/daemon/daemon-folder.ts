/**
 * The daemon's data folder: where it is, what is in it, its token, and that only one daemon uses it.
 * Invariant: folder and token can be read by their owner alone.
 */
import { chmodSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  addressFileName,
  defaultDaemonPort,
  tokenFileName,
  tokenPathFileName,
} from '../api/contract/torrents.ts';
import { toHex } from '../base/hex.ts';
import { decodeUtf8Lossy, encodeUtf8 } from '../base/text.ts';
import { readFileCapped, writeFileAtomically } from '../node/atomic-file.ts';
import { defaultStateFolder, makePrivateFolder } from '../node/state-folder.ts';
import { lockStateFolder, StateLockedError } from '../node/state-lock.ts';
import { secretBytes } from '../node/system-random.ts';
import { ClientError } from './client/client-error.ts';

/** One for each API port, so that two daemons of a user do not meet in it. */
export function defaultDaemonFolder(port: number = defaultDaemonPort): string {
  return join(defaultStateFolder(), port === defaultDaemonPort ? 'daemon' : `daemon-${port}`);
}

export interface DaemonFolder {
  readonly path: string;
  readonly sessionPath: string;
  /** Of the client. */
  readonly resumePath: string;
  readonly tokenPath: string;
  readonly addressPath: string;
  /** Tells commands on this machine where the daemon answers, and where its token is if not here. */
  tell(url: string, tokenPath: string): Promise<void>;
  /** Idempotent. */
  release(): void;
}

/** Another daemon uses the folder. */
export class DaemonFolderInUseError extends Error {
  override readonly name = 'DaemonFolderInUseError';
  readonly code = 'STATE_IN_USE';
  readonly pid: number | undefined;

  constructor(path: string, pid: number | undefined) {
    const owner = pid === undefined ? 'another daemon' : `another daemon (pid ${pid})`;
    super(
      `${path} is in use by ${owner}. Stop it first, or give this one a folder of its own with --data.`,
    );
    this.pid = pid;
  }
}

/** Made when missing. Throws DaemonFolderInUseError, or what the file system does. */
export function openDaemonFolder(path: string): DaemonFolder {
  makePrivateFolder(path);
  try {
    const lock = lockStateFolder(path);
    const addressPath = join(path, addressFileName);
    const tokenPathPath = join(path, tokenPathFileName);
    const ownTokenPath = join(path, tokenFileName);
    return {
      path,
      sessionPath: join(path, 'session.sqlite'),
      resumePath: join(path, 'resume'),
      tokenPath: ownTokenPath,
      addressPath,
      tell: async (url, tokenPath) => {
        rmSync(tokenPathPath, { force: true });
        const elsewhere = resolve(tokenPath);
        if (elsewhere !== resolve(ownTokenPath)) {
          await writeFileAtomically(tokenPathPath, encodeUtf8(`${elsewhere}\n`));
        }
        await writeFileAtomically(addressPath, encodeUtf8(`${url}\n`));
      },
      release: () => {
        rmSync(addressPath, { force: true });
        rmSync(tokenPathPath, { force: true });
        lock.release();
      },
    };
  } catch (error) {
    if (!(error instanceof StateLockedError)) throw error;
    throw new DaemonFolderInUseError(path, error.pid);
  }
}

const tokenBytes = 32;
const shortestToken = 16;
const longestTokenFile = 4096;

/** The first line of the file, which is made with a random token when missing. Rejects with ClientError, or what the file system says. */
export async function readOrMakeToken(path: string): Promise<string> {
  const bytes = await readFileCapped(path, longestTokenFile);
  const token = bytes === undefined ? '' : decodeUtf8Lossy(bytes).split(/\r?\n/, 1)[0]!.trim();
  if (token === '') {
    const made = toHex(secretBytes(tokenBytes));
    await writeFileAtomically(path, encodeUtf8(`${made}\n`));
    return made;
  }
  if (token.length < shortestToken || /\s/.test(token)) {
    throw new ClientError(
      'CONFIG_BAD_TOKEN',
      `${path}: its first line is to be a token of at least ${shortestToken} characters without spaces. Delete the file to get a new one.`,
    );
  }
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return token;
}
