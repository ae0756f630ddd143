/**
 * The tracker that is fuzzed over its sockets, seen from outside: its ports, its memory, and whether it
 * still answers an honest client. Invariant: the process ends with whoever started it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildAnnounceUrl } from '../../src/protocol/http-tracker-url.ts';
import { decodeUdpTrackerReply } from '../../src/protocol/udp-tracker-reply.ts';
import {
  encodeUdpAnnounceRequest,
  encodeUdpConnectRequest,
} from '../../src/protocol/udp-tracker-request.ts';
import type { TrackerOptions } from '../../src/tracker-server/tracker-options.ts';
import type { LiveSubject, ProcessMemory } from './live-campaign.ts';

const script = fileURLToPath(new URL('./fuzzed-tracker.ts', import.meta.url));
const startMs = 20_000;
const answerMs = 3_000;
const udpTries = 5;

/** Little enough room that swarms fill it before memory is looked at for the first time. */
const options: TrackerOptions = { memoryBytes: 2 * 2 ** 20, requestTimeoutMs: 2_000, rateLimit: 0 };

const honestHash = new Uint8Array(20).fill(0x5a);
const honest = {
  infoHash: honestHash,
  peerId: new Uint8Array(20).fill(0x2d),
  port: 6881,
  uploadedBytes: 0,
  downloadedBytes: 0,
  leftBytes: 1,
  event: 'none',
  numWant: 10,
  key: 1,
} as const;

export class LiveTracker implements LiveSubject {
  readonly httpPort: number;
  readonly udpPort: number;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string, undefined>;
  readonly #words: string[];

  private constructor(
    child: ChildProcess,
    lines: AsyncIterator<string, undefined>,
    words: string[],
    ports: { readonly httpPort: number; readonly udpPort: number },
  ) {
    this.#child = child;
    this.#lines = lines;
    this.#words = words;
    this.httpPort = ports.httpPort;
    this.udpPort = ports.udpPort;
  }

  static async start(more: TrackerOptions = {}): Promise<LiveTracker> {
    const args = ['--expose-gc', script, JSON.stringify({ ...options, ...more })];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const words: string[] = [];
    child.stderr.on('data', (chunk) => words.push(String(chunk)));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    try {
      const first = await within(startMs, 'the tracker starts', lines.next());
      const ports = JSON.parse(first.value ?? '') as { httpPort: number; udpPort: number };
      return new LiveTracker(child, lines, words, ports);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`the tracker did not start: ${words.join('')}`, { cause: error });
    }
  }

  async memory(): Promise<ProcessMemory> {
    this.requireAlive();
    this.#child.stdin?.write('memory\n');
    const line = await within(startMs, 'the tracker tells its memory', this.#lines.next());
    return JSON.parse(line.value ?? '') as ProcessMemory;
  }

  requireAlive(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return;
    throw new Error(`the tracker ended (${signalCode ?? exitCode}): ${this.#words.join('')}`);
  }

  /** Rejects unless an honest client is answered over HTTP and over UDP. */
  async requireService(): Promise<void> {
    this.requireAlive();
    try {
      await this.#announceOverHttp();
      await this.#announceOverUdp();
    } catch (error) {
      this.requireAlive();
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end();
    const force = setTimeout(() => this.#child.kill('SIGKILL'), answerMs);
    await ended;
    clearTimeout(force);
  }

  async #announceOverHttp(): Promise<void> {
    const url = buildAnnounceUrl(`http://127.0.0.1:${this.httpPort}/announce`, honest);
    const response = await fetch(url, { signal: AbortSignal.timeout(answerMs) });
    const text = await response.text();
    if (!text.startsWith('d8:complete')) throw new Error(`an honest announce got ${text}`);
  }

  async #announceOverUdp(): Promise<void> {
    const socket = createSocket('udp4');
    try {
      socket.connect(this.udpPort, '127.0.0.1');
      await once(socket, 'connect');
      const ask = (packet: Uint8Array) => askOverUdp(socket, packet);
      const connected = await ask(encodeUdpConnectRequest(1));
      if (connected?.action !== 'connect') throw new Error('an honest UDP client is not answered');
      const { connectionId } = connected;
      const packet = encodeUdpAnnounceRequest({
        ...honest,
        connectionId,
        transactionId: 2,
        ipv4: 0,
      });
      const announced = await ask(packet);
      if (announced?.action !== 'announce') throw new Error('an honest UDP announce got no answer');
    } finally {
      socket.close();
    }
  }
}

/** Datagrams get lost where others send as fast as they can, so it asks again. */
async function askOverUdp(socket: ReturnType<typeof createSocket>, packet: Uint8Array) {
  for (let tries = 0; tries < udpTries; tries++) {
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
    socket.once('message', resolve);
    socket.send(packet, () => {});
    const timer = setTimeout(() => resolve(undefined), answerMs / udpTries);
    const reply = await promise;
    clearTimeout(timer);
    socket.removeAllListeners('message');
    if (reply !== undefined) return decodeUdpTrackerReply(reply);
  }
  return undefined;
}

async function within<T>(milliseconds: number, what: string, wanted: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`${milliseconds / 1000} s went by before ${what}`)),
    milliseconds,
  );
  try {
    return await Promise.race([wanted, late]);
  } finally {
    clearTimeout(timer);
  }
}
