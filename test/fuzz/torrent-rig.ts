/**
 * A session with one torrent on made-up ports: links that lead nowhere, a disk in memory, a clock that
 * is moved by hand. What the ports owe comes when `settle` is called, in the order it was asked for.
 * Invariant checked: only verified bytes are read and sent, each lease and each slab comes back once.
 */
import assert from 'node:assert/strict';
import { Bitfield } from '../../src/base/bitfield.ts';
import { infoHashFromBytes } from '../../src/base/ids.ts';
import type { Random } from '../../src/base/random.ts';
import { encodeLatin1 } from '../../src/base/text.ts';
import { blockBytes, Layout } from '../../src/engine/layout.ts';
import type {
  BlockLease,
  EnginePorts,
  Link,
  LinkSink,
  Slab,
  Storage,
  StorageSink,
} from '../../src/engine/ports.ts';
import { Session } from '../../src/engine/session.ts';
import type { Torrent } from '../../src/engine/torrent.ts';
import { nodeHashes } from '../../src/node/hashes.ts';
import { encodeHandshake, HANDSHAKE_BYTES } from '../../src/protocol/handshake.ts';
import { merklePadding, merkleRoot } from '../../src/protocol/merkle.ts';

export const layout = new Layout(2 * blockBytes, [{ offsetBytes: 0, lengthBytes: 150_000 }], false);
export const info = encodeLatin1(`d4:name${'x'.repeat(40_000)}e`);

/** The layer of a made-up file with as many pieces, of version 2 (BEP 52), filled up to a whole tree. */
export const layerLevel = 1;
export const wholeLayer = new Uint8Array(8 * 32);
for (let piece = 0; piece < 8; piece++) {
  const known = nodeHashes.sha256(Uint8Array.of(piece));
  wholeLayer.set(
    piece < layout.pieceCount ? known : merklePadding(layerLevel, nodeHashes),
    32 * piece,
  );
}
const layer = wholeLayer.subarray(0, 32 * layout.pieceCount);
const piecesRoot = merkleRoot(layer, nodeHashes, layerLevel);

const infoHashBytes = nodeHashes.sha1(info);
const infoHash = infoHashFromBytes(infoHashBytes);
const content = Uint8Array.from(
  { length: layout.lengthBytes },
  (_, i) => (i * 7 + (i >> 8)) & 0xff,
);

/** The true bytes at a place of a piece. */
export function trueBytes(piece: number, begin: number, lengthBytes: number): Uint8Array {
  const start = piece * layout.pieceLength + begin;
  return content.subarray(start, Math.min(start + lengthBytes, content.length));
}

/** One peer's connection; it remembers what the client said. */
export class RigLink implements Link {
  readonly incoming = true;
  readonly remote: { readonly host: string; readonly port: number };
  queuedBytes = 0;
  closed = false;
  /** All that was sent behind the handshake, except blocks. */
  readonly said: Uint8Array[] = [];
  sink: LinkSink | undefined;
  /** That the peer told the client. */
  toldBytes = 0;
  #heardBytes = 0;

  constructor(number: number) {
    this.remote = { host: `10.0.0.${number}`, port: 1000 + number };
  }

  send(bytes: Uint8Array): void {
    assert.ok(!this.closed, 'nothing is sent after the link was closed');
    if (this.#heardBytes >= HANDSHAKE_BYTES) this.said.push(bytes);
    this.#heardBytes += bytes.length;
  }

  sendBlock(header: Uint8Array, lease: BlockLease): void {
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const wanted = trueBytes(view.getUint32(5), view.getUint32(9), lease.bytes.length);
    assert.deepEqual(lease.bytes, wanted, 'a block that leaves holds the right bytes');
    lease.release();
  }

  setReadingPaused(): void {}

  close(): void {
    this.closed = true;
  }

  hear(bytes: Uint8Array): void {
    this.toldBytes += bytes.length;
    if (!this.closed) this.sink?.onBytes(bytes);
  }
}

class MemoryStorage implements Storage {
  readonly #sink: StorageSink;
  readonly #later: (report: () => void) => void;
  readonly #verified: Set<number>;
  readonly #parked = new Map<number, Uint8Array>();

  constructor(sink: StorageSink, verified: Set<number>, later: (report: () => void) => void) {
    this.#sink = sink;
    this.#verified = verified;
    this.#later = later;
  }

  writePiece(piece: number, slab: Slab): void {
    this.#later(() => {
      const bytes = slab.bytes.subarray(0, layout.pieceBytes(piece));
      const digests = new Uint8Array(20 * layout.blockCount(piece));
      for (let block = 0; block < layout.blockCount(piece); block++) {
        const part = bytes.subarray(block * blockBytes, (block + 1) * blockBytes);
        digests.set(nodeHashes.sha1(part), 20 * block);
      }
      const isRight = Buffer.compare(bytes, trueBytes(piece, 0, bytes.length)) === 0;
      if (isRight) this.#verified.add(piece);
      if (isRight) this.#sink.onPieceWritten(piece, digests);
      else this.#sink.onPieceCorrupt(piece, digests);
    });
  }

  parkPiece(piece: number, slab: Slab, blocks: Uint8Array): void {
    const kept = slab.bytes.slice();
    this.#later(() => {
      assert.ok(blocks.includes(1));
      this.#parked.set(piece, kept);
      this.#sink.onPieceParked(piece, undefined);
    });
  }

  loadPiece(piece: number, slab: Slab): void {
    this.#later(() => {
      const kept = this.#parked.get(piece);
      assert.ok(kept !== undefined, 'only what was parked is loaded');
      slab.bytes.set(kept.subarray(0, slab.bytes.length));
      this.#sink.onPieceLoaded(piece, undefined);
    });
  }

  tryRead(piece: number, begin: number, lengthBytes: number): BlockLease {
    assert.ok(this.#verified.has(piece), `piece ${piece} is read but not verified`);
    let isOut = true;
    return {
      bytes: trueBytes(piece, begin, lengthBytes),
      release: () => {
        assert.ok(isOut, 'a lease is released once');
        isOut = false;
      },
    };
  }

  prefetch(): void {}
  check(): void {}
  setFilesWanted(): void {}
  finishFile(): void {}

  close(done: () => void): void {
    this.#later(done);
  }
}

export class TorrentRig {
  readonly session: Session;
  readonly torrent: Torrent;
  nowMs = 1_000_000;
  readonly #links: RigLink[] = [];
  readonly #slabs = new Set<Slab>();
  readonly #due: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #verified = new Set<number>();

  /** `start`: nothing but the info-hash is known, or not the pieces' hashes; some are here, or all. */
  constructor(random: Random, start: 'magnet' | 'layers' | 'part' | 'all') {
    this.session = new Session(this.#ports(random), {
      peerIdBytes: encodeLatin1('-SH0100-aaaaaaaaaaaa'),
      hashes: nodeHashes,
    });
    const torrent = this.session.add({
      ...{ infoHash, infoHashBytes, name: 'fuzz', private: false, speaksV2: true, tiers: [] },
      ...{ candidates: [], downLimit: 'unlimited', upLimit: 'unlimited' },
      ...{ uploadedBytes: 0, downloadedBytes: 0, completedBefore: false },
      isInfo: (bytes) => Buffer.compare(nodeHashes.sha1(bytes), infoHashBytes) === 0,
      events: {
        onMetadata: () => this.#due.push(() => this.#setContent(1)),
        onLayers: (layers) => {
          assert.deepEqual([...layers.values()], [layer]);
          this.#due.push(() => this.#setContent(1));
        },
        ...{ onCheckDone() {}, onPieceVerified() {}, onCompleted() {}, onTrouble() {} },
      },
    });
    assert.ok(torrent !== undefined);
    this.torrent = torrent;
    if (start === 'layers') {
      const layers = [{ piecesRoot, pieceCount: layout.pieceCount }];
      torrent.fetchLayers(
        { pieceLength: layout.pieceLength, layers },
        { bytes: info, name: 'fuzz', isPrivate: false },
      );
    } else if (start !== 'magnet') this.#setContent(start === 'all' ? layout.pieceCount : 2);
  }

  #ports(random: Random): EnginePorts {
    return {
      clock: { nowMs: () => this.nowMs },
      random,
      dialer: {
        dial: (_remote, sink) => {
          this.#due.push(() => sink.onDialFailed('nobody there'));
          return { cancel() {} };
        },
      },
      slabs: {
        tryAcquire: (lengthBytes) => {
          if (this.#slabs.size >= 3) return undefined;
          const slab = { bytes: new Uint8Array(lengthBytes) };
          this.#slabs.add(slab);
          return slab;
        },
        release: (slab) => {
          assert.ok(this.#slabs.delete(slab), 'a slab is released once');
          this.#due.push(...this.#waiting.splice(0));
        },
        fill: (slab, offset, block) => slab.bytes.set(block, offset),
        onRoom: (callback) => this.#waiting.push(callback),
      },
      trackers: { announce: () => ({ cancel() {} }) },
      log() {},
    };
  }

  #setContent(pieceCount: number): void {
    const verified = new Bitfield(layout.pieceCount);
    for (let piece = 0; piece < pieceCount; piece++) {
      verified.set(piece);
      this.#verified.add(piece);
    }
    this.torrent.setContent(
      {
        layout,
        openStorage: (sink) => new MemoryStorage(sink, this.#verified, (r) => this.#due.push(r)),
        start: { verified, toCheck: [], partial: [], unfinishedFiles: [] },
      },
      { bytes: info, name: 'fuzz', isPrivate: false },
    );
  }

  /** A peer that came to us and said its handshake. */
  connect(number: number, reserved: { extension: boolean; fast: boolean; v2: boolean }): RigLink {
    const link = new RigLink(number);
    this.#links.push(link);
    link.sink = this.session.accept(link);
    const peerId = encodeLatin1(`-XX0000-${String(number).padStart(12, '0')}`);
    link.hear(
      encodeHandshake({
        infoHash: infoHashBytes,
        peerId,
        reserved: { ...reserved, dht: false },
      }),
    );
    return link;
  }

  /** By all peers. */
  get toldBytes(): number {
    return this.#links.reduce((sum, link) => sum + link.toldBytes, 0);
  }

  /** Everything that is due happens. */
  settle(): void {
    for (let i = 0; i < 10_000; i++) {
      const next = this.#due.shift();
      if (next === undefined) return;
      next();
    }
    throw new Error('it never comes to rest');
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.session.tick();
    this.settle();
  }

  /** Leaves, and looks whether everything came back. */
  end(): void {
    this.torrent.content?.picker.checkInvariants();
    let isOver = false;
    this.session.close(() => {
      isOver = true;
    });
    // A tracker that never answers is not waited for.
    for (let i = 0; i < 8 && !isOver; i++) this.pass(1000);
    assert.ok(isOver, 'it leaves');
    assert.equal(this.#slabs.size, 0, 'all slabs came back');
  }
}
