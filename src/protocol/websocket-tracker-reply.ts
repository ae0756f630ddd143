/**
 * What a WebSocket tracker tells WebRTC peers: answers to what they ask, and what other peers have for
 * them, under the names that WebTorrent's clients read. Ids are binary strings.
 */
import type { SwarmCounts } from './swarm-counts.ts';
import type { WebSocketAnswer, WebSocketOffer } from './websocket-tracker.ts';

export interface WebSocketAnnounceReply {
  readonly infoHash: string;
  readonly intervalSeconds: number;
  readonly seeders: number;
  readonly leechers: number;
  /** Shown to the user; the announce may have had no effect all the same. */
  readonly warning?: string;
}

export function encodeWebSocketAnnounceReply(reply: WebSocketAnnounceReply): string {
  return JSON.stringify({
    action: 'announce',
    interval: reply.intervalSeconds,
    info_hash: reply.infoHash,
    complete: reply.seeders,
    incomplete: reply.leechers,
    'warning message': reply.warning,
  });
}

/** `peerId` is who made the offer. */
export function encodeRelayedOffer(
  infoHash: string,
  peerId: string,
  { offerId, sdp }: WebSocketOffer,
): string {
  return JSON.stringify({
    action: 'announce',
    offer: { type: 'offer', sdp },
    offer_id: offerId,
    peer_id: peerId,
    info_hash: infoHash,
  });
}

/** For the peer that made the offer. */
export function encodeRelayedAnswer(answer: WebSocketAnswer): string {
  return JSON.stringify({
    action: 'announce',
    answer: { type: 'answer', sdp: answer.sdp },
    offer_id: answer.offerId,
    peer_id: answer.peerId,
    info_hash: answer.infoHash,
  });
}

/** `counts` in the order of `infoHashes`. */
export function encodeWebSocketScrapeReply(
  infoHashes: readonly string[],
  counts: readonly SwarmCounts[],
  minIntervalSeconds: number,
): string {
  const files = infoHashes.map((infoHash, at) => {
    const { seeders = 0, leechers = 0, downloads = 0 } = counts[at] ?? {};
    return [infoHash, { complete: seeders, incomplete: leechers, downloaded: downloads }];
  });
  return JSON.stringify({
    action: 'scrape',
    files: Object.fromEntries(files),
    flags: { min_request_interval: minIntervalSeconds },
  });
}

export interface WebSocketFailure {
  readonly reason: string;
  readonly action?: 'announce' | 'scrape' | undefined;
  readonly infoHash?: string | undefined;
}

export function encodeWebSocketFailure(failure: WebSocketFailure): string {
  return JSON.stringify({
    action: failure.action,
    'failure reason': failure.reason,
    info_hash: failure.infoHash,
  });
}
