/**
 * The UDP frontend of the tracker (BEP 15, BEP 41), IPv4 and IPv6 on one port number.
 * Invariants: what is not a valid request under a valid connection id meets silence; before the id
 * proved the sender's address, no reply is larger than its request.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { parseIp, unmapIpv4 } from '../base/ip-address.ts';
import { decodeLatin1 } from '../base/text.ts';
import {
  encodeUdpAnnounceReply,
  encodeUdpConnectReply,
  encodeUdpErrorReply,
  encodeUdpScrapeReply,
} from '../protocol/udp-tracker-reply.ts';
import {
  decodeUdpTrackerRequest,
  type UdpAnnounceRequest,
  type UdpScrapeRequest,
} from '../protocol/udp-tracker-request.ts';
import { type AnnounceRequest, isRefusal } from '../tracker/announce.ts';
import { listedAddress } from '../tracker/client-address.ts';
import { ConnectionIds } from '../tracker/connection-id.ts';
import type { TrackerLogic } from '../tracker/tracker-logic.ts';
import { hmacKeyedHash } from './keyed-hash.ts';
import { errorCode } from './socket-cause.ts';

export interface UdpTrackerServerOptions {
  /** Numeric; all addresses of the machine when left out. */
  readonly host?: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly logic: TrackerLogic;
}

type Reply = (packet: Uint8Array) => void;

/** As many as fit a packet that no link has to split: 20 + 18 × 78 and 20 + 6 × 200 bytes. */
const maxPeersV6 = 78;
const maxPeersV4 = 200;
const keyRotationMs = 3_600_000;
const receiveBufferBytes = 4 * 1024 * 1024;

export class UdpTrackerServer {
  readonly #options: UdpTrackerServerOptions;
  readonly #connectionIds = new ConnectionIds(hmacKeyedHash());
  readonly #sockets: Socket[] = [];
  #keySinceMs: number;
  #port = 0;

  private constructor(options: UdpTrackerServerOptions) {
    this.#options = options;
    this.#keySinceMs = options.logic.nowMs();
  }

  /** Rejects with the socket's error. A machine without IPv6 is served over IPv4 alone. */
  static async listen(options: UdpTrackerServerOptions): Promise<UdpTrackerServer> {
    const server = new UdpTrackerServer(options);
    const isAny = options.host === undefined || options.host === '::';
    try {
      if (isAny || !options.host?.includes(':')) await server.#bind('udp4', options.host);
      if (isAny || options.host?.includes(':') === true) await server.#bind('udp6', options.host);
    } catch (error) {
      const isMissingIpv6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(errorCode(error));
      if (!isAny || !isMissingIpv6 || server.#sockets.length === 0) {
        await server.close();
        throw error;
      }
    }
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const closing = this.#sockets
      .splice(0)
      .map((socket) => new Promise<void>((resolve) => socket.close(() => resolve())));
    await Promise.all(closing);
  }

  async #bind(type: 'udp4' | 'udp6', host: string | undefined): Promise<void> {
    const socket = createSocket({ type, ipv6Only: type === 'udp6' });
    const address = host === undefined || host === '::' ? undefined : host;
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      const options = { port: this.#port || this.#options.port, exclusive: true };
      socket.bind(address === undefined ? options : { ...options, address }, resolve);
    });
    socket.removeAllListeners('error');
    growReceiveBuffer(socket);
    socket.on('error', () => this.#options.logic.count('invalid', 'udp'));
    socket.on('message', (packet, from) => this.#onPacket(socket, packet, from));
    this.#port = socket.address().port;
    this.#sockets.push(socket);
  }

  #onPacket(socket: Socket, packet: Uint8Array, from: RemoteInfo): void {
    const { logic } = this.#options;
    const request = decodeUdpTrackerRequest(packet);
    const parsed = parseIp(from.address.split('%', 1)[0]!);
    if (request === undefined || parsed === undefined || from.port === 0) {
      logic.count('invalid', 'udp');
      return;
    }
    const address = unmapIpv4(parsed);
    // A failing send is a lost datagram; the client asks again.
    const reply: Reply = (bytes) => socket.send(bytes, from.port, from.address, () => {});
    const nowMs = logic.nowMs();
    if (request.action === 'connect') {
      this.#rotateKey(nowMs);
      const connectionId = this.#connectionIds.issue(address, nowMs);
      reply(encodeUdpConnectReply(request.transactionId, connectionId));
    } else if (!this.#connectionIds.accepts(request.connectionId, address, nowMs)) {
      logic.count('invalid', 'udp');
    } else if (request.action === 'announce') {
      this.#announce(request, address, reply);
    } else {
      this.#scrape(request, reply);
    }
  }

  #announce(request: UdpAnnounceRequest, source: Uint8Array, reply: Reply): void {
    const { transactionId } = request;
    if (request.port === 0) {
      this.#options.logic.count('invalid', 'udp');
      reply(encodeUdpErrorReply(transactionId, 'port must be a number from 1 to 65535'));
      return;
    }
    const announce = announceRequest(request, source);
    this.#options.logic.announce(announce, (answer) => {
      if (isRefusal(answer)) {
        reply(encodeUdpErrorReply(transactionId, answer.reason));
        return;
      }
      const { intervalSeconds, seeders, leechers } = answer;
      const peers = (source.length === 4 ? answer.ipv4 : answer.ipv6).addresses;
      reply(encodeUdpAnnounceReply({ transactionId, intervalSeconds, seeders, leechers, peers }));
    });
  }

  #scrape(request: UdpScrapeRequest, reply: Reply): void {
    const { transactionId } = request;
    this.#options.logic.scrape('udp', request.infoHashes, (counts) => {
      reply(
        isRefusal(counts)
          ? encodeUdpErrorReply(transactionId, counts.reason)
          : encodeUdpScrapeReply({ transactionId, swarms: counts }),
      );
    });
  }

  #rotateKey(nowMs: number): void {
    if (nowMs - this.#keySinceMs < keyRotationMs) return;
    this.#keySinceMs = nowMs;
    this.#connectionIds.rotate(hmacKeyedHash(), nowMs);
  }
}

/** Room for a burst of announces. Systems that do not grant it serve with what they have. */
function growReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(receiveBufferBytes);
  } catch (error) {
    if (errorCode(error) !== 'ERR_SOCKET_BUFFER_SIZE') throw error;
  }
}

function announceRequest(request: UdpAnnounceRequest, source: Uint8Array): AnnounceRequest {
  const { ipv4 } = request;
  const claimed = [ipv4 >>> 24, (ipv4 >>> 16) & 255, (ipv4 >>> 8) & 255, ipv4 & 255].join('.');
  const most = source.length === 4 ? maxPeersV4 : maxPeersV6;
  return {
    transport: 'udp',
    infoHash: request.infoHash,
    peerId: request.peerId,
    // The field is meaningless over IPv6 (BEP 15). Datagrams do not tell where they arrived.
    address:
      ipv4 === 0 || source.length !== 4 ? source : listedAddress(source, undefined, [claimed]),
    port: request.port,
    uploadedBytes: request.uploadedBytes,
    downloadedBytes: request.downloadedBytes,
    leftBytes: request.leftBytes,
    event: request.event,
    numWant: request.numWant < 0 ? undefined : Math.min(request.numWant, most),
    wantsBothFamilies: false,
    wantsPeerIds: false,
    urlData: request.urlData === undefined ? undefined : decodeLatin1(request.urlData),
  };
}
