/**
 * Answers datagrams of UDP clients (BEP 15, BEP 41) from a store that answers at once, straight from
 * the memory they were received in into the memory they are sent from.
 *
 * Invariants: what is not a valid request under a valid connection id meets silence; before the id
 * proved the sender's address, no reply is larger than its request; nothing is allocated for a
 * datagram unless it names an address of its own, carries URL data, scrapes or is refused.
 */
import { readUint16, readUint32, writeUint32 } from '../base/bytes.ts';
import { decodeLatin1, encodeUtf8 } from '../base/text.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import { type TrackerEvent, trackerEvents } from '../protocol/tracker-event.ts';
import { decodeUrlDataOption } from '../protocol/udp-tracker-options.ts';
import { maxUdpScrapeHashes, udpAction } from '../protocol/udp-tracker-request.ts';
import { type AnnounceRequest, type AnnounceSpace, isRefusal } from './announce.ts';
import type { ConnectionIds } from './connection-id.ts';
import type { Refusal } from './hooks.ts';
import type { TrackerLogic } from './tracker-logic.ts';
import { badPort, claimedAddress, maxPeersFor, packetReason } from './udp-announce.ts';

/** What decides whether an address may ask at all; see `RateLimiter`. */
export interface AddressLimit {
  take(address: Uint8Array, nowMs: number): boolean;
}

export interface UdpFrontend {
  readonly logic: TrackerLogic;
  readonly connectionIds: ConnectionIds;
  /** No limit when left out. */
  readonly limit?: AddressLimit | undefined;
}

/** Room that a reply needs at most: 20 + 18 × 78 bytes, which no link has to split. */
export const maxUdpReplyBytes = 1424;
/** What of a datagram is read; the rest could only be URL data that no client needs. */
export const maxUdpRequestBytes = 2048;

const connectLength = 16;
const announceLength = 98;
const scrapeHeaderLength = 16;
const protocolIdHigh = 0x417;
const protocolIdLow = 0x2710_1980;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class UdpResponder {
  readonly #logic: TrackerLogic;
  readonly #connectionIds: ConnectionIds;
  readonly #limit: AddressLimit | undefined;
  readonly #announce: Mutable<AnnounceRequest>;
  readonly #infoHash = new Uint8Array(20);
  readonly #peerId = new Uint8Array(20);
  readonly #answer: AnnounceSpace;
  readonly #hashes = Array.from({ length: maxUdpScrapeHashes }, () => new Uint8Array(20));
  readonly #onScraped = (counts: readonly SwarmCounts[] | Refusal) => {
    this.#scraped = counts;
  };
  #scraped: readonly SwarmCounts[] | Refusal = [];
  /** The words of the last refusal, which most likely are those of the next. */
  #reason = '';
  #reasonBytes = new Uint8Array(0);
  #nowMs = 0;
  #second = 0;

  /** The logic's store answers at once. */
  constructor(frontend: UdpFrontend) {
    this.#logic = frontend.logic;
    this.#connectionIds = frontend.connectionIds;
    this.#limit = frontend.limit;
    this.#announce = emptyAnnounce(this.#infoHash, this.#peerId);
    this.#answer = emptyAnswer();
  }

  /** For the datagrams that follow: the monotonic clock of the store, and the second of the wall clock. */
  setTime(nowMs: number, second: number): void {
    this.#nowMs = nowMs;
    this.#second = second;
  }

  /**
   * Reads the datagram of `length` bytes at `at` of `input`, and writes what is to be sent back at
   * `outputAt` of `output`, where `maxUdpReplyBytes` have room. Returns the reply's length, 0 for silence.
   * `source` is the sender's address, 4 or 16 bytes, an IPv4 one never in its mapped form.
   */
  respond(
    input: Uint8Array,
    at: number,
    length: number,
    source: Uint8Array,
    sourcePort: number,
    output: Uint8Array,
    outputAt: number,
  ): number {
    if (this.#limit !== undefined && !this.#limit.take(source, this.#nowMs)) {
      this.#logic.count('limited', 'udp');
      return 0;
    }
    if (length < connectLength || sourcePort === 0) return this.#silence();
    const action = readUint32(input, at + 8);
    const idHigh = readUint32(input, at);
    const idLow = readUint32(input, at + 4);
    if (action === udpAction.connect) {
      if (idHigh !== protocolIdHigh || idLow !== protocolIdLow) return this.#silence();
      copy(input, at + 12, 4, output, outputAt + 4);
      writeUint32(output, outputAt, udpAction.connect);
      this.#connectionIds.issue(source, this.#second, output, outputAt + 8);
      return 16;
    }
    if (!this.#connectionIds.accepts(idHigh, idLow, source, this.#second)) return this.#silence();
    copy(input, at + 12, 4, output, outputAt + 4);
    if (action === udpAction.announce) {
      return this.#respondAnnounce(input, at, length, source, output, outputAt);
    }
    if (action === udpAction.scrape) {
      return this.#respondScrape(input, at, length, output, outputAt);
    }
    return this.#silence();
  }

  #respondAnnounce(
    input: Uint8Array,
    at: number,
    length: number,
    source: Uint8Array,
    output: Uint8Array,
    outputAt: number,
  ): number {
    if (length < announceLength) return this.#silence();
    const event = trackerEvents[readUint32(input, at + 80)];
    if (event === undefined) return this.#silence();
    const port = readUint16(input, at + 96);
    if (port === 0) {
      this.#logic.count('invalid', 'udp');
      return this.#error(badPort, output, outputAt);
    }
    this.#readAnnounce(input, at, length, source, event, port);
    const answer = this.#answer;
    answer.ipv4 = output;
    answer.ipv6 = output;
    answer.ipv4At = outputAt + 20;
    answer.ipv6At = outputAt + 20;
    const refusal = this.#logic.announceNow(this.#announce, answer, this.#nowMs);
    if (refusal !== undefined) return this.#error(refusal.reason, output, outputAt);
    writeUint32(output, outputAt, udpAction.announce);
    writeUint32(output, outputAt + 8, answer.intervalSeconds);
    writeUint32(output, outputAt + 12, answer.leechers);
    writeUint32(output, outputAt + 16, answer.seeders);
    return 20 + (source.length === 4 ? 6 * answer.ipv4Count : 18 * answer.ipv6Count);
  }

  #readAnnounce(
    input: Uint8Array,
    at: number,
    length: number,
    source: Uint8Array,
    event: TrackerEvent,
    port: number,
  ): void {
    const announce = this.#announce;
    copy(input, at + 16, 20, this.#infoHash, 0);
    copy(input, at + 36, 20, this.#peerId, 0);
    announce.downloadedBytes = readCount(input, at + 56);
    announce.leftBytes = readCount(input, at + 64);
    announce.uploadedBytes = readCount(input, at + 72);
    announce.event = event;
    const claimed = readUint32(input, at + 84);
    announce.address = claimed === 0 ? source : claimedAddress(source, claimed);
    const numWant = readUint32(input, at + 92) | 0;
    const wanted = numWant < 0 ? this.#logic.policy.defaultNumWant : numWant;
    announce.numWant = Math.min(wanted, maxPeersFor(source));
    announce.port = port;
    announce.urlData = length > announceLength ? urlDataOf(input, at, length) : undefined;
  }

  #respondScrape(
    input: Uint8Array,
    at: number,
    length: number,
    output: Uint8Array,
    outputAt: number,
  ): number {
    const count = Math.min(Math.floor((length - scrapeHeaderLength) / 20), maxUdpScrapeHashes);
    if (count === 0) return this.#silence();
    const asked = this.#hashes.slice(0, count);
    for (let i = 0; i < count; i++) copy(input, at + scrapeHeaderLength + 20 * i, 20, asked[i]!, 0);
    this.#logic.scrape('udp', asked, this.#onScraped);
    const scraped = this.#scraped;
    if (isRefusal(scraped)) return this.#error(scraped.reason, output, outputAt);
    writeUint32(output, outputAt, udpAction.scrape);
    let write = outputAt + 8;
    for (const swarm of scraped) {
      writeUint32(output, write, swarm.seeders);
      writeUint32(output, write + 4, swarm.downloads);
      writeUint32(output, write + 8, swarm.leechers);
      write += 12;
    }
    return write - outputAt;
  }

  #silence(): 0 {
    this.#logic.count('invalid', 'udp');
    return 0;
  }

  /** Only to addresses that proved themselves. */
  #error(reason: string, output: Uint8Array, outputAt: number): number {
    if (reason !== this.#reason) {
      this.#reason = reason;
      this.#reasonBytes = encodeUtf8(packetReason(reason));
    }
    writeUint32(output, outputAt, udpAction.error);
    output.set(this.#reasonBytes, outputAt + 8);
    return 8 + this.#reasonBytes.length;
  }
}

function copy(from: Uint8Array, at: number, length: number, to: Uint8Array, toAt: number): void {
  for (let i = 0; i < length; i++) to[toAt + i] = from[at + i]!;
}

function readCount(bytes: Uint8Array, at: number): number {
  return readUint32(bytes, at) * 0x1_0000_0000 + readUint32(bytes, at + 4);
}

function urlDataOf(input: Uint8Array, at: number, length: number): string | undefined {
  const urlData = decodeUrlDataOption(input.subarray(at, at + length), announceLength);
  return urlData === undefined ? undefined : decodeLatin1(urlData);
}

function emptyAnnounce(infoHash: Uint8Array, peerId: Uint8Array): Mutable<AnnounceRequest> {
  return {
    transport: 'udp',
    infoHash,
    peerId,
    address: infoHash,
    port: 0,
    uploadedBytes: 0.5,
    downloadedBytes: 0.5,
    leftBytes: 0.5,
    event: 'none',
    numWant: 0,
    wantsBothFamilies: false,
    wantsPeerIds: false,
    urlData: undefined,
  };
}

function emptyAnswer(): AnnounceSpace {
  const none = new Uint8Array(0);
  return {
    seeders: 0,
    leechers: 0,
    downloads: 0,
    ipv4: none,
    ipv4At: 0,
    ipv4Count: 0,
    ipv6: none,
    ipv6At: 0,
    ipv6Count: 0,
    intervalSeconds: 0,
    minIntervalSeconds: 0,
  };
}
