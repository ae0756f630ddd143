/** A WebSocket tracker behind a bare HTTP server, and clients of it that keep what they are told. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocket } from 'ws';
import { SeededRandom } from '../base/random.ts';
import { noHooks } from '../tracker/hooks.ts';
import type { Counted, Transport } from '../tracker/stats.ts';
import {
  WebSocketTrackerServer,
  type WebSocketTrackerServerOptions,
} from './websocket-tracker-server.ts';

export const torrent = 'T'.repeat(20);
export const otherTorrent = 'U'.repeat(20);

type Message = Readonly<Record<string, unknown>>;

export class Ground {
  readonly http = createServer();
  readonly counted: string[] = [];
  readonly tracker: WebSocketTrackerServer;
  readonly sockets: Speaker[] = [];

  constructor(more: Partial<WebSocketTrackerServerOptions>) {
    this.tracker = new WebSocketTrackerServer({
      logic: {
        nowMs: () => performance.now(),
        count: (what: Counted, transport: Transport) => this.counted.push(`${transport} ${what}`),
      },
      hooks: noHooks,
      random: new SeededRandom(3),
      trustedProxies: [],
      maxConnections: 1000,
      ...more,
    });
    this.http.on('upgrade', (request, socket, head) => {
      this.tracker.handleUpgrade(request, socket, head);
    });
  }

  get port(): number {
    const address = this.http.address();
    assert.ok(address !== null && typeof address === 'object');
    return address.port;
  }

  async open(name: number, path = '/announce', headers = {}): Promise<Speaker> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, { headers });
    const speaker = new Speaker(socket, name);
    this.sockets.push(speaker);
    await once(socket, 'open');
    return speaker;
  }

  /** The status with which an upgrade is refused. */
  async refused(path: string, headers = {}): Promise<number | undefined> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, { headers });
    socket.on('error', () => {});
    const [, response] = await once(socket, 'unexpected-response');
    return response.statusCode;
  }

  async close(): Promise<void> {
    for (const { socket } of this.sockets) socket.terminate();
    await this.tracker.close();
    this.http.closeAllConnections();
    this.http.close();
  }

  /** Until what the sockets did has arrived. */
  async until(holds: () => boolean): Promise<void> {
    for (let tries = 0; !holds(); tries++) {
      assert.ok(tries < 1000, 'it never happened');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

class Speaker {
  readonly socket: WebSocket;
  readonly name: number;
  readonly #got: Message[] = [];
  #wake = () => {};

  constructor(socket: WebSocket, name: number) {
    this.socket = socket;
    this.name = name;
    socket.on('error', () => {});
    socket.on('message', (data) => {
      this.#got.push(JSON.parse(String(data)));
      this.#wake();
    });
  }

  get unread(): readonly Message[] {
    return this.#got;
  }

  async next(): Promise<Message> {
    while (this.#got.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#got.shift()!;
  }

  say(message: Message): void {
    this.socket.send(JSON.stringify(message));
  }

  async announce(more: Message = {}): Promise<Message> {
    const fields = { action: 'announce', info_hash: torrent, peer_id: peer(this.name), left: 1 };
    this.say({ ...fields, ...more });
    return this.next();
  }

  async closed(): Promise<number> {
    const [code] = await once(this.socket, 'close');
    return code;
  }
}

export function peer(name: number): string {
  return `-XX0000-\u00ff\u0000${String(name).padStart(10, '0')}`;
}

export function offers(...names: string[]) {
  return names.map((name) => ({
    offer: { type: 'offer', sdp: `v=0\r\n${name}` },
    offer_id: name.padEnd(20, '\u00e9'),
  }));
}
