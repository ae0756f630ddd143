/** Whatever may arrive at the HTTP port of a running tracker, in any pieces, over many connections. */
import { connect, type Socket } from 'node:net';
import type { Random } from '../../src/base/random.ts';
import { httpSamples, httpTokens } from './http-samples.ts';
import type { LiveSession, LiveTarget } from './live-campaign.ts';
import { LiveTracker } from './live-tracker.ts';

const mostOpen = 24;
/** Inputs on one connection, at most. */
const mostInputs = 8;
/** After that the tracker has cut a connection whose other end said nothing more. */
const closedMs = 8_000;
/** So that ports that wait for their last packets do not run out. */
const sourceAddresses = 200;

class HttpFuzz implements LiveSession {
  readonly subject: LiveTracker;
  readonly #open = new Set<Socket>();
  #current: Socket | undefined;
  #inputsLeft = 0;
  #onRoom: (() => void) | undefined;
  #problem: Error | undefined;

  constructor(tracker: LiveTracker) {
    this.subject = tracker;
  }

  send(bytes: Uint8Array, random: Random): void | Promise<void> {
    if (this.#problem !== undefined) throw this.#problem;
    if (this.#current === undefined || this.#current.destroyed) this.#dial(random);
    const socket = this.#current!;
    const cut = random.below(3) === 0 ? random.below(bytes.length + 1) : bytes.length;
    socket.write(bytes.subarray(0, cut));
    if (cut < bytes.length) socket.write(bytes.subarray(cut));
    if (--this.#inputsLeft > 0) return;
    this.#current = undefined;
    if (random.below(20) === 0) socket.resetAndDestroy();
    else socket.end();
    if (this.#open.size >= mostOpen) return this.#room();
  }

  async settle(): Promise<void> {
    this.#current?.end();
    this.#current = undefined;
    while (this.#open.size > 0) await this.#room();
    if (this.#problem !== undefined) throw this.#problem;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await this.subject.stop();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  #dial(random: Random): void {
    const localAddress = `127.0.1.${1 + random.below(sourceAddresses)}`;
    const socket = connect({ host: '127.0.0.1', port: this.subject.httpPort, localAddress });
    this.#open.add(socket);
    this.#current = socket;
    this.#inputsLeft = 1 + random.below(mostInputs);
    const late = setTimeout(() => {
      this.#problem ??= new Error(`a connection is still open ${closedMs / 1000} s after its end`);
      socket.destroy();
    }, closedMs);
    socket.on('error', () => {});
    socket.resume();
    socket.once('close', () => {
      clearTimeout(late);
      this.#open.delete(socket);
      this.#onRoom?.();
    });
  }
}

export const liveHttpTarget: LiveTarget = {
  name: 'tracker-http-socket',
  samples: httpSamples,
  tokens: httpTokens,
  open: async () => new HttpFuzz(await LiveTracker.start()),
};
