/**
 * One process at a time per state folder: a file `lock` that names its owner. A lock whose owner is gone,
 * or whose process id now belongs to another process, is taken over.
 * Invariant: of processes on one machine and one process-id space, at most one holds the lock.
 */
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './socket-cause.ts';

/** Another process holds the folder; `message` says which and what to do. */
export class StateLockedError extends Error {
  override readonly name = 'StateLockedError';
  readonly code = 'STATE_IN_USE';
  readonly pid: number | undefined;

  constructor(folder: string, pid: number | undefined) {
    const owner =
      pid === undefined ? 'another Shoal process' : `another Shoal process (pid ${pid})`;
    super(`${folder} is in use by ${owner}. Stop it first, or use another state folder.`);
    this.pid = pid;
  }
}

export interface StateLock {
  /** Idempotent. Leaves a lock alone that is somebody else's by now. */
  release(): void;
}

/** How long a lock without an owner's name may be one that is just being written. */
const settleMs = 5000;

/** Throws StateLockedError, or what the file system does. */
export function lockStateFolder(folder: string): StateLock {
  return lockBy(join(folder, 'lock'), folder);
}

/** The same by a file of any name, which guards `what`. */
export function lockBy(path: string, what: string): StateLock {
  const own = `${process.pid} ${processStart(process.pid)}\n`;
  for (let attempt = 0; attempt < 3; attempt++) {
    if (tryCreate(path, own)) return { release: () => releaseOwn(path, own) };
    const held = readLock(path);
    if (held === undefined) continue;
    const pid = ownerOf(held, path);
    if (pid !== undefined) throw new StateLockedError(what, pid > 0 ? pid : undefined);
    removeStale(path, held);
  }
  throw new StateLockedError(what, undefined);
}

function tryCreate(path: string, content: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(fd, content);
  } finally {
    closeSync(fd);
  }
  return true;
}

function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').slice(0, 200);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The live owner's pid, 0 for one that cannot be named; undefined when the lock is stale. */
function ownerOf(content: string, path: string): number | undefined {
  const match = /^(\d{1,10}) (\S*)\n/.exec(content);
  if (match === null) {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats !== undefined && Date.now() - stats.mtimeMs < settleMs ? 0 : undefined;
  }
  const pid = Number(match[1]);
  if (!isAlive(pid)) return undefined;
  const start = processStart(pid);
  // Without a start time to compare, our own number in the file can only be from before a restart.
  if (start === '-' || match[2] === '-') return pid === process.pid ? undefined : pid;
  return start === match[2] ? pid : undefined;
}

function isAlive(pid: number): boolean {
  if (pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Tells two processes with the same pid apart: the boot and the time the process began; `-` if unknown. */
function processStart(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the command in parentheses and may hold anything; field 22 is the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot}:${fields[19]}`;
  } catch {
    return '-';
  }
}

/** Moves the lock aside before deleting it, so that a lock made meanwhile by another process is put back. */
function removeStale(path: string, seen: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    if (readLock(aside) !== seen) linkSync(aside, path);
  } finally {
    unlinkSync(aside);
  }
}

function releaseOwn(path: string, own: string): void {
  try {
    if (readLock(path) === own) unlinkSync(path);
  } catch {
    // A lock that cannot be removed is stale once this process is gone.
  }
}
