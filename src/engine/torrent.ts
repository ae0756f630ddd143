/**
 * One torrent's part in its swarm, and the single writer of its state: every input (bytes of a peer,
 * a report of the disk, a tracker's reply, time) comes in here or in a part it owns, and is answered
 * by calls to the ports.
 * Invariant: until its metadata is known a torrent fetches that and nothing else; while it checks
 * its data it talks to nobody; once stopped it never speaks again.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { InfoHash } from '../base/ids.ts';
import type { Handshake } from '../protocol/handshake.ts';
import type { Announcer } from './announcer.ts';
import type { PeerSource } from './candidate.ts';
import type { Connections } from './connections.ts';
import type { ContentOptions } from './content.ts';
import { Content } from './content.ts';
import type { MissingLayers } from './hash-talk.ts';
import type { HeldLink } from './held-link.ts';
import type { PeerBook } from './peer-book.ts';
import type { Link, LinkSink, StorageError } from './ports.ts';
import { type RateLimit, RateMeter } from './rate.ts';
import type { Awakening } from './sleeping-torrent.ts';
import { Swarm } from './swarm.ts';
import type { SwarmTalk } from './swarm-talk.ts';
import type {
  InfoFacts,
  TorrentEvents,
  TorrentOptions,
  TorrentSurroundings,
} from './torrent-options.ts';
import { announceSubject, makeAnnouncer } from './torrent-parts.ts';
import type { TransferLimits } from './transfer-limits.ts';

const secondMs = 1000;
/** A tracker that does not hear `stopped` within this time is left without. */
const stopDeadlineMs = 3000;

export class Torrent {
  readonly infoHash: InfoHash;
  readonly announcer: Announcer;
  readonly #swarm: Swarm;
  readonly down = new RateMeter();
  readonly up = new RateMeter();
  readonly #options: TorrentOptions;
  readonly #events: TorrentEvents;
  readonly #around: TorrentSurroundings;
  #content: Content | undefined;
  #awaitsContent: boolean;
  #name: string;
  #stopped = false;
  #joined = false;
  #nextSecondMs = 0;
  #held: readonly HeldLink[];

  /** `awakening`: what it had while it slept. */
  constructor(options: TorrentOptions, around: TorrentSurroundings, awakening?: Awakening) {
    this.#options = options;
    this.#events = options.events;
    this.#name = options.name;
    this.#awaitsContent = options.hasMetadata === true;
    this.#around = around;
    this.infoHash = options.infoHash;
    this.#swarm = new Swarm(options, around);
    const subject = announceSubject(this);
    this.announcer = awakening?.announcer ?? makeAnnouncer(subject, options, around);
    this.announcer.subject = subject;
    this.#held = awakening?.links ?? [];
    this.addCandidates(options.candidates, 'manual');
    this.addCandidates(awakening?.candidates ?? [], 'tracker');
  }

  nowMs(): number {
    return this.#around.ports.clock.nowMs();
  }

  get book(): PeerBook {
    return this.#swarm.book;
  }

  get connections(): Connections {
    return this.#swarm.connections;
  }

  get limits(): TransferLimits {
    return this.#swarm.limits;
  }

  get talk(): SwarmTalk {
    return this.#swarm.talk;
  }

  get content(): Content | undefined {
    return this.#content;
  }

  get name(): string {
    return this.#name;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  get isComplete(): boolean {
    return this.#swarm.isComplete;
  }

  get downloadedBytes(): number {
    return this.#options.downloadedBytes + (this.#content?.downloads.downloadedBytes ?? 0);
  }

  get uploadedBytes(): number {
    return this.#options.uploadedBytes + (this.#content?.uploads.uploadedBytes ?? 0);
  }

  /** What is on disk is being looked at: nobody could be told what is here. */
  get #isPreparing(): boolean {
    return this.#content?.checking ?? this.#awaitsContent;
  }

  // -------------------------------------------------------------- inputs of the owner

  /** The metadata is known, but not the hashes of its pieces (BEP 52): peers are asked; `onLayers` follows. */
  fetchLayers(missing: MissingLayers, info: InfoFacts): void {
    this.#awaitsContent = false;
    this.#name = info.name;
    this.talk.setInfo(info);
    this.talk.hashes.fetch(missing);
  }

  /** The metadata is known: from the .torrent at once, from a magnet after `onMetadata`. */
  setContent(options: ContentOptions, info: InfoFacts): void {
    this.#name = info.name;
    this.talk.setInfo(info);
    const { random, slabs } = this.#around.ports;
    this.#content = new Content(
      options,
      { random, slabs, upLimit: this.limits.up },
      {
        nowMs: () => this.nowMs(),
        sessions: () => this.connections.all(),
        peerCount: () => this.connections.size,
        isFastAllowed: (session, piece) => this.#swarm.isFastAllowed(session, piece),
        onPieceVerified: (piece) => this.#onPieceVerified(piece),
        onPieceCorrupt: (piece) =>
          this.#swarm.log('warn', 'PIECE_CORRUPT', `piece ${piece} is corrupt`),
        onGuilty: (ids) => this.#swarm.culprits.ban(ids),
        onCheckDone: () => this.#onCheckDone(),
        onTrouble: (error) => this.#onTrouble(error),
        onCompleted: () => this.#onCompleted(),
        onWantsChanged: (again) => this.#onWantsChanged(again),
      },
    );
    this.#swarm.content = this.#content;
    for (const session of this.connections.all()) this.#swarm.pieces.count(session);
    if (!this.#content.checking) this.#enterSwarm();
    // Nobody waits for a check.
    for (const held of this.#held) {
      if (this.#content.checking) held.close();
      else held.adopt((link, handshake) => this.accept(link, handshake));
    }
    this.#held = [];
  }

  setLimits(downLimit: RateLimit, upLimit: RateLimit): void {
    this.#swarm.setLimits(downLimit, upLimit);
  }

  /** Announces with the next tick where that is due; trackers that are gone are told that we leave. */
  setTrackers(tiers: readonly (readonly string[])[]): void {
    this.announcer.replaceTrackers(tiers);
  }

  /** All data is read and hashed again. The swarm is left for that long; trackers are not told. */
  recheck(): void {
    if (this.#stopped || this.#content === undefined || this.#content.checking) return;
    this.connections.closeSessions('the torrent is being checked');
    this.#content.recheck();
  }

  accept(link: Link, handshake: Handshake): LinkSink | string {
    if (this.#stopped) return 'the torrent is stopped';
    if (this.#isPreparing) return 'the torrent is being checked';
    return this.connections.accept(link, handshake);
  }

  addCandidates(endpoints: readonly Endpoint[], source: PeerSource): void {
    const nowMs = this.nowMs();
    for (const endpoint of endpoints) this.book.add(endpoint, source, nowMs);
  }

  /** Every 100 ms or so. */
  tick(nowMs: number): void {
    if (this.#stopped) {
      this.announcer.tick();
      return;
    }
    this.limits.tick(nowMs);
    this.#content?.uploads.pumpAll();
    if (nowMs < this.#nextSecondMs) return;
    this.#nextSecondMs = nowMs + secondMs;
    this.down.add(
      this.downloadedBytes - this.#options.downloadedBytes - this.down.totalBytes,
      nowMs,
    );
    this.up.add(this.uploadedBytes - this.#options.uploadedBytes - this.up.totalBytes, nowMs);
    if (this.#isPreparing) return;
    if (this.#content === undefined) this.#enterSwarm();
    this.announcer.tick();
    this.#swarm.tick(nowMs);
  }

  /** It could do without everything but its announcer: whole, with nobody to talk to and nothing to do. */
  get isIdle(): boolean {
    const content = this.#content;
    if (this.#stopped || content === undefined || content.error !== undefined) return false;
    if (!this.isComplete || !content.picker.verified.isFull || content.isRead) return false;
    return this.connections.isIdle;
  }

  /** Closes links and files, without a word to the trackers; then `done`. The announcer is another's now. */
  fallAsleep(done: () => void): void {
    this.#stopped = true;
    this.connections.closeAll('the torrent sleeps');
    if (this.#content === undefined) done();
    else this.#content.stop(done);
  }

  /** Announces `stopped`, finishes writes, closes links and files; then `done`. Once only. */
  stop(done: () => void): void {
    this.#stopped = true;
    let waiting = 2;
    const onPart = () => {
      waiting--;
      if (waiting === 0) done();
    };
    if (this.#content === undefined) onPart();
    else this.#content.stop(onPart);
    this.connections.closeAll('the torrent was stopped');
    for (const held of this.#held) held.close();
    this.announcer.stop(this.nowMs() + stopDeadlineMs, onPart);
  }

  #enterSwarm(): void {
    if (this.#joined) return;
    this.#joined = true;
    this.book.setSkipSeeds(this.isComplete);
    this.announcer.start();
    this.announcer.tick();
    this.connections.dialMore(this.nowMs());
  }

  // -------------------------------------------------------------- reports of the content

  #onPieceVerified(piece: number): void {
    this.#swarm.onPieceVerified(piece);
    this.#events.onPieceVerified(piece);
  }

  #onCompleted(): void {
    // With files left out we are no seeder to the trackers (BEP 21).
    if (this.#content?.picker.verified.isFull === true) this.announcer.onCompleted();
    this.#swarm.onCompleted();
    this.#events.onCompleted();
  }

  #onWantsChanged(again: boolean): void {
    if (again) this.announcer.forceReannounce();
    this.#swarm.onWantsChanged(again);
    if (this.#joined && !this.#stopped) this.connections.dialMore(this.nowMs());
  }

  #onCheckDone(): void {
    this.book.setSkipSeeds(this.isComplete);
    this.book.hasten(this.nowMs());
    if (this.#content !== undefined && this.#joined) this.#swarm.pieces.announceAll(this.#content);
    this.#swarm.choking.fill();
    this.#events.onCheckDone();
    this.#enterSwarm();
  }

  #onTrouble(error: StorageError | undefined): void {
    if (error !== undefined) this.#swarm.log('warn', error.code, error.message);
    this.#events.onTrouble(error);
  }
}
