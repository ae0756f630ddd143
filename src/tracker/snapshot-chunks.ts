/** Fills chunks of a snapshot with groups of peers; `snapshot-format.ts` says what they look like. */
import { writeUint16, writeUint32 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import {
  checksumBytes,
  chunkHeadBytes,
  endChunk,
  groupHeadBytes,
  headBytes,
  maxChunkBytes,
  rowBytes,
  snapshotName,
  snapshotVersion,
  swarmsChunk,
  wholePeerIds,
} from './snapshot-format.ts';

export class SnapshotChunks {
  /** Chunks that are full, to be taken away. */
  readonly ready: Uint8Array[] = [];
  readonly #hasPeerIds: boolean;
  #chunk = new Uint8Array(maxChunkBytes);
  #view = new DataView(this.#chunk.buffer);
  #length = chunkHeadBytes;
  #number = 0;
  #groups = 0;
  #rows = 0;
  /** Where the open group began, and how many rows it has. */
  #groupAt = 0;
  #groupRows = 0;
  readonly #infoHash = new Int32Array(5);
  #downloads = 0;
  #addressBytes = 4;

  constructor(hasPeerIds: boolean, ageUnitMs: number) {
    this.#hasPeerIds = hasPeerIds;
    const head = new Uint8Array(headBytes);
    head.set(snapshotName);
    writeUint16(head, 8, snapshotVersion);
    writeUint16(head, 10, hasPeerIds ? wholePeerIds : 0);
    writeUint32(head, 12, ageUnitMs);
    writeUint32(head, 16, crc32c(head.subarray(0, 16)));
    this.ready.push(head);
  }

  /** `infoHash` is 5 words. */
  openGroup(infoHash: Int32Array, downloads: number, addressBytes: 4 | 16): void {
    this.#infoHash.set(infoHash);
    this.#downloads = downloads;
    this.#addressBytes = addressBytes;
    this.#startGroup();
  }

  /** `cold` are the words after the ages: client or peer id, from `coldAt` on. */
  addRow(words: Int32Array, hot: number, cold: number, ageAndMarks: number): void {
    if (this.#length + rowBytes(this.#addressBytes, this.#hasPeerIds) > roomEnd) {
      this.closeGroup();
      this.#startGroup();
    }
    const view = this.#view;
    let at = this.#length;
    const addressWords = this.#addressBytes >>> 2;
    for (let i = 0; i < addressWords; i++, at += 4) view.setInt32(at, words[hot + i]!);
    view.setUint16(at, words[hot + addressWords]! >>> 16);
    view.setUint16(at + 2, ageAndMarks);
    at += 4;
    const coldWords = this.#hasPeerIds ? 5 : 2;
    for (let i = 0; i < coldWords; i++, at += 4) view.setInt32(at, words[cold + i]!);
    this.#length = at;
    this.#groupRows++;
  }

  closeGroup(): void {
    this.#view.setUint32(this.#groupAt + 24, this.#addressBytes * 0x100_0000 + this.#groupRows);
    this.#groups++;
    this.#rows += this.#groupRows;
  }

  /** The last chunk and the end mark become ready. */
  end(): void {
    if (this.#length > chunkHeadBytes) this.#finishChunk(swarmsChunk);
    this.#view.setUint32(chunkHeadBytes, this.#groups);
    this.#view.setUint32(chunkHeadBytes + 4, this.#rows);
    this.#length = chunkHeadBytes + 8;
    this.#finishChunk(endChunk);
  }

  #startGroup(): void {
    const most = groupHeadBytes + rowBytes(this.#addressBytes, this.#hasPeerIds);
    if (this.#length + most > roomEnd) this.#finishChunk(swarmsChunk);
    this.#groupAt = this.#length;
    this.#groupRows = 0;
    for (let i = 0; i < 5; i++) this.#view.setInt32(this.#groupAt + 4 * i, this.#infoHash[i]!);
    this.#view.setUint32(this.#groupAt + 20, this.#downloads);
    this.#length += groupHeadBytes;
  }

  #finishChunk(type: number): void {
    this.#view.setUint32(0, type * 0x100_0000 + this.#length - chunkHeadBytes);
    this.#view.setUint32(4, this.#number++);
    const chunk = this.#chunk.slice(0, this.#length + checksumBytes);
    writeUint32(chunk, this.#length, crc32c(chunk.subarray(0, this.#length)));
    this.ready.push(chunk);
    this.#length = chunkHeadBytes;
  }
}

const roomEnd = maxChunkBytes - checksumBytes;
