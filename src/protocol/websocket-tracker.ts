/**
 * What a WebRTC peer asks a WebSocket tracker: one JSON text a message, as WebTorrent's clients send it
 * (no BEP; the npm package bittorrent-tracker is the reference). Ids are "binary strings": 20
 * characters from U+0000 to U+00FF, one a byte.
 * Invariant: a request holds validated fields only, never an object that came from outside, so what is
 * relayed to other peers was built here.
 */
import { isBinary20, type JsonObject, jsonObject, stringField, wholeBytes } from './json-fields.ts';
import { type TrackerEvent, trackerEvents } from './tracker-event.ts';

/**
 * Ten offers of 3 KiB, with all their candidates and escaped line ends, are half of it; the other
 * trackers of the field take the same.
 */
export const maxWebSocketMessageBytes = 64 * 1024;
/** In UTF-16 units. A browser with a dozen network interfaces writes about 4,000. */
export const maxSdpLength = 8 * 1024;
/** Clients send 5 or 10 an announce; what is beyond is left out. */
export const maxOffers = 10;
export const maxScrapedTorrents = 200;

export interface WebSocketOffer {
  /** Binary string. */
  readonly offerId: string;
  readonly sdp: string;
}

export interface WebSocketAnnounce {
  readonly action: 'announce';
  /** Binary string. */
  readonly infoHash: string;
  /** Binary string. */
  readonly peerId: string;
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  /** Undefined when not known: clients send null for what is Infinity or NaN to them. */
  readonly leftBytes: number | undefined;
  readonly event: TrackerEvent;
  /** No more than `numwant`, where that is said. */
  readonly offers: readonly WebSocketOffer[];
}

/** On the wire an announce as well, but one that tells nothing about the peer's own progress. */
export interface WebSocketAnswer {
  readonly action: 'answer';
  /** Binary string. */
  readonly infoHash: string;
  /** Binary string: who answers. */
  readonly peerId: string;
  /** Binary string: who made the offer. */
  readonly toPeerId: string;
  /** Binary string. */
  readonly offerId: string;
  readonly sdp: string;
}

export interface WebSocketScrape {
  readonly action: 'scrape';
  /** Binary strings, at least one. */
  readonly infoHashes: readonly string[];
}

export type WebSocketRequest = WebSocketAnnounce | WebSocketAnswer | WebSocketScrape;

export interface WebSocketProblem {
  /** A sentence for the client's developer. */
  readonly problem: string;
  /** False when the message is no JSON object: whoever sent it does not speak this protocol. */
  readonly isJson: boolean;
  /** What the request would have been and of which torrent, as far as that can be told. */
  readonly action?: 'announce' | 'scrape';
  readonly infoHash?: string;
}

export function parseWebSocketRequest(text: string): WebSocketRequest | WebSocketProblem {
  const fields = jsonObject(text);
  if (fields === undefined) {
    return { problem: 'a message must be a JSON object', isJson: false };
  }
  if (fields.action === 'announce') return parseAnnounce(fields);
  if (fields.action === 'scrape') return parseScrape(fields);
  return { problem: 'action must be announce or scrape', isJson: true };
}

export function isWebSocketProblem(
  parsed: WebSocketRequest | WebSocketProblem,
): parsed is WebSocketProblem {
  return 'problem' in parsed;
}

function parseAnnounce(fields: JsonObject): WebSocketAnnounce | WebSocketAnswer | WebSocketProblem {
  const infoHash = fields.info_hash;
  if (!isBinary20(infoHash)) return announceProblem('info_hash must be 20 characters up to U+00FF');
  const peerId = fields.peer_id;
  if (!isBinary20(peerId)) {
    return announceProblem('peer_id must be 20 characters up to U+00FF', infoHash);
  }
  if (isPresent(fields.answer)) return parseAnswer(fields, infoHash, peerId);
  if (isPresent(fields.left) && typeof fields.left !== 'number') {
    return announceProblem('left must be a number of bytes', infoHash);
  }
  const offers = parseOffers(fields);
  if (typeof offers === 'string') return announceProblem(offers, infoHash);
  return {
    action: 'announce',
    infoHash,
    peerId,
    uploadedBytes: wholeBytes(fields.uploaded) ?? 0,
    downloadedBytes: wholeBytes(fields.downloaded) ?? 0,
    leftBytes: wholeBytes(fields.left),
    event: trackerEvents.find((event) => event === fields.event) ?? 'none',
    offers,
  };
}

function parseAnswer(
  fields: JsonObject,
  infoHash: string,
  peerId: string,
): WebSocketAnswer | WebSocketProblem {
  const sdp = parseDescription(fields.answer, 'answer');
  if (sdp === undefined) {
    return announceProblem(answerProblem, infoHash);
  }
  const { to_peer_id: toPeerId, offer_id: offerId } = fields;
  if (!isBinary20(toPeerId)) {
    return announceProblem('to_peer_id must be 20 characters up to U+00FF', infoHash);
  }
  if (!isBinary20(offerId)) return announceProblem(offerIdProblem, infoHash);
  return { action: 'answer', infoHash, peerId, toPeerId, offerId, sdp };
}

/**
 * A string says what is wrong. An offer of another form than a browser's is left out: its owner is
 * listed all the same, and gets the offers of others.
 */
function parseOffers(fields: JsonObject): WebSocketOffer[] | string {
  if (!isPresent(fields.offers)) return [];
  if (!Array.isArray(fields.offers)) return 'offers must be a list';
  const wanted = wholeBytes(fields.numwant) ?? maxOffers;
  const offers: WebSocketOffer[] = [];
  for (const item of fields.offers.slice(0, Math.min(wanted, maxOffers)) as unknown[]) {
    const offerId = stringField(item, 'offer_id');
    if (!isBinary20(offerId)) continue;
    const sdp = parseDescription((item as JsonObject).offer, 'offer');
    if (sdp !== undefined) offers.push({ offerId, sdp });
  }
  return offers;
}

/** The sdp of a session description (`RTCSessionDescription`) of that type. */
function parseDescription(value: unknown, type: 'offer' | 'answer'): string | undefined {
  if (stringField(value, 'type') !== type) return undefined;
  const sdp = stringField(value, 'sdp');
  return sdp !== undefined && sdp.length > 0 && sdp.length <= maxSdpLength ? sdp : undefined;
}

function parseScrape(fields: JsonObject): WebSocketScrape | WebSocketProblem {
  const asked: unknown = fields.info_hash;
  if (!isPresent(asked)) {
    return scrapeProblem('info_hash is missing: this tracker does not list all of its torrents');
  }
  const infoHashes: unknown[] = Array.isArray(asked) ? asked : [asked];
  if (infoHashes.length === 0 || infoHashes.length > maxScrapedTorrents) {
    return scrapeProblem(`info_hash must name 1 to ${maxScrapedTorrents} torrents`);
  }
  if (!infoHashes.every(isBinary20)) {
    return scrapeProblem('info_hash must be 20 characters up to U+00FF');
  }
  return { action: 'scrape', infoHashes };
}

const offerIdProblem = 'offer_id must be 20 characters up to U+00FF';
const answerProblem = `answer must have the type answer and an sdp of 1 to ${maxSdpLength} characters`;

function announceProblem(problem: string, infoHash?: string): WebSocketProblem {
  const named = infoHash === undefined ? {} : { infoHash };
  return { problem, isJson: true, action: 'announce', ...named };
}

function scrapeProblem(problem: string): WebSocketProblem {
  return { problem, isJson: true, action: 'scrape' };
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
