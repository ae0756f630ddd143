/**
 * Puts the swarms of a snapshot back, from bytes that arrive in pieces of any size. A file is not
 * trusted: a chunk counts only when it is whole and its checksum right, and the first that is not ends
 * the restoring; what came before stays. Never throws on bad bytes, and holds one chunk at most.
 * Peers that are in the store already are newer, and stay as they are.
 */
import { equalBytes, readUint16, readUint32 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import {
  checksumBytes,
  chunkHeadBytes,
  endChunk,
  groupHeadBytes,
  headBytes,
  maxChunkBytes,
  rowBytes,
  rowCounted,
  rowMaxAge,
  rowSeeder,
  snapshotName,
  snapshotVersion,
  swarmsChunk,
  wholePeerIds,
} from './snapshot-format.ts';

/** A peer of a snapshot; used again for the next one. */
export interface RestoredPeer {
  /** 4 or 16 bytes. */
  address: Uint8Array;
  port: number;
  /** 8 bytes of client or 20 of peer id. */
  peerId: Uint8Array;
  isSeeder: boolean;
  isCounted: boolean;
  /** Since its last announce, the time before and after the snapshot together. */
  ageMs: number;
}

export interface RestoreTarget {
  /** The peers that follow, until `closeSwarm`, are of this swarm. */
  openSwarm(infoHash: Uint8Array): void;
  restorePeer(peer: RestoredPeer): 'restored' | 'known' | 'expired' | 'full';
  closeSwarm(downloads: number): void;
}

export interface RestoreResult {
  readonly restored: number;
  /** Silent for longer than the time-out by now. */
  readonly expired: number;
  /** Found no room. */
  readonly refused: number;
  /** A sentence on why not all of the file was taken; undefined when all was. */
  readonly problem: string | undefined;
}

export class SwarmRestorer {
  readonly #target: RestoreTarget;
  readonly #downMs: number;
  readonly #peer: RestoredPeer = {
    address: new Uint8Array(0),
    port: 0,
    peerId: new Uint8Array(0),
    isSeeder: false,
    isCounted: false,
    ageMs: 0,
  };
  /** Grows as bytes come, never by what they declare. */
  #held = new Uint8Array(4096);
  #length = 0;
  #hasHead = false;
  #hasPeerIds = false;
  #ageUnitMs = 1;
  #number = 0;
  #groups = 0;
  #rows = 0;
  #isDone = false;
  #problem: string | undefined;
  #restored = 0;
  #expired = 0;
  #refused = 0;

  /** `downMs` is how long ago the snapshot was taken. */
  constructor(target: RestoreTarget, downMs: number) {
    this.#target = target;
    this.#downMs = Math.max(0, downMs);
  }

  /** Takes further bytes, which stay the caller's; false when no more are of use. */
  push(bytes: Uint8Array): boolean {
    let taken = 0;
    while (taken < bytes.length && !this.#hasEnded()) {
      const missing = this.#wanted() - this.#length;
      const part = bytes.subarray(taken, taken + missing);
      this.#hold(part);
      taken += part.length;
      this.#advance();
    }
    if (taken < bytes.length && this.#isDone) this.#problem ??= 'bytes follow its end';
    return !this.#hasEnded();
  }

  /** To be called after the last bytes. */
  end(): RestoreResult {
    if (!this.#isDone) this.#problem ??= 'it ends too early';
    return {
      restored: this.#restored,
      expired: this.#expired,
      refused: this.#refused,
      problem: this.#problem,
    };
  }

  #hasEnded(): boolean {
    return this.#isDone || this.#problem !== undefined;
  }

  /** Bytes of what is being read, as far as is known. */
  #wanted(): number {
    if (!this.#hasHead) return headBytes;
    if (this.#length < chunkHeadBytes) return chunkHeadBytes;
    return chunkHeadBytes + (readUint32(this.#held, 0) & 0xff_ffff) + checksumBytes;
  }

  #hold(part: Uint8Array): void {
    const length = this.#length + part.length;
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.min(maxChunkBytes, Math.max(length, 2 * this.#length)));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(part, this.#length);
    this.#length = length;
  }

  /** Looks at what is held once it is whole, or is known to be wrong. */
  #advance(): void {
    // What a chunk declares is judged before any of it is held.
    if (this.#hasHead && this.#length === chunkHeadBytes) this.#readChunkHead();
    else if (this.#length === this.#wanted()) this.#readWhole();
  }

  #readWhole(): void {
    if (this.#hasHead) this.#readChunk();
    else this.#readHead();
  }

  #readHead(): void {
    const head = this.#held.subarray(0, headBytes);
    if (!equalBytes(head.subarray(0, 8), snapshotName)) {
      this.#problem = 'it is no snapshot of swarms';
    } else if (readUint16(head, 8) !== snapshotVersion) {
      this.#problem = `it has version ${readUint16(head, 8)}, and only ${snapshotVersion} is known here`;
    } else if (readUint32(head, 16) !== crc32c(head.subarray(0, 16))) {
      this.#problem = 'its head is damaged';
    }
    this.#hasPeerIds = (readUint16(head, 10) & wholePeerIds) !== 0;
    this.#ageUnitMs = readUint32(head, 12);
    this.#hasHead = true;
    this.#length = 0;
  }

  #readChunkHead(): void {
    const isKnown = this.#held[0] === swarmsChunk || this.#held[0] === endChunk;
    if (isKnown && readUint32(this.#held, 4) === this.#number && this.#wanted() <= maxChunkBytes)
      return;
    this.#fail();
  }

  #readChunk(): void {
    const end = this.#length - checksumBytes;
    if (readUint32(this.#held, end) !== crc32c(this.#held.subarray(0, end))) {
      this.#fail();
      return;
    }
    const payload = this.#held.subarray(chunkHeadBytes, end);
    if (this.#held[0] === endChunk) this.#readEnd(payload);
    else this.#readGroups(payload);
    this.#number++;
    this.#length = 0;
  }

  #fail(): void {
    this.#problem = `it is damaged from part ${this.#number + 1} on`;
  }

  #readEnd(payload: Uint8Array): void {
    this.#isDone = true;
    const isRight =
      payload.length === 8 &&
      readUint32(payload, 0) === this.#groups &&
      readUint32(payload, 4) === this.#rows;
    if (!isRight) this.#fail();
  }

  #readGroups(payload: Uint8Array): void {
    for (let at = 0; at < payload.length; ) {
      if (payload.length - at < groupHeadBytes) {
        this.#fail();
        return;
      }
      const addressBytes = payload[at + 24]!;
      const count = readUint32(payload, at + 24) & 0xff_ffff;
      const rowsAt = at + groupHeadBytes;
      const each = rowBytes(addressBytes, this.#hasPeerIds);
      if ((addressBytes !== 4 && addressBytes !== 16) || payload.length - rowsAt < count * each) {
        this.#fail();
        return;
      }
      this.#target.openSwarm(payload.subarray(at, at + 20));
      for (let i = 0; i < count; i++) this.#readRow(payload, rowsAt + i * each, addressBytes);
      this.#target.closeSwarm(readUint32(payload, at + 20));
      this.#groups++;
      this.#rows += count;
      at = rowsAt + count * each;
    }
  }

  #readRow(payload: Uint8Array, at: number, addressBytes: number): void {
    const peer = this.#peer;
    const portAt = at + addressBytes;
    const marks = readUint16(payload, portAt + 2);
    peer.address = payload.subarray(at, portAt);
    peer.port = readUint16(payload, portAt);
    peer.peerId = payload.subarray(portAt + 4, portAt + 4 + (this.#hasPeerIds ? 20 : 8));
    peer.isSeeder = (marks & rowSeeder) !== 0;
    peer.isCounted = (marks & rowCounted) !== 0;
    peer.ageMs = (marks & rowMaxAge) * this.#ageUnitMs + this.#downMs;
    if (peer.port === 0) return;
    const became = this.#target.restorePeer(peer);
    if (became === 'restored') this.#restored++;
    else if (became === 'expired') this.#expired++;
    else if (became === 'full') this.#refused++;
  }
}
