/**
 * The sockets of the tracker for WebRTC peers: takes upgrades from an HTTP server, hands messages to
 * the swarms, and ends connections that are dead, idle, too fast or too slow.
 * Invariants: a connection costs no more than one message and the bytes that wait to be sent to it;
 * one that is gone has left its swarms.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Random } from '../base/random.ts';
import { maxWebSocketMessageBytes } from '../protocol/websocket-tracker.ts';
import type { TrustedNetwork } from '../tracker/client-address.ts';
import type { TrackerHooks } from '../tracker/hooks.ts';
import type { RateLimiter } from '../tracker/rate-limit.ts';
import type { TrackerLogic } from '../tracker/tracker-logic.ts';
import { defaultWebSocketLimits, type WebSocketLimits } from '../tracker/websocket-limits.ts';
import { type Farewell, WebSocketSwarms } from '../tracker/websocket-swarms.ts';
import { isWebSocketTrackerTarget, refuseUpgrade, upgradingClient } from './websocket-upgrade.ts';

export interface WebSocketTimeouts {
  /** A connection that was silent for so long is pinged. */
  readonly pingMs: number;
  /** One that is silent for so long after a ping is dead. */
  readonly pongMs: number;
  /** One without any peer is closed after so long. */
  readonly idleMs: number;
  /** From saying goodbye until the connection is cut. */
  readonly closeMs: number;
}

/** Under a minute of silence, the time after which many proxies cut a connection. */
const defaultTimeouts: WebSocketTimeouts = {
  pingMs: 30_000,
  pongMs: 10_000,
  idleMs: 120_000,
  closeMs: 2_000,
};

export interface WebSocketTrackerServerOptions {
  /** For the time, and to count. */
  readonly logic: Pick<TrackerLogic, 'nowMs' | 'count'>;
  readonly hooks: TrackerHooks;
  readonly random: Random;
  readonly rateLimiter?: Pick<RateLimiter, 'take'>;
  readonly trustedProxies: readonly TrustedNetwork[];
  /** Further ones are refused. */
  readonly maxConnections: number;
  readonly limits?: Partial<WebSocketLimits>;
  readonly timeouts?: Partial<WebSocketTimeouts>;
}

interface Client {
  readonly id: number;
  readonly socket: WebSocket;
  readonly address: Uint8Array;
  heardMs: number;
  /** When it was asked for a sign of life that has not come yet. */
  pingedMs: number | undefined;
  /** When it last had a peer. */
  usedMs: number;
}

/** A dozen messages of the largest size: who is so far behind does not read. */
const maxWaitingBytes = 1024 * 1024;
const notText: Farewell = { code: 1003, reason: 'only text messages are understood here' };
const idle: Farewell = { code: 1000, reason: 'no torrent was announced for a while' };
const goingAway: Farewell = { code: 1001, reason: 'the tracker is closing' };

export class WebSocketTrackerServer {
  /** For pages: counts and walks. */
  readonly swarms: WebSocketSwarms;
  readonly #options: WebSocketTrackerServerOptions;
  readonly #timeouts: WebSocketTimeouts;
  readonly #server: WebSocketServer;
  readonly #clients = new Map<number, Client>();
  readonly #timer: NodeJS.Timeout;
  #nextId = 1;
  #closed: Promise<void> | undefined;

  constructor(options: WebSocketTrackerServerOptions) {
    this.#options = options;
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
    this.swarms = new WebSocketSwarms({
      links: {
        send: (id, message) => this.#send(id, message),
        probe: (id) => this.#ping(id),
      },
      hooks: options.hooks,
      random: options.random,
      limits: { ...defaultWebSocketLimits, ...options.limits },
      count: (what) => options.logic.count(what, 'websocket'),
    });
    // Not written into the call: the package's types lack `closeTimeout`.
    const settings = {
      noServer: true,
      perMessageDeflate: false,
      maxPayload: maxWebSocketMessageBytes,
      // A message of the largest size in the smallest packets of the internet, and some more.
      maxBufferedChunks: 1024,
      maxFragments: 64,
      closeTimeout: this.#timeouts.closeMs,
    };
    this.#server = new WebSocketServer(settings);
    const { pingMs, pongMs, closeMs } = this.#timeouts;
    const everyMs = Math.max(10, Math.min(1000, pingMs, pongMs, closeMs));
    this.#timer = setInterval(() => this.#tick(), everyMs).unref();
  }

  get connections(): number {
    return this.#clients.size;
  }

  /** For the 'upgrade' event of an HTTP server. Whatever cannot be served is answered and closed. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { logic, rateLimiter, trustedProxies, maxConnections } = this.#options;
    const client = upgradingClient(request, trustedProxies);
    if (client === undefined) {
      socket.destroy();
    } else if (!isWebSocketTrackerTarget(request.url ?? '/')) {
      refuseUpgrade(socket, 404, 'the WebSocket tracker is at / and /announce');
    } else if (rateLimiter?.take(client.address, logic.nowMs()) === false) {
      logic.count('limited', 'websocket');
      refuseUpgrade(socket, 429, 'too many requests from your network: wait a minute');
    } else if (this.#clients.size >= maxConnections || this.#closed !== undefined) {
      logic.count('limited', 'websocket');
      refuseUpgrade(socket, 503, 'this tracker has as many connections as it can serve');
    } else {
      this.#server.handleUpgrade(request, socket, head, (opened) => {
        const nowMs = logic.nowMs();
        const id = this.#nextId++;
        this.swarms.connect(id, client, nowMs);
        const { address } = client;
        this.#serve({
          id,
          socket: opened,
          address,
          heardMs: nowMs,
          pingedMs: undefined,
          usedMs: nowMs,
        });
      });
    }
  }

  /** Says goodbye to all clients, then cuts those that stay. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      clearInterval(this.#timer);
      this.#server.close(() => resolve());
      for (const client of this.#clients.values()) this.#end(client, goingAway);
    });
    return this.#closed;
  }

  #serve(client: Client): void {
    const { socket, id } = client;
    this.#clients.set(id, client);
    socket.on('message', (data, isBinary) => this.#onMessage(client, data, isBinary));
    socket.on('ping', () => this.#onFrame(client));
    socket.on('pong', () => this.#onFrame(client));
    socket.on('error', () => this.#options.logic.count('invalid', 'websocket'));
    socket.on('close', () => {
      this.#clients.delete(id);
      this.swarms.disconnect(id);
    });
  }

  #onMessage(client: Client, data: RawData, isBinary: boolean): void {
    if (!this.#onFrame(client)) return;
    const { logic, rateLimiter } = this.#options;
    const nowMs = client.heardMs;
    if (rateLimiter?.take(client.address, nowMs) === false) {
      logic.count('limited', 'websocket');
      return;
    }
    if (isBinary) {
      logic.count('invalid', 'websocket');
      this.#end(client, notText);
      return;
    }
    const farewell = this.swarms.receive(client.id, String(data), nowMs);
    if (farewell !== undefined) this.#end(client, farewell);
  }

  /** False when nothing more is to be read from that client. */
  #onFrame(client: Client): boolean {
    if (client.socket.readyState !== client.socket.OPEN) return false;
    client.heardMs = this.#options.logic.nowMs();
    client.pingedMs = undefined;
    const farewell = this.swarms.charge(client.id, client.heardMs);
    if (farewell === undefined) return true;
    this.#end(client, farewell);
    return false;
  }

  #send(id: number, message: string): void {
    const socket = this.#clients.get(id)?.socket;
    if (socket === undefined || socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > maxWaitingBytes) {
      this.#options.logic.count('limited', 'websocket');
      socket.terminate();
      return;
    }
    socket.send(message);
  }

  #ping(id: number): void {
    const client = this.#clients.get(id);
    if (client === undefined || client.pingedMs !== undefined) return;
    if (client.socket.readyState !== client.socket.OPEN) return;
    client.pingedMs = this.#options.logic.nowMs();
    client.socket.ping();
  }

  /** Its peers leave at once, whenever the other side takes note. */
  #end(client: Client, { code, reason }: Farewell): void {
    this.swarms.disconnect(client.id);
    client.socket.close(code, reason);
  }

  #tick(): void {
    const nowMs = this.#options.logic.nowMs();
    this.swarms.tick(nowMs);
    const { pingMs, pongMs, idleMs } = this.#timeouts;
    for (const client of this.#clients.values()) {
      const { id, pingedMs } = client;
      if (this.swarms.peersOf(id) > 0) client.usedMs = nowMs;
      if (pingedMs !== undefined) {
        if (nowMs - pingedMs >= pongMs) client.socket.terminate();
      } else if (nowMs - client.usedMs >= idleMs) {
        this.#end(client, idle);
      } else if (nowMs - client.heardMs >= pingMs) {
        this.#ping(id);
      }
    }
  }
}
