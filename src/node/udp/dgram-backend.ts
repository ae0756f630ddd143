/**
 * UDP clients served by Node's own sockets in this thread: everywhere, and for stores that answer later.
 * One socket for each family, on one port number.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { parseIp, unmapIpv4 } from '../../base/ip-address.ts';
import { ConnectionIds } from '../../tracker/connection-id.ts';
import type { RateLimiter } from '../../tracker/rate-limit.ts';
import type { TrackerLogic } from '../../tracker/tracker-logic.ts';
import { UdpLateResponder } from '../../tracker/udp-late-responder.ts';
import { maxUdpReplyBytes, maxUdpRequestBytes, UdpResponder } from '../../tracker/udp-responder.ts';
import { errorCode } from '../socket-cause.ts';
import type { UdpChange } from './batch-messages.ts';
import type { UdpBackend } from './udp-backend.ts';

export interface DgramBackendOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly logic: TrackerLogic;
  readonly limit: RateLimiter | undefined;
  readonly connectionSecret: Uint8Array;
}

const receiveBufferBytes = 4 * 1024 * 1024;

export class DgramBackend implements UdpBackend {
  readonly name = 'dgram';
  readonly workers = 1;
  readonly #options: DgramBackendOptions;
  readonly #connectionIds: ConnectionIds;
  readonly #now: UdpResponder | undefined;
  readonly #later: UdpLateResponder;
  readonly #sockets: Socket[] = [];
  /** Of the datagram at hand. */
  readonly #ipv4 = new Uint8Array(4);
  #room = new ReplyRoom();
  #port = 0;

  private constructor(options: DgramBackendOptions) {
    this.#options = options;
    const { logic, limit } = options;
    this.#connectionIds = new ConnectionIds(options.connectionSecret);
    const frontend = { logic, limit, connectionIds: this.#connectionIds };
    this.#now = logic.answersNow ? new UdpResponder(frontend) : undefined;
    this.#later = new UdpLateResponder(frontend);
  }

  /** Rejects with the socket's error. A machine without IPv6 is served over IPv4 alone. */
  static async listen(options: DgramBackendOptions): Promise<DgramBackend> {
    const backend = new DgramBackend(options);
    const { host } = options;
    const isAny = host === undefined || host === '::';
    try {
      if (isAny || !host.includes(':')) await backend.#bind('udp4', host);
      if (isAny || host.includes(':')) await backend.#bind('udp6', host);
    } catch (error) {
      const isMissingIpv6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(errorCode(error));
      if (!isAny || !isMissingIpv6 || backend.#sockets.length === 0) {
        await backend.close();
        throw error;
      }
    }
    return backend;
  }

  get port(): number {
    return this.#port;
  }

  /** Access rules are the logic's own in this thread. */
  update(change: UdpChange): void {
    if (change.connectionSecret !== undefined) {
      this.#connectionIds.replaceSecret(change.connectionSecret);
    }
  }

  async close(): Promise<void> {
    const closing = this.#sockets
      .splice(0)
      .map((socket) => new Promise<void>((resolve) => socket.close(() => resolve())));
    await Promise.all(closing);
  }

  async #bind(type: 'udp4' | 'udp6', host: string | undefined): Promise<void> {
    const family = type === 'udp4' ? 4 : 6;
    const socket = createSocket({
      type,
      ipv6Only: family === 6,
      // Replies go to numeric addresses: without a look-up they leave in the same turn.
      lookup: (address, _options, done) => done(null, address, family),
    });
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
    // What the system tells of datagrams that came back concerns nobody here.
    socket.on('error', () => {});
    socket.on('message', (packet, from) => this.#onPacket(socket, packet, from));
    this.#port = socket.address().port;
    this.#sockets.push(socket);
  }

  #onPacket(socket: Socket, packet: Uint8Array, from: RemoteInfo): void {
    const { logic } = this.#options;
    const nowMs = logic.nowMs();
    const second = Math.floor(Date.now() / 1000);
    const responder = this.#now;
    if (responder === undefined) {
      const read = packet.subarray(0, maxUdpRequestBytes);
      this.#later.respond(read, addressOf(from), from.port, nowMs, second, (reply) => {
        // The socket may be closed when a store answers late.
        if (this.#sockets.includes(socket)) socket.send(reply, from.port, from.address);
      });
      return;
    }
    const length = Math.min(packet.length, maxUdpRequestBytes);
    const source = from.family === 'IPv4' ? readIpv4(from.address, this.#ipv4) : addressOf(from);
    const { bytes } = this.#room;
    responder.setTime(nowMs, second);
    const written = responder.respond(packet, 0, length, source, from.port, bytes, 0);
    if (written === 0) return;
    // Without a callback a send that fails is a lost datagram; the client asks again.
    socket.send(this.#room.view(written), from.port, from.address);
    // What the system did not take at once still waits in this memory.
    if (socket.getSendQueueCount() > 0) this.#room = new ReplyRoom();
  }
}

/** Memory for one reply after another, with a view for each length, so that a reply makes none. */
class ReplyRoom {
  readonly bytes = new Uint8Array(maxUdpReplyBytes);
  readonly #views = new Array<Uint8Array | undefined>(maxUdpReplyBytes + 1);

  view(lengthBytes: number): Uint8Array {
    const known = this.#views[lengthBytes];
    if (known !== undefined) return known;
    const made = this.bytes.subarray(0, lengthBytes);
    this.#views[lengthBytes] = made;
    return made;
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

/** 4 or 16 bytes. A link-local address comes with its zone. */
function addressOf(from: RemoteInfo): Uint8Array {
  const { address } = from;
  const zone = address.indexOf('%');
  const parsed = parseIp(zone === -1 ? address : address.slice(0, zone));
  return unmapIpv4(parsed!);
}

/** The four bytes of an IPv4 address as the system writes it, which needs no checking. */
function readIpv4(text: string, into: Uint8Array): Uint8Array {
  let part = 0;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0) {
      value = value * 10 + digit;
    } else {
      into[part++] = value;
      value = 0;
    }
  }
  into[part] = value;
  return into;
}
