/**
 * The tracker for WebRTC peers behind its sockets: answers announces and scrapes, and passes offers and
 * answers between peers of one swarm. Sockets are numbers here.
 *
 * Invariants: a peer speaks only over the connection on which it joined, and nobody takes its id while
 * that connection lives; what is passed on names its sender by the id under which it joined; a peer
 * leaves with its connection, by its word, or after a silence; memory is bounded by the limits.
 */
import type { Random } from '../base/random.ts';
import { encodeLatin1 } from '../base/text.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import {
  isWebSocketProblem,
  parseWebSocketRequest,
  type WebSocketAnnounce,
  type WebSocketAnswer,
  type WebSocketScrape,
} from '../protocol/websocket-tracker.ts';
import {
  encodeRelayedAnswer,
  encodeRelayedOffer,
  encodeWebSocketAnnounceReply,
  encodeWebSocketFailure,
  encodeWebSocketScrapeReply,
} from '../protocol/websocket-tracker-reply.ts';
import { firstRefusal, type Refusal, type TrackerHooks } from './hooks.ts';
import { MessageAllowance } from './message-allowance.ts';
import { OfferLedger } from './offer-ledger.ts';
import type { Counted } from './stats.ts';
import type { PeerSnapshot, SwarmScan, SwarmTotals } from './swarm-store.ts';
import type { WebSocketLimits } from './websocket-limits.ts';
import type { WebSocketClient, WebSocketConnection, WebSocketPeer } from './websocket-peer.ts';
import { infoHashKey, WebSocketRoll } from './websocket-roll.ts';

/** The sockets. None of these calls back before it returns. */
export interface WebSocketLinks {
  /** One text message. Too slow a receiver may be disconnected. */
  send(connection: number, message: string): void;
  /** Someone else claims the id of a peer there: find out whether it still lives. */
  probe(connection: number): void;
}

/** Why a connection is to be closed: a code of RFC 6455 (7.4.1) and a sentence under 120 bytes. */
export interface Farewell {
  readonly code: number;
  readonly reason: string;
}

export interface WebSocketSwarmsOptions {
  readonly links: WebSocketLinks;
  readonly hooks: TrackerHooks;
  readonly random: Random;
  readonly limits: WebSocketLimits;
  count(what: Counted): void;
}

/** What was passed between peers since the start. */
export interface RelayedCounts {
  readonly offers: number;
  readonly answers: number;
}

const notJson: Farewell = { code: 1007, reason: 'a message must be a JSON object' };
const tooFast: Farewell = { code: 1008, reason: 'too many messages: send fewer, or wait' };
const hiddenCounts: SwarmCounts = { seeders: 0, leechers: 0, downloads: 0 };
/** Some milliseconds of work; more offers in a second than this end as the oldest of too many. */
const offersForgottenPerTick = 10_000;

const idTaken =
  'another connection holds this peer id in this torrent: if it is a dead one of yours, the next announce succeeds';

export class WebSocketSwarms {
  readonly #links: WebSocketLinks;
  readonly #hooks: TrackerHooks;
  readonly #random: Random;
  readonly #limits: WebSocketLimits;
  readonly #count: (what: Counted) => void;
  readonly #connections = new Map<number, WebSocketConnection>();
  readonly #roll: WebSocketRoll;
  readonly #offers: OfferLedger;
  #relayedOffers = 0;
  #relayedAnswers = 0;

  constructor(options: WebSocketSwarmsOptions) {
    this.#links = options.links;
    this.#hooks = options.hooks;
    this.#random = options.random;
    this.#limits = options.limits;
    this.#count = (what) => options.count(what);
    this.#roll = new WebSocketRoll(options.limits);
    this.#offers = new OfferLedger(options.limits);
  }

  /** `id` is not that of another open connection. */
  connect(id: number, client: WebSocketClient, nowMs: number): void {
    const allowance = new MessageAllowance(this.#limits.messages, nowMs);
    this.#connections.set(id, { id, client, peers: new Set(), allowance });
  }

  /** All its peers leave. Idempotent. */
  disconnect(id: number): void {
    const connection = this.#connections.get(id);
    if (connection === undefined) return;
    this.#connections.delete(id);
    for (const peer of connection.peers) this.#roll.leave(peer);
  }

  /** To be asked at each message, of any kind, before anything else is done with it. */
  charge(id: number, nowMs: number): Farewell | undefined {
    const connection = this.#connections.get(id);
    if (connection === undefined || connection.allowance.take(nowMs)) return undefined;
    this.#count('limited');
    return tooFast;
  }

  /** `text` has at most `maxWebSocketMessageBytes`. */
  receive(id: number, text: string, nowMs: number): Farewell | undefined {
    const connection = this.#connections.get(id);
    if (connection === undefined) return undefined;
    const request = parseWebSocketRequest(text);
    if (isWebSocketProblem(request)) {
      this.#count('invalid');
      if (!request.isJson) return notJson;
      const { problem: reason, action, infoHash } = request;
      this.#links.send(id, encodeWebSocketFailure({ reason, action, infoHash }));
      return undefined;
    }
    if (request.action === 'announce') this.#announce(connection, request, nowMs);
    else if (request.action === 'answer') this.#answer(connection, request, nowMs);
    else this.#scrape(connection, request);
    return undefined;
  }

  /** To be called about once a second. Returns how many silent peers it forgot. */
  tick(nowMs: number): number {
    this.#offers.expire(nowMs, offersForgottenPerTick);
    return this.#roll.forgetSilent(nowMs);
  }

  /** How many peers a connection has, over all torrents. */
  peersOf(id: number): number {
    return this.#connections.get(id)?.peers.size ?? 0;
  }

  totals(): SwarmTotals {
    return this.#roll.totals();
  }

  relayed(): RelayedCounts {
    return { offers: this.#relayedOffers, answers: this.#relayedAnswers };
  }

  /** Zeros for an unknown swarm; without the hooks and without being counted. */
  counts(infoHash: Uint8Array): SwarmCounts {
    return this.#roll.counts(infoHashKey(infoHash));
  }

  peers(infoHash: Uint8Array, limit: number, nowMs: number): PeerSnapshot[] {
    return this.#roll.peers(infoHashKey(infoHash), limit, nowMs);
  }

  scan(nowMs: number): SwarmScan {
    return this.#roll.scan(nowMs);
  }

  #announce(connection: WebSocketConnection, request: WebSocketAnnounce, nowMs: number): void {
    this.#count('announces');
    const { infoHash, peerId, event } = request;
    const held = this.#roll.find(infoHash, peerId);
    const own = held?.connection === connection ? held : undefined;
    const refusal = this.#refusal(connection, request, nowMs);
    if (refusal !== undefined) {
      if (own !== undefined) this.#roll.leave(own);
      this.#refuse(connection, infoHash, refusal.reason);
    } else if (held !== undefined && own === undefined) {
      this.#contest(connection, held, infoHash);
    } else if (event === 'stopped') {
      if (own !== undefined) this.#roll.leave(own);
      this.#reply(connection, infoHash);
    } else {
      const peer = own ?? this.#roll.join(connection, infoHash, peerId, nowMs);
      if (typeof peer === 'string') {
        this.#refuse(connection, infoHash, peer);
        return;
      }
      this.#update(peer, request, nowMs);
      this.#reply(connection, infoHash);
      this.#passOffers(peer, request, nowMs);
    }
  }

  #refusal(
    { client }: WebSocketConnection,
    request: WebSocketAnnounce,
    nowMs: number,
  ): Refusal | undefined {
    if (this.#hooks.announce.length === 0) return undefined;
    const { action: _action, offers, ...fields } = request;
    const asked = {
      ...fields,
      ...client,
      transport: 'websocket',
      infoHash: encodeLatin1(request.infoHash),
      peerId: encodeLatin1(request.peerId),
      numWant: offers.length,
      wantsBothFamilies: false,
      wantsPeerIds: false,
    } as const;
    return firstRefusal(this.#hooks.announce, asked, nowMs);
  }

  /**
   * No failure is said here: clients forget to announce again after one that comes first on a new
   * connection, and this may be the same client, back before its dead connection was noticed.
   */
  #contest(connection: WebSocketConnection, holder: WebSocketPeer, infoHash: string): void {
    this.#count('refused');
    this.#links.probe(holder.connection.id);
    const { seeders, leechers } = holder.swarm;
    const intervalSeconds = Math.ceil(this.#limits.retryMs / 1000);
    const reply = { infoHash, intervalSeconds, seeders, leechers, warning: idTaken };
    this.#links.send(connection.id, encodeWebSocketAnnounceReply(reply));
  }

  /** A peer that does not say what is left stays what it was. */
  #update(peer: WebSocketPeer, request: WebSocketAnnounce, nowMs: number): void {
    peer.lastSeenMs = nowMs;
    const { leftBytes, event } = request;
    if (leftBytes !== undefined) this.#roll.setSeeder(peer, leftBytes === 0);
    if (event !== 'completed') return;
    if (leftBytes === undefined) this.#roll.setSeeder(peer, true);
    if (peer.hasCompleted) return;
    peer.hasCompleted = true;
    peer.swarm.downloads++;
  }

  #passOffers(peer: WebSocketPeer, request: WebSocketAnnounce, nowMs: number): void {
    const count = Math.min(request.offers.length, this.#offers.room(peer));
    const receivers = peer.swarm.chooseFor(peer, count, this.#random);
    for (const [at, receiver] of receivers.entries()) {
      const offer = request.offers[at]!;
      if (!this.#offers.add(peer, receiver, offer.offerId, nowMs)) continue;
      this.#relayedOffers++;
      const message = encodeRelayedOffer(request.infoHash, peer.peerId, offer);
      this.#links.send(receiver.connection.id, message);
    }
  }

  #answer(connection: WebSocketConnection, request: WebSocketAnswer, nowMs: number): void {
    const { infoHash, peerId, toPeerId, offerId } = request;
    const peer = this.#roll.find(infoHash, peerId);
    if (peer?.connection !== connection) {
      this.#refuse(connection, infoHash, 'an answer comes from who announced that torrent here');
      return;
    }
    peer.lastSeenMs = nowMs;
    const offerer = this.#roll.find(infoHash, toPeerId);
    if (offerer === undefined || !this.#offers.answer(offerer, peer, offerId, nowMs)) {
      const reason = 'no offer waits for that answer: it is too old, or its peer has left';
      this.#refuse(connection, infoHash, reason);
      return;
    }
    this.#relayedAnswers++;
    this.#links.send(offerer.connection.id, encodeRelayedAnswer(request));
  }

  #scrape(connection: WebSocketConnection, { infoHashes }: WebSocketScrape): void {
    this.#count('scrapes');
    const counts = infoHashes.map((infoHash) => {
      const bytes = encodeLatin1(infoHash);
      const isShown = this.#hooks.scrape.every((hook) => hook(bytes));
      return isShown ? this.#roll.counts(infoHash) : hiddenCounts;
    });
    const minIntervalSeconds = Math.ceil(this.#limits.intervalMs / 1000);
    const message = encodeWebSocketScrapeReply(infoHashes, counts, minIntervalSeconds);
    this.#links.send(connection.id, message);
  }

  #reply(connection: WebSocketConnection, infoHash: string): void {
    const { seeders, leechers } = this.#roll.counts(infoHash);
    const stretchedMs = this.#limits.intervalMs * (1 + 0.1 * this.#random.next());
    const intervalSeconds = Math.max(1, Math.round(stretchedMs / 1000));
    const reply = { infoHash, intervalSeconds, seeders, leechers };
    this.#links.send(connection.id, encodeWebSocketAnnounceReply(reply));
  }

  #refuse(connection: WebSocketConnection, infoHash: string, reason: string): void {
    this.#count('refused');
    const failure = { reason, action: 'announce', infoHash } as const;
    this.#links.send(connection.id, encodeWebSocketFailure(failure));
  }
}
