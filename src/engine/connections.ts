/**
 * The links of one torrent: whom to dial, which incoming links to take, and what to do when two
 * links lead to the same peer.
 * Invariant: each session and each dial under way holds one place of the session-wide limit; at most
 * one session per peer id outlives its handshake.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { PeerId } from '../base/ids.ts';
import { parseIp } from '../base/ip-address.ts';
import { isGlobal } from '../base/ip-network.ts';
import type { Handshake } from '../protocol/handshake.ts';
import type { ConnectionLimit } from './connection-limit.ts';
import type { PeerBook } from './peer-book.ts';
import { PeerSession } from './peer-session.ts';
import type { PeerSessionHost } from './peer-session-host.ts';
import { leastUseful } from './peer-turnover.ts';
import type { Dialer, Link } from './ports.ts';

/** Full, and somebody new is known: one of no use goes this often. */
const turnoverMs = 10_000;
/** Dials started per call; the rest follows with the next tick, so that a big swarm is joined in steps. */
const dialsPerRound = 20;
/** One address of the internet may come in with this part of the places, be it a whole campus. */
const shareOfOneHost = 1 / 4;
/** Two links of a simultaneous open are no further apart than this. */
const simultaneousMs = 60_000;
/** Remembered givers; beyond it a count is no longer told apart by who came twice. */
const maxGivers = 10_000;

export interface ConnectionsOptions {
  readonly host: PeerSessionHost;
  readonly book: PeerBook;
  readonly dialer: Dialer;
  readonly shared: ConnectionLimit;
  /** Of this torrent. */
  readonly maxSessions: number;
  readonly peerId: PeerId;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #sessions = new Map<number, PeerSession>();
  readonly #byPeerId = new Map<PeerId, PeerSession>();
  readonly #dials = new Map<{ cancel(): void }, Endpoint>();
  /** Peers gone by now that payload came from. */
  readonly #givers = new Set<PeerId>();
  #nextId = 1;
  #closed = false;
  #nextTurnoverMs = 0;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** No link, and none being made. */
  get isIdle(): boolean {
    return this.#sessions.size === 0 && this.#dials.size === 0;
  }

  /** Distinct peers that payload came from since the start, by peer id, whether still linked or not. */
  get giverCount(): number {
    let count = this.#givers.size;
    for (const session of this.#sessions.values()) {
      const peerId = session.handshake?.peerId;
      const gave = session.down.totalBytes > 0 && peerId !== undefined;
      if (gave && !this.#givers.has(peerId)) count++;
    }
    return count;
  }

  all(): Iterable<PeerSession> {
    return this.#sessions.values();
  }

  byId(id: number): PeerSession | undefined {
    return this.#sessions.get(id);
  }

  dialMore(nowMs: number): void {
    const { book, shared, maxSessions } = this.#options;
    if (this.#sessions.size >= maxSessions && book.next(nowMs) !== undefined) {
      this.#makeRoom(nowMs);
    }
    for (let i = 0; i < dialsPerRound; i++) {
      if (this.#closed || this.#sessions.size + this.#dials.size >= maxSessions) return;
      if (!shared.tryTake()) return;
      const candidate = book.next(nowMs);
      if (candidate === undefined) {
        shared.give();
        return;
      }
      this.#dial(candidate.endpoint);
    }
  }

  #dial(endpoint: Endpoint): void {
    const { book, dialer, shared, host } = this.#options;
    book.onDialing(endpoint);
    const dial = dialer.dial(endpoint, {
      onDialed: (link) => {
        this.#dials.delete(dial);
        if (this.#closed) {
          shared.give();
          return undefined;
        }
        book.onConnected(endpoint, false);
        const session = this.#add(link);
        session.sendHandshake();
        return session;
      },
      onDialFailed: () => {
        this.#dials.delete(dial);
        shared.give();
        book.onFailed(endpoint, host.nowMs());
      },
    });
    this.#dials.set(dial, endpoint);
  }

  /** An incoming link whose handshake named this torrent. Returns why not when it is refused. */
  accept(link: Link, handshake: Handshake): PeerSession | string {
    const { book, shared, maxSessions } = this.#options;
    if (this.#closed) return 'the torrent is stopped';
    if (book.bans.isBanned(link.remote)) return 'banned';
    if (this.#isCrowding(link.remote.host)) return 'too many connections from this address';
    if (this.#sessions.size >= maxSessions) this.#makeRoom(this.#options.host.nowMs());
    if (this.#sessions.size >= maxSessions || !shared.tryTake()) return 'too many connections';
    book.onConnected(link.remote, true);
    const session = this.#add(link);
    session.adoptHandshake(handshake);
    return session;
  }

  #isCrowding(host: string): boolean {
    let count = 0;
    for (const { endpoint } of this.#sessions.values()) if (endpoint.host === host) count++;
    if (count < this.#options.maxSessions * shareOfOneHost) return false;
    const address = parseIp(host);
    return address !== undefined && isGlobal(address);
  }

  #makeRoom(nowMs: number): void {
    if (nowMs < this.#nextTurnoverMs) return;
    const session = leastUseful(this.#sessions.values(), nowMs);
    if (session === undefined) return;
    this.#nextTurnoverMs = nowMs + turnoverMs;
    session.close('made room for somebody else');
  }

  /**
   * Judges a session once its peer id is known; returns why it has to go. Of two links between the
   * same two peers both sides keep the one that the greater peer id opened, so that a simultaneous
   * open ends with exactly one. An older link stays: peer ids are no secret, and whoever claims one
   * must not end the link of its owner.
   */
  onHandshake(session: PeerSession, handshake: Handshake): string | undefined {
    const { book, peerId, host } = this.#options;
    if (handshake.peerId === peerId) {
      if (!session.link.incoming) book.addOwn(session.endpoint);
      return 'connected to itself';
    }
    const existing = this.#byPeerId.get(handshake.peerId);
    if (existing !== undefined && existing !== session) {
      const keepOutgoing = peerId > handshake.peerId;
      const isYoung = host.nowMs() - existing.connectedAtMs < simultaneousMs;
      const isCrossing = existing.link.incoming !== session.link.incoming;
      const keepNew = isYoung && isCrossing && session.link.incoming !== keepOutgoing;
      if (!keepNew) return 'already connected to this peer';
      existing.close('replaced by the other of two links to the same peer');
    }
    this.#byPeerId.set(handshake.peerId, session);
    return undefined;
  }

  onClosed(session: PeerSession, nowMs: number): void {
    const { book, shared } = this.#options;
    if (!this.#sessions.delete(session.id)) return;
    shared.give();
    const peerId = session.handshake?.peerId;
    if (peerId !== undefined && this.#byPeerId.get(peerId) === session) {
      this.#byPeerId.delete(peerId);
    }
    const gave = session.down.totalBytes > 0;
    if (gave && peerId !== undefined && this.#givers.size < maxGivers) this.#givers.add(peerId);
    const useful = gave || session.up.totalBytes > 0;
    book.onClosed(session.endpoint, nowMs, useful);
  }

  ban(session: PeerSession, reason: string): void {
    this.#options.book.ban(session.endpoint, reason);
    session.close(`banned: ${reason}`);
  }

  /** For good. */
  closeAll(cause: string): void {
    this.#closed = true;
    this.closeSessions(cause);
  }

  closeSessions(cause: string): void {
    const { book, shared } = this.#options;
    for (const [dial, endpoint] of this.#dials) {
      dial.cancel();
      shared.give();
      book.onDialCancelled(endpoint);
    }
    this.#dials.clear();
    for (const session of [...this.#sessions.values()]) session.close(cause);
  }

  #add(link: Link): PeerSession {
    const session = new PeerSession(this.#nextId++, link, this.#options.host);
    this.#sessions.set(session.id, session);
    return session;
  }
}
