/**
 * How many files may be open at once: what the system grants the process, shared out between writing,
 * uploading and sockets. Node itself raises the soft limit to the hard one at start.
 */
import { readFileSync } from 'node:fs';

export interface OpenFileBudget {
  /** For all disk workers together. */
  readonly writing: number;
  /** For the read cache. */
  readonly uploading: number;
}

/** What Node, its threads and a few sockets need before any file is opened. */
const reserved = 48;

/** Pure: most of a small limit is left to sockets. `limit` undefined stands for unknown. */
export function shareOpenFiles(limit: number | undefined): OpenFileBudget {
  const spare = Math.max(8, (limit ?? 1024) - reserved);
  return {
    writing: Math.min(256, Math.max(4, Math.floor(spare / 4))),
    uploading: Math.min(64, Math.max(2, Math.floor(spare / 8))),
  };
}

/** The process's limit; undefined where it cannot be told. */
export function openFileLimit(): number | undefined {
  try {
    const match = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
    return match === null ? undefined : Number(match[1]);
  } catch {
    return undefined;
  }
}
