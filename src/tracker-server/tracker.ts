/**
 * The tracker as a whole: composition root of store, logic and frontends.
 * Invariant: after `close` no socket, timer or connection of it is left.
 */
import { lookup } from 'node:dns/promises';
import { parseIp } from '../base/ip-address.ts';
import { HttpTrackerServer } from '../node/http-tracker-server.ts';
import { errorCode } from '../node/socket-cause.ts';
import { systemRandom } from '../node/system-random.ts';
import { UdpTrackerServer } from '../node/udp-tracker-server.ts';
import { parseTrustedNetwork } from '../tracker/client-address.ts';
import { noHooks, type TrackerHooks } from '../tracker/hooks.ts';
import { MemorySwarmStore } from '../tracker/memory-swarm-store.ts';
import type { SwarmStore } from '../tracker/swarm-store.ts';
import { TrackerLogic } from '../tracker/tracker-logic.ts';
import { announceUrls } from './announce-urls.ts';
import { listenFailure } from './listen-failure.ts';
import { makeReport, type NameOf, type StatsReport } from './stats-report.ts';
import { TrackerPages } from './tracker-pages.ts';

export type { StatsReport } from './stats-report.ts';

export interface TrackerOptions {
  /** Address or name to listen on; all addresses, IPv4 and IPv6, when left out. */
  readonly host?: string;
  /** For HTTP, and for UDP unless `udpPort` says otherwise. 6969 unless told; 0 takes any free one. */
  readonly port?: number;
  readonly udpPort?: number;
  /** Between two announces of a peer; 30 min unless told. */
  readonly intervalMs?: number;
  /** By how much of itself the interval is lengthened at random; 0.1 unless told. */
  readonly intervalJitter?: number;
  /** A minute unless told, but no more than half of the interval. */
  readonly minIntervalMs?: number;
  /** A peer silent for this long is forgotten; twice the interval unless told. */
  readonly peerTimeoutMs?: number;
  /** Limits on memory; 2,000,000 each unless told. */
  readonly maxSwarms?: number;
  readonly maxPeers?: number;
  /** Open HTTP connections; 10,000 unless told. */
  readonly maxConnections?: number;
  /** For an HTTP request to arrive, and for an idle connection; 15 s unless told. */
  readonly requestTimeoutMs?: number;
  /** Proxies whose X-Forwarded-For is believed: addresses or networks (`10.0.0.0/8`). None unless told. */
  readonly trustedProxies?: readonly string[];
  readonly hooks?: TrackerHooks;
  /** In memory unless told. */
  readonly store?: SwarmStore;
  /** Names for the statistics page, by lower-case hex info-hash. */
  readonly nameOf?: NameOf;
}

const defaultPort = 6969;
const tickMs = 1000;
/** A free TCP port may be taken for UDP; after so many different ones something else is wrong. */
const maxPortTries = 20;

interface Frontends {
  readonly http: HttpTrackerServer;
  readonly udp: UdpTrackerServer;
}

export class Tracker {
  readonly #frontends: Frontends;
  readonly #logic: TrackerLogic;
  readonly #nameOf: NameOf;
  readonly #ticking: NodeJS.Timeout;
  /** HTTP and UDP under every address of this machine, those of the local network first. */
  readonly announceUrls: readonly string[];

  private constructor(
    frontends: Frontends,
    logic: TrackerLogic,
    nameOf: NameOf,
    urls: readonly string[],
  ) {
    this.#frontends = frontends;
    this.#logic = logic;
    this.#nameOf = nameOf;
    this.announceUrls = urls;
    this.#ticking = setInterval(() => logic.tick(), tickMs);
  }

  /** Rejects with a ListenError when the port cannot be had, with a RangeError for impossible options. */
  static async listen(options: TrackerOptions = {}): Promise<Tracker> {
    const nameOf = options.nameOf ?? (() => undefined);
    const logic = makeLogic(options);
    const pages = new TrackerPages(logic, nameOf);
    const host = await numericHost(options);
    const frontends = await openFrontends(options, host, logic, pages);
    pages.announceUrls = announceUrls(host, frontends.http.port, frontends.udp.port);
    return new Tracker(frontends, logic, nameOf, pages.announceUrls);
  }

  get httpPort(): number {
    return this.#frontends.http.port;
  }

  get udpPort(): number {
    return this.#frontends.udp.port;
  }

  stats(): StatsReport {
    return makeReport(this.#logic, { order: 'peers', search: '' }, this.#nameOf);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#ticking);
    await Promise.all([this.#frontends.http.close(), this.#frontends.udp.close()]);
  }
}

function makeLogic(options: TrackerOptions): TrackerLogic {
  const intervalMs = positive('intervalMs', options.intervalMs ?? 30 * 60_000);
  const intervalJitter = options.intervalJitter ?? 0.1;
  const peerTimeoutMs = positive('peerTimeoutMs', options.peerTimeoutMs ?? 2 * intervalMs);
  if (!(intervalJitter >= 0 && intervalJitter <= 1)) {
    throw new RangeError('intervalJitter must be from 0 to 1');
  }
  if (peerTimeoutMs < intervalMs) {
    throw new RangeError(
      'peers would be forgotten between two announces: the peer time-out must be at least the interval',
    );
  }
  const random = systemRandom();
  const store =
    options.store ??
    new MemorySwarmStore({
      random: random.fork(),
      peerTimeoutMs: Math.max(peerTimeoutMs, intervalMs * (1 + intervalJitter) + 1000),
      ...(options.maxSwarms === undefined ? {} : { maxSwarms: options.maxSwarms }),
      ...(options.maxPeers === undefined ? {} : { maxPeers: options.maxPeers }),
    });
  const policy = {
    intervalMs,
    intervalJitter,
    minIntervalMs: Math.min(options.minIntervalMs ?? 60_000, intervalMs / 2),
    defaultNumWant: 50,
    maxNumWant: 200,
  };
  const context = { store, hooks: options.hooks ?? noHooks, policy, random };
  return new TrackerLogic(context, () => performance.now());
}

async function openFrontends(
  options: TrackerOptions,
  host: string | undefined,
  logic: TrackerLogic,
  pages: TrackerPages,
): Promise<Frontends> {
  const port = options.port ?? defaultPort;
  const trustedProxies = (options.trustedProxies ?? []).map((text) => {
    const network = parseTrustedNetwork(text);
    if (network === undefined) throw new RangeError(`${text} is neither an address nor a network`);
    return network;
  });
  const where = host === undefined ? {} : { host };
  for (let tries = 1; ; tries++) {
    const http = await HttpTrackerServer.listen({
      ...where,
      port,
      logic,
      trustedProxies,
      maxConnections: options.maxConnections ?? 10_000,
      timeoutMs: options.requestTimeoutMs ?? 15_000,
      page: (target) => pages.reply(target),
    }).catch((error: unknown) => {
      throw listenFailure(error, 'TCP', port, host);
    });
    const udpPort = options.udpPort ?? http.port;
    try {
      return { http, udp: await UdpTrackerServer.listen({ ...where, port: udpPort, logic }) };
    } catch (error) {
      await http.close();
      const mayRetry = port === 0 && options.udpPort === undefined && tries < maxPortTries;
      if (!mayRetry || errorCode(error) !== 'EADDRINUSE') {
        throw listenFailure(error, 'UDP', udpPort, host);
      }
    }
  }
}

async function numericHost(options: TrackerOptions): Promise<string | undefined> {
  const { host } = options;
  if (host === undefined || host === '' || host === '*') return undefined;
  if (parseIp(host) !== undefined) return host;
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw listenFailure(error, 'TCP', options.port ?? defaultPort, host);
  }
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new RangeError(`${name} must be a positive number of milliseconds`);
}
