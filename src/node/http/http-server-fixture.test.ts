/** An HTTP tracker on loopback with a store that answers what it is told to, when it is told to. */
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { SeededRandom } from '../../base/random.ts';
import { type BencodeDictionary, decodeBencode } from '../../protocol/bencode.ts';
import { parseTrustedNetwork } from '../../tracker/client-address.ts';
import { noHooks, type TrackerHooks } from '../../tracker/hooks.ts';
import type { RateLimiter } from '../../tracker/rate-limit.ts';
import type {
  AnnounceOutput,
  LocalSwarmStore,
  PackedPeers,
  StoreAnnounce,
  StoreReply,
} from '../../tracker/swarm-store.ts';
import { TrackerLogic } from '../../tracker/tracker-logic.ts';
import { HttpTrackerServer } from '../http-tracker-server.ts';
import { MixedRequests } from './mixed-requests.ts';
import { TrackerResponder } from './tracker-responder.ts';

/** Lists `numWant` peers of each family, its leechers count the announces. */
export class ScriptedStore implements LocalSwarmStore {
  readonly announces: StoreAnnounce[] = [];
  /** Answers that a remote store owes; undefined for a store that answers at once. */
  owed: (() => void)[] | undefined;

  announce(request: StoreAnnounce, _nowMs: number, done: (reply: StoreReply) => void): void {
    this.#keep(request);
    const { leechers } = this;
    const ipv6Count = request.wantsBothFamilies ? request.numWant : 0;
    const answer = () =>
      done({
        seeders: 1,
        leechers,
        downloads: 2,
        ipv4: peers(request.numWant, 6, request.wantsPeerIds),
        ipv6: peers(ipv6Count, 18, request.wantsPeerIds),
      });
    if (this.owed === undefined) answer();
    else this.owed.push(answer);
  }

  announceNow(request: StoreAnnounce, _nowMs: number, output: AnnounceOutput): undefined {
    this.#keep(request);
    output.seeders = 1;
    output.leechers = this.leechers;
    output.downloads = 2;
    output.ipv4Count = request.numWant;
    output.ipv6Count = request.wantsBothFamilies ? request.numWant : 0;
    output.ipv4.set(peers(output.ipv4Count, 6, false).addresses, output.ipv4At);
    output.ipv6.set(peers(output.ipv6Count, 18, false).addresses, output.ipv6At);
  }

  get leechers(): number {
    return this.announces.length;
  }

  #keep(request: StoreAnnounce): void {
    const { infoHash, address, peerId } = request;
    const copies = { infoHash: infoHash.slice(), address: address.slice(), peerId: peerId.slice() };
    this.announces.push({ ...request, ...copies });
  }

  scrape(
    infoHashes: readonly Uint8Array[],
    done: (counts: { seeders: number; leechers: number; downloads: number }[]) => void,
  ): void {
    done(infoHashes.map(() => ({ seeders: 5, leechers: 6, downloads: 7 })));
  }

  peers(): void {}
  totals() {
    return { swarms: 0, seeders: 0, leechers: 0 };
  }
  tick(): number {
    return 0;
  }
  scan() {
    return { next: () => {} };
  }
  health() {
    return { status: 'ok' } as const;
  }
}

function peers(count: number, length: number, hasIds: boolean): PackedPeers {
  const addresses = new Uint8Array(count * length).map((_, index) => index * 7 + 1);
  return { addresses, peerIds: hasIds ? new Uint8Array(count * 20).fill(0x50) : new Uint8Array(0) };
}

/** A store that has to be asked by callback. */
function withoutNow(store: ScriptedStore): Omit<ScriptedStore, 'announceNow'> {
  return {
    announces: store.announces,
    owed: store.owed,
    leechers: 0,
    announce: (request, nowMs, done) => store.announce(request, nowMs, done),
    scrape: (infoHashes, done) => store.scrape(infoHashes, done),
    peers: () => {},
    totals: () => store.totals(),
    tick: () => 0,
    scan: () => store.scan(),
    health: () => store.health(),
  };
}

export interface RigOptions {
  readonly isRemote?: boolean;
  readonly hooks?: TrackerHooks;
  readonly rateLimiter?: RateLimiter;
  readonly trustedProxies?: readonly string[];
  readonly timeoutMs?: number;
  readonly maxConnections?: number;
  readonly host?: string;
}

export interface Rig {
  readonly port: number;
  readonly logic: TrackerLogic;
  readonly store: ScriptedStore;
  readonly server: HttpTrackerServer;
  readonly operations: Server;
}

/** Pages answer with method, target and body of what they were asked. */
export async function startRig(t: TestContext, options: RigOptions = {}): Promise<Rig> {
  const store = new ScriptedStore();
  if (options.isRemote === true) store.owed = [];
  const policy = {
    intervalMs: 1_800_000,
    intervalJitter: 0,
    minIntervalMs: 60_000,
    defaultNumWant: 50,
    maxNumWant: 200,
  };
  const context = {
    store: options.isRemote === true ? withoutNow(store) : store,
    hooks: options.hooks ?? noHooks,
    policy,
    random: new SeededRandom(1),
  };
  const logic = new TrackerLogic(context, () => performance.now());
  const { rateLimiter } = options;
  const responder = new TrackerResponder({
    logic,
    trustedProxies: (options.trustedProxies ?? []).map((text) => parseTrustedNetwork(text)!),
    ...(rateLimiter === undefined ? {} : { rateLimiter }),
  });
  const mixed = new MixedRequests(responder);
  const operations = createServer({ requireHostHeader: false }, (request, response) => {
    if (mixed.answer(request, response)) return;
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () =>
      response.end(`page ${request.method} ${request.url} ${Buffer.concat(parts)}\n`),
    );
  });
  const server = await HttpTrackerServer.listen({
    host: options.host ?? '127.0.0.1',
    port: 0,
    responder,
    operations,
    maxConnections: options.maxConnections ?? 100,
    timeoutMs: options.timeoutMs ?? 5000,
  });
  t.after(async () => {
    await server.close();
    operations.close();
  });
  return { port: server.port, logic, store, server, operations };
}

export function dial(rig: Rig): Socket {
  const socket = connect(rig.port, '127.0.0.1');
  socket.on('error', () => {});
  return socket;
}

export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

/** Reads answers with a Content-Length or in chunks, one after the other. */
export class Answers {
  #received: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  #wake = () => {};

  constructor(socket: Socket) {
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    socket.on('close', () => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  /** Undefined when the connection closed first. `hasBody` false for an answer to HEAD. */
  async next(hasBody = true): Promise<Answer | undefined> {
    for (;;) {
      const found = this.#take(hasBody);
      if (found !== undefined || this.#hasEnded) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  get unread(): string {
    return this.#received.toString('latin1');
  }

  #take(hasBody: boolean): Answer | undefined {
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd === -1) return undefined;
    const head = this.#received.toString('latin1', 0, headEnd);
    const told = /content-length:\s*([0-9]+)/i.exec(head)?.[1];
    let bodyStart = headEnd + 4;
    let end = bodyStart + (hasBody ? Number(told ?? 0) : 0);
    let next = end;
    if (told === undefined && hasBody) {
      // One chunk and the empty one, which is what the pages send.
      const sizeEnd = this.#received.indexOf('\r\n', bodyStart);
      if (sizeEnd === -1) return undefined;
      const size = Number.parseInt(this.#received.toString('latin1', bodyStart, sizeEnd), 16);
      bodyStart = sizeEnd + 2;
      end = bodyStart + size;
      next = end + 2 + 5;
    }
    if (this.#received.length < next) return undefined;
    const body = this.#received.subarray(bodyStart, end);
    this.#received = this.#received.subarray(next);
    return { status: Number(head.slice(9, 12)), head, body };
  }
}

export function dictionaryOf(answer: Answer | undefined): BencodeDictionary {
  const value = decodeBencode(answer?.body ?? Buffer.alloc(0));
  if (!(value instanceof Map)) throw new Error('the answer is no dictionary');
  return value;
}

/** The failure reason; undefined for an answer without. */
export function reasonOf(answer: Answer | undefined): string | undefined {
  const reason = dictionaryOf(answer).get('failure reason');
  return reason instanceof Uint8Array ? Buffer.from(reason).toString() : undefined;
}

const hash = `info_hash=${'%E9'.repeat(20)}`;
export const announceTarget = `/announce?${hash}&peer_id=-SH0100-abcdefghijkl&port=6881&left=5&numwant=3`;
export const scrapeTarget = `/scrape?${hash}`;

export function get(target: string, fields = '', version = '1.1'): string {
  return `GET ${target} HTTP/${version}\r\nHost: t\r\n${fields}\r\n`;
}
