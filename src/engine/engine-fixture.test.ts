/**
 * A session with one torrent on ports that tests drive by hand: a clock that stands still, links whose
 * other end the test is, a disk that answers when it is told to.
 */
import assert from 'node:assert/strict';
import { Bitfield } from '../base/bitfield.ts';
import type { Endpoint } from '../base/endpoint.ts';
import { hashes } from '../base/hashes-fixture.test.ts';
import { infoHashFromBytes } from '../base/ids.ts';
import { SeededRandom } from '../base/random.ts';
import { encodeLatin1 } from '../base/text.ts';
import { encodeHandshake } from '../protocol/handshake.ts';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { blockOf, FakeLink, FakeStorage, pieceMessage } from './fake-ports.test.ts';
import { blockBytes, Layout } from './layout.ts';
import type {
  AnnounceParameters,
  AnnounceReply,
  DialSink,
  EnginePorts,
  LogEntry,
  Slab,
  TrackerFailure,
} from './ports.ts';
import type { RateLimit } from './rate.ts';
import { Session } from './session.ts';
import type { Torrent } from './torrent.ts';

export const infoBytes = encodeLatin1(`d4:name${'n'.repeat(20_000)}e`);
export const infoHashBytes = hashes.sha1(infoBytes);
export const infoHash = infoHashFromBytes(infoHashBytes);
export const ownPeerId = encodeLatin1('-SH0100-mmmmmmmmmmmm');

export interface RigOptions {
  readonly pieceCount?: number;
  readonly blocksPerPiece?: number;
  /** Every file starts a piece, and the first ends this far before the end of piece 0. */
  readonly gapBytes?: number;
  /** These pieces are here at the start; `magnet`: not even the metadata. */
  readonly start?: 'magnet' | readonly number[];
  readonly slabCount?: number;
  readonly maxPeers?: number;
  readonly maxPeersPerTorrent?: number;
  readonly downLimit?: RateLimit;
  readonly upLimit?: RateLimit;
  readonly isPrivate?: boolean;
  /** One a file: of piece 0, and of all others. */
  readonly filePriorities?: Uint8Array;
  readonly tiers?: readonly (readonly string[])[];
  readonly candidates?: readonly Endpoint[];
}

export interface PeerOptions {
  /** 20 characters; each peer has its own unless told. */
  readonly peerId?: string;
  readonly host?: string;
  readonly fast?: boolean;
  readonly extension?: boolean;
}

export class EngineRig {
  readonly session: Session;
  readonly torrent: Torrent;
  readonly layout: Layout;
  readonly log: LogEntry[] = [];
  readonly events: string[] = [];
  readonly dials: { remote: Endpoint; sink: DialSink; cancelled: boolean }[] = [];
  /** Slabs that are out. */
  readonly slabs = new Set<Slab>();
  /** Announces that were not cancelled; the test answers them. */
  readonly announces: {
    readonly parameters: AnnounceParameters;
    readonly done: (reply: AnnounceReply | undefined, failure: TrackerFailure | undefined) => void;
  }[] = [];
  nowMs = 1_000_000;
  metadata: Uint8Array | undefined;
  readonly #options: RigOptions;
  readonly #waitingForRoom: (() => void)[] = [];
  #storage: FakeStorage | undefined;
  #peers = 0;

  constructor(options: RigOptions = {}) {
    this.#options = options;
    const pieceLength = (options.blocksPerPiece ?? 2) * blockBytes;
    const lengthBytes = (options.pieceCount ?? 4) * pieceLength;
    const { gapBytes } = options;
    const first = { offsetBytes: 0, lengthBytes: pieceLength - (gapBytes ?? 0) };
    const rest = { offsetBytes: pieceLength, lengthBytes: lengthBytes - pieceLength };
    this.layout = new Layout(pieceLength, [first, rest], gapBytes !== undefined);
    const { maxPeers, maxPeersPerTorrent } = options;
    this.session = new Session(this.#ports(), {
      peerIdBytes: ownPeerId,
      hashes,
      ...(maxPeers !== undefined && { maxPeers }),
      ...(maxPeersPerTorrent !== undefined && { maxPeersPerTorrent }),
    });
    const torrent = this.session.add({
      infoHash,
      infoHashBytes,
      name: 'fixture',
      private: options.isPrivate === true,
      speaksV2: false,
      tiers: options.tiers ?? [],
      candidates: options.candidates ?? [],
      downLimit: options.downLimit ?? 'unlimited',
      upLimit: options.upLimit ?? 'unlimited',
      uploadedBytes: 0,
      downloadedBytes: 0,
      completedBefore: false,
      isInfo: (bytes) => Buffer.compare(hashes.sha1(bytes), infoHashBytes) === 0,
      events: {
        onMetadata: (info) => {
          this.metadata = info;
        },
        onLayers: () => this.events.push('layers'),
        onCheckDone: () => this.events.push('checked'),
        onPieceVerified: (piece) => this.events.push(`verified ${piece}`),
        onCompleted: () => this.events.push('completed'),
        onTrouble: (error) => this.events.push(error === undefined ? 'well again' : error.code),
      },
    });
    assert.ok(torrent !== undefined);
    this.torrent = torrent;
    if (options.start !== 'magnet') this.setContent(options.start ?? []);
  }

  get storage(): FakeStorage {
    assert.ok(this.#storage !== undefined, 'the metadata is known');
    return this.#storage;
  }

  setContent(here: readonly number[]): void {
    const verified = new Bitfield(this.layout.pieceCount);
    for (const piece of here) verified.set(piece);
    const { filePriorities } = this.#options;
    this.torrent.setContent(
      {
        layout: this.layout,
        openStorage: (sink) => {
          this.#storage = new FakeStorage(this.layout, sink);
          return this.#storage;
        },
        start: { verified, toCheck: [], partial: [], unfinishedFiles: [] },
        ...(filePriorities !== undefined && { filePriorities }),
      },
      { bytes: infoBytes, name: 'fixture', isPrivate: this.#options.isPrivate === true },
    );
  }

  #ports(): EnginePorts {
    return {
      clock: { nowMs: () => this.nowMs },
      random: new SeededRandom(7),
      dialer: {
        dial: (remote, sink) => {
          const dial = { remote, sink, cancelled: false };
          this.dials.push(dial);
          return {
            cancel() {
              dial.cancelled = true;
            },
          };
        },
      },
      slabs: {
        tryAcquire: (lengthBytes) => {
          if (this.slabs.size >= (this.#options.slabCount ?? 100)) return undefined;
          const slab = { bytes: new Uint8Array(lengthBytes) };
          this.slabs.add(slab);
          return slab;
        },
        release: (slab) => {
          assert.ok(this.slabs.delete(slab), 'a slab is released once');
        },
        fill: (slab, offset, block) => slab.bytes.set(block, offset),
        onRoom: (callback) => this.#waitingForRoom.push(callback),
      },
      trackers: {
        announce: (parameters, done) => {
          const announce = { parameters, done };
          this.announces.push(announce);
          return { cancel: () => void this.announces.splice(this.announces.indexOf(announce), 1) };
        },
      },
      log: (entry) => this.log.push(entry),
    };
  }

  /** What the pool calls later, after a release. */
  tellOfRoom(): void {
    for (const callback of this.#waitingForRoom.splice(0)) callback();
  }

  /** Codes of what the log says about peers that broke the protocol. */
  breaches(): string[] {
    return this.log.filter(({ level }) => level === 'info').map(({ code }) => code);
  }

  #handshake(number: number, { peerId, fast = true, extension = false }: PeerOptions): Uint8Array {
    return encodeHandshake({
      infoHash: infoHashBytes,
      peerId: encodeLatin1(peerId ?? `-XX0000-${String(number).padStart(12, '0')}`),
      reserved: { fast, extension, dht: false, v2: false },
    });
  }

  /** A peer that dials us and says its handshake. */
  incoming(options: PeerOptions = {}): FakeLink {
    const number = ++this.#peers;
    const remote = { host: options.host ?? `10.0.0.${number}`, port: 40_000 + number };
    const link = new FakeLink(remote, true);
    link.sink = this.session.accept(link);
    link.hear(this.#handshake(number, options));
    return link;
  }

  /** A peer that we dial, until its handshake is through. */
  outgoing(options: PeerOptions = {}): FakeLink {
    const number = this.#peers + 1;
    const link = this.dialled(options);
    link.hear(this.#handshake(number, options));
    return link;
  }

  /** A peer that we dial and that has said nothing yet. */
  dialled(options: PeerOptions = {}): FakeLink {
    const number = ++this.#peers;
    const remote = { host: options.host ?? `10.0.0.${number}`, port: 6881 };
    this.torrent.addCandidates([remote], 'tracker');
    this.torrent.connections.dialMore(this.nowMs);
    const dial = this.dials.findLast(({ remote: { host } }) => host === remote.host);
    assert.ok(dial !== undefined, `${remote.host} is dialled`);
    const link = new FakeLink(remote, false);
    link.sink = dial.sink.onDialed(link);
    return link;
  }

  /** A seeder that has unchoked us: it was asked for blocks by now. */
  seeder(options: PeerOptions = {}): FakeLink {
    const link = this.incoming(options);
    const full = Bitfield.full(this.layout.pieceCount).toBytes();
    link.hear(options.fast === false ? wire.encodeBitfield(full) : wire.encodeHaveAll());
    link.hear(wire.encodeUnchoke());
    return link;
  }

  /** Sends the blocks that these lines request, rightly unless `lie` says otherwise. */
  answer(link: FakeLink, lines: readonly string[], lie = false): void {
    for (const line of lines) {
      const match = /^request (\d+):(\d+)$/.exec(line);
      if (match === null) continue;
      const [piece, begin] = [Number(match[1]), Number(match[2])];
      const bytes = blockOf(this.layout, piece, begin / blockBytes);
      if (lie) bytes[5]! ^= 1;
      link.hear(pieceMessage(piece, begin, bytes));
    }
  }

  /** The tracker answers all that were asked: `event url` of each. */
  answerAnnounces(reply: Partial<AnnounceReply> = {}): string[] {
    return this.announces.splice(0).map(({ parameters, done }) => {
      done({ intervalMs: 1_800_000, peers: [], ...reply }, undefined);
      return `${parameters.event} ${parameters.url}`;
    });
  }

  /** Time passes, in steps of a second, as the clock of a client would have it. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 1000) {
      this.nowMs += Math.min(left, 1000);
      this.session.tick();
    }
  }
}

/** The lines that are requests. */
export function requests(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith('request '));
}
