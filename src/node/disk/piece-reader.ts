/**
 * Pieces from the disk to digests, in long runs: consecutive pieces are read with one system call a
 * file and hashed from memory; a piece longer than a run is hashed as it streams by.
 * Invariant: memory stays at one run, whatever the piece length.
 */

import { createHash, hash } from 'node:crypto';
import { concatBytes, equalBytes } from '../../base/bytes.ts';
import { blockBytes } from '../../engine/layout.ts';
import { segmentsOf } from './content-map.ts';
import { digestMerkleFlag, digestSha1Flag, type PieceDigests, runBytes } from './disk-ops.ts';
import { leafHashes, merkleRoot } from './merkle.ts';
import { FileError } from './storage-error.ts';
import type { StorageSpec } from './storage-spec.ts';
import { finalPath } from './storage-spec.ts';
import type { TorrentFiles } from './torrent-files.ts';

interface Digest {
  readonly sha1: Uint8Array | undefined;
  readonly merkle: Uint8Array | undefined;
}

export class PieceReader {
  readonly #files: TorrentFiles;
  readonly #spec: StorageSpec;
  readonly #shortPieces = new Map<number, number>();
  readonly #run: Uint8Array;

  /** `run` has `runBytes` and may be shared by the readers of a thread. */
  constructor(files: TorrentFiles, run: Uint8Array) {
    this.#files = files;
    this.#spec = files.spec;
    this.#run = run;
    const { shortPieces } = files.spec;
    for (let i = 0; i < shortPieces.length; i += 2) {
      this.#shortPieces.set(shortPieces[i]!, shortPieces[i + 1]!);
    }
  }

  pieceBytes(piece: number): number {
    return this.#shortPieces.get(piece) ?? this.#spec.pieceLength;
  }

  /** A byte a piece: 1 where the disk holds what it should. Missing files and short ones are not errors. */
  check(first: number, count: number): Uint8Array {
    const valid = new Uint8Array(count);
    const check = this.#spec.check;
    if (check === undefined) return valid;
    const flags = check.kind === 'sha1' ? digestSha1Flag : digestMerkleFlag;
    const expected = check.kind === 'sha1' ? check.digests : check.roots;
    const size = check.kind === 'sha1' ? 20 : 32;
    this.#digestEach(first, count, flags, (index, digest) => {
      const piece = first + index;
      const found = check.kind === 'sha1' ? digest?.sha1 : digest?.merkle;
      const wanted = expected.subarray(piece * size, (piece + 1) * size);
      if (found !== undefined && equalBytes(found, wanted)) valid[index] = 1;
    });
    return valid;
  }

  /** Digests for a new torrent. Throws FileError where a file is missing or shorter than it was. */
  digest(first: number, count: number, flags: number): PieceDigests {
    const sha1 = new Uint8Array((flags & digestSha1Flag) !== 0 ? 20 * count : 0);
    const merkle = new Uint8Array((flags & digestMerkleFlag) !== 0 ? 32 * count : 0);
    this.#digestEach(first, count, flags, (index, digest) => {
      if (digest === undefined) throw this.#shrunk(first + index);
      if (digest.sha1 !== undefined) sha1.set(digest.sha1, index * 20);
      if (digest.merkle !== undefined) merkle.set(digest.merkle, index * 32);
    });
    return { sha1, merkle };
  }

  /**
   * Reads the blocks of the piece whose byte in `blocks` is 1 into their places in `into`, and touches
   * no other: those may be arriving from peers meanwhile.
   */
  load(piece: number, into: Uint8Array, blocks: Uint8Array): void {
    const start = piece * this.#spec.pieceLength;
    for (let block = 0; block < blocks.length; block++) {
      if (blocks[block] !== 1) continue;
      const first = block;
      while (block + 1 < blocks.length && blocks[block + 1] === 1) block++;
      const end = Math.min((block + 1) * blockBytes, into.length);
      this.#read(start + first * blockBytes, into.subarray(first * blockBytes, end));
    }
  }

  #digestEach(
    first: number,
    count: number,
    flags: number,
    report: (index: number, digest: Digest | undefined) => void,
  ): void {
    const { pieceLength } = this.#spec;
    if (pieceLength > runBytes) {
      for (let i = 0; i < count; i++) report(i, this.#digestLong(first + i, flags));
      return;
    }
    const perRun = Math.floor(runBytes / pieceLength);
    for (let done = 0; done < count; done += perRun) {
      const pieces = Math.min(perRun, count - done);
      const last = first + done + pieces - 1;
      const lengthBytes = (pieces - 1) * pieceLength + this.pieceBytes(last);
      const start = (first + done) * pieceLength;
      const gaps = this.#read(start, this.#run.subarray(0, lengthBytes));
      for (let i = 0; i < pieces; i++) {
        const at = i * pieceLength;
        const piece = first + done + i;
        const data = this.#run.subarray(at, at + this.pieceBytes(piece));
        const whole = !gaps.some(([from, to]) => from < at + data.length && to > at);
        report(done + i, whole ? this.#digestShort(piece, data, flags) : undefined);
      }
    }
  }

  #digestShort(piece: number, data: Uint8Array, flags: number): Digest {
    return {
      sha1: (flags & digestSha1Flag) !== 0 ? hash('sha1', data, 'buffer') : undefined,
      merkle:
        (flags & digestMerkleFlag) !== 0
          ? this.#root(piece, leafHashes(data.subarray(0, this.#contentBytes(piece, data.length))))
          : undefined,
    };
  }

  #digestLong(piece: number, flags: number): Digest | undefined {
    const lengthBytes = this.pieceBytes(piece);
    const contentBytes = this.#contentBytes(piece, lengthBytes);
    const sha1 = createHash('sha1');
    const leaves: Uint8Array[] = [];
    for (let at = 0; at < lengthBytes; at += runBytes) {
      const run = this.#run.subarray(0, Math.min(runBytes, lengthBytes - at));
      if (this.#read(piece * this.#spec.pieceLength + at, run).length > 0) return undefined;
      if ((flags & digestSha1Flag) !== 0) sha1.update(run);
      if ((flags & digestMerkleFlag) !== 0 && contentBytes > at) {
        leaves.push(leafHashes(run.subarray(0, contentBytes - at)));
      }
    }
    return {
      sha1: (flags & digestSha1Flag) !== 0 ? sha1.digest() : undefined,
      merkle: (flags & digestMerkleFlag) !== 0 ? this.#root(piece, concatBytes(leaves)) : undefined,
    };
  }

  #root(piece: number, leaves: Uint8Array): Uint8Array | undefined {
    const check = this.#spec.check;
    const width = check?.kind === 'merkle' ? (check.widths[piece] ?? 0) : 0;
    if (leaves.length === 0 || leaves.length > width * 32) return undefined;
    return merkleRoot(leaves, width);
  }

  /** What of a piece is content: padding files align the next file and are no part of a tree (BEP 52). */
  #contentBytes(piece: number, lengthBytes: number): number {
    const { files, pieceLength } = this.#spec;
    let endBytes = 0;
    for (const segment of segmentsOf(files, piece * pieceLength, lengthBytes)) {
      if (!files[segment.file]!.padding) endBytes = segment.rangeOffset + segment.lengthBytes;
    }
    return endBytes;
  }

  /** Reads the range; returns the runs the disk did not have, which are zeroed. */
  #read(startBytes: number, into: Uint8Array): [number, number][] {
    const gaps: [number, number][] = [];
    let coveredBytes = 0;
    const { files } = this.#spec;
    for (const segment of segmentsOf(files, startBytes, into.length)) {
      const { rangeOffset, lengthBytes } = segment;
      if (rangeOffset > coveredBytes) into.fill(0, coveredBytes, rangeOffset);
      coveredBytes = rangeOffset + lengthBytes;
      const target = into.subarray(rangeOffset, coveredBytes);
      const count = files[segment.file]!.padding
        ? target.fill(0).length
        : this.#files.read(segment.file, segment.fileOffset, target);
      if (count === lengthBytes) continue;
      target.fill(0, count);
      gaps.push([rangeOffset + count, coveredBytes]);
    }
    into.fill(0, coveredBytes);
    return gaps;
  }

  #shrunk(piece: number): FileError {
    const { files, pieceLength } = this.#spec;
    const segment = segmentsOf(files, piece * pieceLength, this.pieceBytes(piece))[0];
    const path = segment === undefined ? this.#spec.rootDir : finalPath(this.#spec, segment.file);
    return new FileError('EAGAIN', path, `${path} changed while it was read. Try again.`);
  }
}
