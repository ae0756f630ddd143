/**
 * Messages and frames to the WebSocket port of a running tracker (RFC 6455, WebTorrent's JSON). Most are
 * well-formed frames around a mutated message; the others are mutated bytes in place of a frame.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Random } from '../../src/base/random.ts';
import type { LiveSession, LiveTarget } from './live-campaign.ts';
import { LiveTracker } from './live-tracker.ts';
import { webSocketSamples, webSocketTokens } from './websocket-samples.ts';

/** On one connection, at most: fewer than the tracker takes at once. */
const mostMessages = 200;
/** Sent before the tracker is waited for. */
const burst = 50;
const answerMs = 5_000;
const opcode = { text: 1, binary: 2, close: 8, ping: 9 } as const;

class WebSocketFuzz implements LiveSession {
  readonly subject: LiveTracker;
  #socket: Socket | undefined;
  #messagesLeft = 0;
  #sent = 0;

  constructor(tracker: LiveTracker) {
    this.subject = tracker;
  }

  async send(bytes: Uint8Array, random: Random): Promise<void> {
    if (this.#messagesLeft-- <= 0) await this.settle();
    if (this.#socket === undefined || this.#socket.destroyed) await this.#dial();
    const kind = random.below(20);
    const socket = this.#socket!;
    if (kind === 0) socket.write(bytes);
    else if (kind === 1) socket.write(frame(random.below(16), bytes, random));
    else socket.write(frame(opcode.text, bytes, random));
    if (++this.#sent % burst === 0) await this.#drained(random);
  }

  /** Ends the connection, and waits until the tracker has ended it too. */
  async settle(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#messagesLeft = mostMessages;
    if (socket === undefined || socket.destroyed) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(() => reject(new Error('a connection stays after its end')), answerMs);
    socket.once('close', () => resolve());
    socket.end();
    await promise.finally(() => {
      clearTimeout(late);
      socket.destroy();
    });
  }

  async close(): Promise<void> {
    this.#socket?.destroy();
    await this.subject.stop();
  }

  /** A ping that comes back, or the end of the connection, stands behind all that was sent. */
  async #drained(random: Random): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, answerMs / 10);
    const done = () => resolve();
    socket.once('data', done).once('close', done);
    socket.write(frame(opcode.ping, new Uint8Array(0), random));
    await promise;
    clearTimeout(timer);
    socket.off('data', done).off('close', done);
  }

  async #dial(): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: this.subject.httpPort });
    socket.on('error', () => {});
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const late = setTimeout(() => reject(new Error('an upgrade is not answered')), answerMs);
    socket.once('data', (chunk) => resolve(chunk.toString('latin1')));
    socket.once('close', () => reject(new Error('an upgrade is met by a closed connection')));
    const key = randomBytes(16).toString('base64');
    const headers = ['Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket'];
    const own = [`Sec-WebSocket-Key: ${key}`, 'Sec-WebSocket-Version: 13'];
    socket.write(`GET /announce HTTP/1.1\r\n${[...headers, ...own].join('\r\n')}\r\n\r\n`);
    const answer = await promise.finally(() => clearTimeout(late));
    if (!answer.startsWith('HTTP/1.1 101')) throw new Error(`an upgrade got: ${answer}`);
    socket.resume();
    this.#socket = socket;
  }
}

/** A client's frame: complete, masked. */
function frame(code: number, payload: Uint8Array, random: Random): Uint8Array {
  const { length } = payload;
  const size =
    length < 126
      ? [128 | length]
      : length < 65_536
        ? [128 | 126, length >> 8, length & 255]
        : [
            128 | 127,
            0,
            0,
            0,
            0,
            length >>> 24,
            (length >> 16) & 255,
            (length >> 8) & 255,
            length & 255,
          ];
  const mask = Array.from({ length: 4 }, () => random.below(256));
  const head = [128 | code, ...size, ...mask];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  for (let i = 0; i < length; i++) bytes[head.length + i] = payload[i]! ^ mask[i & 3]!;
  return bytes;
}

export const liveWebSocketTarget: LiveTarget = {
  name: 'tracker-ws-socket',
  samples: webSocketSamples,
  tokens: webSocketTokens,
  open: async () => new WebSocketFuzz(await LiveTracker.start()),
};
