/**
 * Answers datagrams of UDP clients (BEP 15, BEP 41) from a store that may answer later, one on another
 * machine. The same rules as in `udp-responder.ts`, and the same replies.
 */
import { readUint32 } from '../base/bytes.ts';
import { decodeLatin1 } from '../base/text.ts';
import {
  encodeUdpAnnounceReply,
  encodeUdpErrorReply,
  encodeUdpScrapeReply,
} from '../protocol/udp-tracker-reply.ts';
import {
  decodeUdpTrackerRequest,
  type UdpAnnounceRequest,
  type UdpScrapeRequest,
  udpAction,
} from '../protocol/udp-tracker-request.ts';
import { type AnnounceRequest, isRefusal } from './announce.ts';
import { badPort, claimedAddress, maxPeersFor, packetReason } from './udp-announce.ts';
import type { UdpFrontend } from './udp-responder.ts';

/** The reply is the receiver's to keep. */
export type SendReply = (reply: Uint8Array) => void;

export class UdpLateResponder {
  readonly #frontend: UdpFrontend;

  constructor(frontend: UdpFrontend) {
    this.#frontend = frontend;
  }

  /**
   * Calls `send` at most once, now or later. `packet` and `source` (4 or 16 bytes) are unchanged until
   * then. `nowMs` is of the logic's clock, `second` of the wall clock.
   */
  respond(
    packet: Uint8Array,
    source: Uint8Array,
    sourcePort: number,
    nowMs: number,
    second: number,
    send: SendReply,
  ): void {
    const { logic, connectionIds, limit } = this.#frontend;
    if (limit !== undefined && !limit.take(source, nowMs)) {
      logic.count('limited', 'udp');
      return;
    }
    const request = sourcePort === 0 ? undefined : decodeUdpTrackerRequest(packet);
    if (request === undefined) {
      logic.count('invalid', 'udp');
    } else if (request.action === 'connect') {
      const reply = new Uint8Array(16);
      reply.set(packet.subarray(12, 16), 4);
      reply[3] = udpAction.connect;
      connectionIds.issue(source, second, reply, 8);
      send(reply);
    } else if (
      !connectionIds.accepts(readUint32(packet, 0), readUint32(packet, 4), source, second)
    ) {
      logic.count('invalid', 'udp');
    } else if (request.action === 'announce') {
      this.#announce(request, source, send);
    } else {
      this.#scrape(request, send);
    }
  }

  #announce(request: UdpAnnounceRequest, source: Uint8Array, send: SendReply): void {
    const { logic } = this.#frontend;
    const { transactionId } = request;
    if (request.port === 0) {
      logic.count('invalid', 'udp');
      send(encodeUdpErrorReply(transactionId, badPort));
      return;
    }
    const announce = announceRequest(request, source, logic.policy.defaultNumWant);
    logic.announce(announce, (answer) => {
      if (isRefusal(answer)) {
        send(encodeUdpErrorReply(transactionId, packetReason(answer.reason)));
        return;
      }
      const { intervalSeconds, seeders, leechers } = answer;
      const peers = (source.length === 4 ? answer.ipv4 : answer.ipv6).addresses;
      send(encodeUdpAnnounceReply({ transactionId, intervalSeconds, seeders, leechers, peers }));
    });
  }

  #scrape(request: UdpScrapeRequest, send: SendReply): void {
    const { transactionId } = request;
    this.#frontend.logic.scrape('udp', request.infoHashes, (counts) => {
      send(
        isRefusal(counts)
          ? encodeUdpErrorReply(transactionId, packetReason(counts.reason))
          : encodeUdpScrapeReply({ transactionId, swarms: counts }),
      );
    });
  }
}

function announceRequest(
  request: UdpAnnounceRequest,
  source: Uint8Array,
  defaultNumWant: number,
): AnnounceRequest {
  const wanted = request.numWant < 0 ? defaultNumWant : request.numWant;
  return {
    transport: 'udp',
    infoHash: request.infoHash,
    peerId: request.peerId,
    address: request.ipv4 === 0 ? source : claimedAddress(source, request.ipv4),
    port: request.port,
    uploadedBytes: request.uploadedBytes,
    downloadedBytes: request.downloadedBytes,
    leftBytes: request.leftBytes,
    event: request.event,
    numWant: Math.min(wanted, maxPeersFor(source)),
    wantsBothFamilies: false,
    wantsPeerIds: false,
    urlData: request.urlData === undefined ? undefined : decodeLatin1(request.urlData),
  };
}
