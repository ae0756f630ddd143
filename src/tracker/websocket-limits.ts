/** What WebRTC peers are told and how much of them is kept. Memory follows from it: see the figures. */
import type { AllowanceSettings } from './message-allowance.ts';
import type { OfferLimits } from './offer-ledger.ts';

export interface WebSocketLimits extends OfferLimits {
  /** Told to clients, stretched at random by up to a tenth. They make new offers at each announce. */
  readonly intervalMs: number;
  /** How soon to announce again after a peer id was found taken. */
  readonly retryMs: number;
  /** A peer that says nothing for so long is forgotten, its connection alive or not. */
  readonly peerTimeoutMs: number;
  /** At most 0.6 KB each, where every peer is in a swarm of its own. */
  readonly maxPeers: number;
  /** Browsers and seeding servers share one connection for all their torrents. */
  readonly maxPeersPerConnection: number;
  /** Several clients in one page or process share a connection, and may share a torrent. */
  readonly maxPeersPerConnectionInSwarm: number;
  /** A connection that asks faster is closed. A client with many torrents announces all at once. */
  readonly messages: AllowanceSettings;
}

export const defaultWebSocketLimits: WebSocketLimits = {
  intervalMs: 120_000,
  retryMs: 15_000,
  peerTimeoutMs: 300_000,
  maxPeers: 100_000,
  maxPeersPerConnection: 500,
  maxPeersPerConnectionInSwarm: 4,
  messages: { perSecond: 50, burst: 1000 },
  offerLifeMs: 60_000,
  maxOffers: 200_000,
  maxOffersMade: 20,
  maxOffersGot: 100,
};
