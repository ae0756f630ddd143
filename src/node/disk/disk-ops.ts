/**
 * What the main thread and a disk worker say to each other. Operations travel as runs of numbers, many
 * in one message; a worker answers in the same order, so that no operation needs an id.
 */
import type { StorageError } from '../../engine/ports.ts';
import type { SlabRegion } from '../slab-pool.ts';
import type { StorageSpec } from './storage-spec.ts';

export const diskOp = {
  /** Verify and write a piece. */
  write: 1,
  /** Write single blocks of a piece, unverified; the payload has a byte a block. */
  park: 2,
  /** Read a piece as it is. */
  load: 3,
  /** Verify `count` pieces from the disk; answers with a byte a piece. */
  check: 4,
  /** Digest `count` pieces from the disk; answers with PieceDigests. */
  digest: 5,
  /** Give file number `piece` its final name. */
  finishFile: 6,
  /** The payload has a byte a file: 1 is wanted. */
  setWanted: 7,
  close: 8,
} as const;

/** Numbers an operation takes: op, storage, piece, region, offset, detail. */
export const opStride = 6;

/** `detail` of a write: also answer with the digest of each block. */
export const wantDigestsFlag = 1;
/** `detail` of a digest: which digests. */
export const digestSha1Flag = 1;
export const digestMerkleFlag = 2;

/** A worker reads at most this much of consecutive pieces with one system call. */
export const runBytes = 4 * 1024 * 1024;

export interface PieceDigests {
  /** 20 bytes a piece; empty when not asked for. */
  readonly sha1: Uint8Array;
  /** 32 bytes a piece; empty when not asked for. */
  readonly merkle: Uint8Array;
}

export interface WorkMessage {
  readonly regions: readonly SlabRegion[];
  readonly forgottenRegions: readonly number[];
  readonly specs: readonly StorageSpec[];
  readonly ops: readonly number[];
  /** Pairs of an operation's index in the message and its payload. */
  readonly payloads: readonly (readonly [number, Uint8Array])[];
}

export const opStatus = { done: 0, corrupt: 1, failed: 2 } as const;

export type OpAnswer = Uint8Array | PieceDigests | StorageError;

export interface ResultMessage {
  /** One `opStatus` an operation, in the order they were sent. */
  readonly statuses: readonly number[];
  /** Pairs of an index into `statuses` and what the operation answers with. */
  readonly answers: readonly (readonly [number, OpAnswer])[];
}

export interface WorkerSettings {
  readonly maxOpenFiles: number;
}
