/**
 * The file with a person's settings, as text: where it is, reading it within bounds, replacing it whole.
 * Invariant: what is made here only its owner can read, since settings may hold tokens and passwords.
 */
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeUtf8, encodeUtf8 } from '../base/text.ts';
import { writeFileAtomically } from '../node/atomic-file.ts';
import { defaultConfigFolder } from '../node/config-folder.ts';
import { errorCode } from '../node/socket-cause.ts';
import { makePrivateFolder } from '../node/state-folder.ts';
import { lockBy, type StateLock, StateLockedError } from '../node/state-lock.ts';

const maxBytes = 1 << 20;

/** The file is there and cannot be used. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';
  /** For the exit status: it belongs to configuration. */
  readonly code = 'CONFIG_UNREADABLE';
}

/** Undefined where the system knows no home folder. */
export function defaultConfigPath(): string | undefined {
  try {
    return join(defaultConfigFolder(), 'config.toml');
  } catch {
    return undefined;
  }
}

/**
 * Undefined when it does not exist; so is one in a folder that may not be looked into, as a service
 * without a home has it. Throws ConfigFileError.
 */
export async function readConfigFile(path: string): Promise<string | undefined> {
  try {
    await stat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error))) return undefined;
    throw new ConfigFileError(`${path} cannot be read: ${causeOf(error)}.`);
  }
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readBounded(path);
  } catch (error) {
    throw new ConfigFileError(`${path} cannot be read: ${causeOf(error)}.`);
  }
  if (bytes === undefined) {
    throw new ConfigFileError(`${path} has more than 1 MiB; settings are a few lines of text.`);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new ConfigFileError(`${path} is not UTF-8 text. Save it as UTF-8.`);
  return text;
}

/**
 * Replaces the file at once. A link stays and what it leads to is replaced; a file that is not in the
 * platform's own place keeps its rights. Throws ConfigFileError and what the file system does.
 */
export async function writeConfigFile(path: string, text: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  const target = there === undefined ? path : await realpath(path);
  if (there !== undefined && !there.isFile()) {
    throw new ConfigFileError(`${path} is no regular file, so it cannot be replaced.`);
  }
  const isDefault = path === defaultConfigPath();
  const missingFolder = (await stat(dirname(target)).catch(() => undefined)) === undefined;
  if (isDefault || missingFolder) makePrivateFolder(dirname(path));
  const mode = there === undefined || isDefault ? 0o600 : there.mode & 0o777;
  await writeFileAtomically(target, encodeUtf8(text), mode);
}

/** Another process changes the file; it is over in a moment unless something is wrong. */
const lockPatienceMs = 5000;
const lockPauseMs = 25;

/**
 * `work` while nobody else changes the file: what it read is still so when it writes. Rejects with
 * ConfigFileError when another process does not get done.
 */
export async function whileConfigIsOurs<T>(path: string, work: () => Promise<T>): Promise<T> {
  const target = await realpath(path).catch(() => path);
  if ((await stat(dirname(target)).catch(() => undefined)) === undefined) {
    makePrivateFolder(dirname(target));
  }
  const lock = await lockFor(target);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function lockFor(path: string): Promise<StateLock> {
  const endMs = performance.now() + lockPatienceMs;
  for (;;) {
    try {
      return lockBy(`${path}.lock`, path);
    } catch (error) {
      if (!(error instanceof StateLockedError)) throw error;
      if (performance.now() < endMs) await sleep(lockPauseMs);
      else throw new ConfigFileError(`${path} is being changed by another shoal. Try again.`);
    }
  }
}

/** Undefined beyond `maxBytes`. Reads until the end, so that a pipe does as well as a file. */
async function readBounded(path: string): Promise<Uint8Array | undefined> {
  const file: FileHandle = await open(path);
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(1 << 16), 0, 1 << 16, null);
      if (bytesRead === 0) return Buffer.concat(chunks);
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
      if (length > maxBytes) return undefined;
    }
  } finally {
    await file.close();
  }
}

function causeOf(error: unknown): string {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return code;
}
