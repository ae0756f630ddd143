/**
 * The tracker as a whole: composition root of store, logic and frontends.
 * Invariant: after `close` no socket, timer or connection of it is left.
 */
import { lookup } from 'node:dns/promises';
import type { FastifyInstance } from 'fastify';
import { parseIp } from '../base/ip-address.ts';
import { MixedRequests } from '../node/http/mixed-requests.ts';
import { TrackerResponder } from '../node/http/tracker-responder.ts';
import { HttpTrackerServer } from '../node/http-tracker-server.ts';
import { errorCode } from '../node/socket-cause.ts';
import { systemRandom } from '../node/system-random.ts';
import { UdpTrackerServer } from '../node/udp-tracker-server.ts';
import { noHooks } from '../tracker/hooks.ts';
import { MemorySwarmStore } from '../tracker/memory-swarm-store.ts';
import { TrackerLogic } from '../tracker/tracker-logic.ts';
import { announceUrls } from './announce-urls.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { listenFailure } from './listen-failure.ts';
import { createOperationsApp } from './operations-app.ts';
import { pageRoutes } from './page-routes.ts';
import { makeReport, type NameOf, type StatsReport } from './stats-report.ts';
import { settle, type TrackerOptions, type TrackerSettings } from './tracker-options.ts';
import { TrackerPages } from './tracker-pages.ts';

export type { StatsReport } from './stats-report.ts';
export { TrackerOptionError, type TrackerOptions } from './tracker-options.ts';

const tickMs = 1000;
/** A free TCP port may be taken for UDP; after so many different ones something else is wrong. */
const maxPortTries = 20;

interface Frontends {
  readonly http: HttpTrackerServer;
  readonly udp: UdpTrackerServer;
  readonly operations: FastifyInstance;
}

export class Tracker {
  readonly #frontends: Frontends;
  readonly #logic: TrackerLogic;
  readonly #nameOf: NameOf;
  readonly #ticking: NodeJS.Timeout;
  readonly #folder: DataFolder | undefined;
  /** HTTP and UDP under every address of this machine, those of the local network first. */
  readonly announceUrls: readonly string[];

  private constructor(
    frontends: Frontends,
    logic: TrackerLogic,
    nameOf: NameOf,
    urls: readonly string[],
    folder: DataFolder | undefined,
  ) {
    this.#frontends = frontends;
    this.#folder = folder;
    this.#logic = logic;
    this.#nameOf = nameOf;
    this.announceUrls = urls;
    this.#ticking = setInterval(() => logic.tick(), tickMs);
  }

  /**
   * Rejects with a ListenError when the port cannot be had, with a TrackerOptionError for impossible
   * options, with a DataFolderInUseError when another tracker has the data folder.
   */
  static async listen(options: TrackerOptions = {}): Promise<Tracker> {
    const settings = settle(options);
    const nameOf: NameOf = options.nameOf ?? (() => undefined);
    const host = await numericHost(settings);
    const folder = options.dataDir === undefined ? undefined : openDataFolder(options.dataDir);
    try {
      const logic = makeLogic(settings);
      const pages = new TrackerPages(logic, nameOf);
      const frontends = await openFrontends(settings, host, logic, pages);
      pages.announceUrls = announceUrls(host, frontends.http.port, frontends.udp.port);
      return new Tracker(frontends, logic, nameOf, pages.announceUrls, folder);
    } catch (error) {
      folder?.release();
      throw error;
    }
  }

  /** The folder with swarms and catalog; undefined when nothing is kept. */
  get dataDir(): string | undefined {
    return this.#folder?.path;
  }

  /** How UDP is answered. */
  get udpBackend(): 'batch' | 'dgram' {
    return 'dgram';
  }

  /** Reads the access lists again. */
  async reload(): Promise<void> {}

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
    const { http, udp, operations } = this.#frontends;
    await Promise.all([http.close(), udp.close()]);
    await operations.close();
    this.#folder?.release();
  }
}

function makeLogic(settings: TrackerSettings): TrackerLogic {
  const { intervalMs, intervalJitter, minIntervalMs, peerTimeoutMs, options } = settings;
  const random = systemRandom();
  const store = options.store ?? new MemorySwarmStore({ random: random.fork(), peerTimeoutMs });
  const policy = {
    intervalMs,
    intervalJitter,
    minIntervalMs,
    defaultNumWant: 50,
    maxNumWant: 200,
  };
  const context = { store, hooks: options.hooks ?? noHooks, policy, random };
  return new TrackerLogic(context, () => performance.now());
}

async function openFrontends(
  settings: TrackerSettings,
  host: string | undefined,
  logic: TrackerLogic,
  pages: TrackerPages,
): Promise<Frontends> {
  const { options, port, trustedProxies } = settings;
  const where = host === undefined ? {} : { host };
  const timeoutMs = options.requestTimeoutMs ?? 15_000;
  const responder = new TrackerResponder({ logic, trustedProxies });
  const mixed = new MixedRequests(responder);
  const operations = await createOperationsApp({
    plugins: [pageRoutes(pages)],
    answerTracker: (request, response) => mixed.answer(request, response),
    timeoutMs,
  });
  for (let tries = 1; ; tries++) {
    const http = await HttpTrackerServer.listen({
      ...where,
      port,
      responder,
      operations: operations.server,
      maxConnections: options.maxConnections ?? 10_000,
      timeoutMs,
      nowMs: () => logic.nowMs(),
    }).catch((error: unknown) => {
      throw listenFailure(error, 'TCP', port, host);
    });
    const udpPort = options.udpPort ?? http.port;
    try {
      const udp = await UdpTrackerServer.listen({ ...where, port: udpPort, logic });
      return { http, udp, operations };
    } catch (error) {
      await http.close();
      const mayRetry = port === 0 && options.udpPort === undefined && tries < maxPortTries;
      if (!mayRetry || errorCode(error) !== 'EADDRINUSE') {
        throw listenFailure(error, 'UDP', udpPort, host);
      }
    }
  }
}

async function numericHost({ options, port }: TrackerSettings): Promise<string | undefined> {
  const { host } = options;
  if (host === undefined || host === '' || host === '*') return undefined;
  if (parseIp(host) !== undefined) return host;
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw listenFailure(error, 'TCP', port, host);
  }
}
