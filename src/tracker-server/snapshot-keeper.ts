/**
 * Swarms on disk, so that a restart loses nobody: read at the start, written every minute and at the
 * end. Invariant: the file is always a whole snapshot, the old or the new one; whatever is wrong with
 * it, the tracker starts.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { writeChunksAtomically } from '../node/atomic-file.ts';
import { errorCode } from '../node/socket-cause.ts';
import { machineMs } from '../node/udp/batch-messages.ts';
import type { MemorySwarmStore } from '../tracker/memory-swarm-store.ts';
import type { TrackerLog } from './tracker-log.ts';

export interface SnapshotKeeper {
  /** Writes the last snapshot. Idempotent. Never rejects. */
  close(): Promise<void>;
}

export interface KeptSwarms {
  readonly store: MemorySwarmStore;
  readonly path: string;
  readonly peerTimeoutMs: number;
  readonly log: TrackerLog;
  /** A minute unless told. */
  readonly everyMs?: number;
}

/** Peers could not announce while the tracker was away: no more than this part of their time counts. */
const countedAbsence = 0.5;
const readBytes = 1024 * 1024;

/** Resolves when the swarms of the last run are back. */
export async function keepSnapshots(kept: KeptSwarms): Promise<SnapshotKeeper> {
  await restore(kept);
  let writing: Promise<void> | undefined;
  const write = (): Promise<void> => {
    writing ??= save(kept).finally(() => {
      writing = undefined;
    });
    return writing;
  };
  const timer = setInterval(() => void write(), kept.everyMs ?? 60_000);
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(timer);
    // One that is under way may have passed a swarm that changed since.
    await writing;
    await write();
  };
  return {
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function restore({ store, path, peerTimeoutMs, log }: KeptSwarms): Promise<void> {
  try {
    const startMs = machineMs();
    const awayMs = Date.now() - (await stat(path)).mtimeMs;
    const counted = Math.min(Math.max(0, awayMs), countedAbsence * peerTimeoutMs);
    const restorer = store.restorer(startMs, counted);
    for await (const bytes of createReadStream(path, { highWaterMark: readBytes })) {
      if (!restorer.push(bytes as Uint8Array)) break;
    }
    const { restored, expired, refused, problem } = restorer.end();
    const seconds = ((machineMs() - startMs) / 1000).toFixed(2);
    const rest = refused === 0 ? '' : `, ${refused} found no room (--memory)`;
    if (restored + expired > 0)
      log.info(
        `${restored} peers are back after ${seconds} s, ${expired} were gone too long${rest}`,
      );
    if (problem !== undefined) {
      log.warn(
        `${path} was not taken as a whole: ${problem}. The peers that are missing announce again`,
      );
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    log.error(`swarms cannot be read: ${causeOf(error)}. The tracker starts without them`);
  }
}

async function save({ store, path, log }: KeptSwarms): Promise<void> {
  try {
    await writeChunksAtomically(path, store.snapshot(machineMs()));
  } catch (error) {
    log.error(`swarms cannot be kept: ${causeOf(error)}. It is tried again in a minute`);
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
