/** What a torrent of a client is given: the parts it shares with others, and what was asked of it. */
import type { Hashes } from '../../base/hashes.ts';
import type { LogEntry } from '../../engine/ports.ts';
import type { Session } from '../../engine/session.ts';
import type { DiskPool } from '../../node/disk/disk-pool.ts';
import type { ReadCache } from '../../node/disk/read-cache.ts';
import type { AddOptions } from '../client/client-contract.ts';
import type { ResumeFiles } from '../client/resume-files.ts';

export interface TorrentContext {
  readonly session: Session;
  readonly disk: DiskPool;
  readonly cache: ReadCache;
  readonly resume: ResumeFiles | undefined;
  readonly hashes: Hashes;
  /** Absolute. */
  readonly dir: string;
  readonly options: AddOptions;
  /** A whole torrent sleeps after so long without peers, where it can be had again. */
  readonly sleepAfterMs: number;
  log(entry: LogEntry): void;
  onRemoved(): void;
}
