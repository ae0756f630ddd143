/**
 * The tracker as a whole: composition root of store, catalog, rules, logic and frontends.
 * Invariant: after `close`, or when `listen` rejects, no socket, timer, thread or lock of it is left.
 */
import { lookup } from 'node:dns/promises';
import { parseIp } from '../base/ip-address.ts';
import { packageVersion } from '../node/package-version.ts';
import { secretBytes, systemRandom } from '../node/system-random.ts';
import { machineMs } from '../node/udp/batch-messages.ts';
import type { SharedTracker } from '../node/udp/shared-tracker.ts';
import { defaultUdpWorkers } from '../node/udp-tracker-server.ts';
import { WebSocketTrackerServer } from '../node/websocket-tracker-server.ts';
import { createRateLimitMemory, RateLimiter } from '../tracker/rate-limit.ts';
import { countersMemory } from '../tracker/stats.ts';
import { TrackerLogic } from '../tracker/tracker-logic.ts';
import { AccessLists } from './access-lists.ts';
import { announceUrls } from './announce-urls.ts';
import { catalogPages, knownNames } from './catalog-pages.ts';
import { Closers } from './closers.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { Frontends } from './frontends.ts';
import { listenFailure } from './listen-failure.ts';
import { LiveSwarms } from './live-swarms.ts';
import { type OpenedCatalog, openCatalog } from './open-catalog.ts';
import { type OpenedStore, openStore } from './open-store.ts';
import { makeOperations } from './operations.ts';
import { type StatsSummary, summarize } from './pages/stats-report.ts';
import type { ExtraSwarms, TrackerView } from './pages/tracker-view.ts';
import { keepSnapshots } from './snapshot-keeper.ts';
import { startTicking } from './ticking.ts';
import { silentLog, type TrackerLog } from './tracker-log.ts';
import { settle, type TrackerOptions, type TrackerSettings } from './tracker-options.ts';

export type { StatsSummary } from './pages/stats-report.ts';
export { TrackerOptionError, type TrackerOptions } from './tracker-options.ts';

/** Requests at once from one network, for each that it has a second. */
const burstSeconds = 10;

/** What a tracker is made of, in the order it is made. */
interface Parts {
  readonly settings: TrackerSettings;
  readonly host: string | undefined;
  readonly log: TrackerLog;
  readonly folder: DataFolder | undefined;
  readonly opened: OpenedStore;
  readonly catalog: OpenedCatalog | undefined;
  readonly access: AccessLists;
}

export class Tracker {
  readonly #frontends: Frontends;
  readonly #view: TrackerView;
  readonly #access: AccessLists;
  readonly #closers: Closers;
  /** The folder with swarms and catalog; undefined when nothing is kept. */
  readonly dataDir: string | undefined;
  /** HTTP and UDP under every address of this machine, those of the local network first. */
  readonly announceUrls: readonly string[];

  private constructor(
    frontends: Frontends,
    view: TrackerView,
    { access, folder }: Parts,
    closers: Closers,
  ) {
    this.#frontends = frontends;
    this.#view = view;
    this.#access = access;
    this.#closers = closers;
    this.dataDir = folder?.path;
    this.announceUrls = view.announceUrls;
  }

  /**
   * Rejects with a ListenError when the port cannot be had, with a TrackerOptionError for impossible
   * options, with a DataFolderInUseError when another tracker has the data folder, and with what the
   * stores say when they cannot be used.
   */
  static async listen(options: TrackerOptions = {}): Promise<Tracker> {
    const settings = settle(options);
    const closers = new Closers();
    try {
      return await open(settings, closers, (...made) => new Tracker(...made));
    } catch (error) {
      await closers.close();
      throw error;
    }
  }

  get httpPort(): number {
    return this.#frontends.http.port;
  }

  get udpPort(): number {
    return this.#frontends.udp.port;
  }

  /** How UDP is answered, and where that is not how it could be, why. */
  get udpBackend(): { readonly name: 'batch' | 'dgram'; readonly reason?: string } {
    const { backend: name, backendReason: reason } = this.#frontends.udp;
    return reason === undefined ? { name } : { name, reason };
  }

  stats(): StatsSummary {
    return summarize(this.#view);
  }

  /** Reads the access lists again; what is wrong with them goes to the log. */
  reload(): Promise<void> {
    return this.#access.reload();
  }

  /** Keeps what is to be kept. Idempotent. */
  close(): Promise<void> {
    return this.#closers.close();
  }
}

type Make = (frontends: Frontends, view: TrackerView, parts: Parts, closers: Closers) => Tracker;

async function open(settings: TrackerSettings, closers: Closers, make: Make): Promise<Tracker> {
  const parts = await openParts(settings, closers);
  const { host, log, opened, catalog, access } = parts;
  const { logic, limiter, shared } = makeLogic(parts);
  const webSockets = new WebSocketTrackerServer({
    logic,
    hooks: access.rules.hooks,
    random: systemRandom(),
    rateLimiter: limiter,
    trustedProxies: settings.trustedProxies,
    maxConnections: settings.options.maxConnections ?? 10_000,
  });
  closers.add(() => webSockets.close());
  const extraSwarms = swarmsOf(webSockets, () => logic.nowMs());
  const swarms = new LiveSwarms(logic, extraSwarms);
  const view: TrackerView & { announceUrls: readonly string[] } = {
    logic,
    extraSwarms,
    announceUrls: [],
    ...namesFor(parts),
    problem: () => problemOf(catalog),
    settings: {
      showAddresses: settings.options.showAddresses ?? false,
      version: packageVersion(),
    },
  };
  let frontends: Frontends | undefined;
  const connectionSecret = await opened.connectionSecret?.((secret) =>
    frontends?.udp.update({ connectionSecret: secret }),
  );
  frontends = await Frontends.listen({
    settings,
    host,
    logic,
    limiter,
    webSockets,
    shared,
    connectionSecret,
    log,
    makeOperations: (mixed) =>
      makeOperations({ settings, logic, limiter, swarms, catalog, view, log }, mixed),
  });
  const listening = frontends;
  closers.add(() => listening.close());
  access.onChange = (rules) => listening.udp.update({ access: rules.state });
  view.announceUrls = announceUrls(host, listening.http.port, listening.udp.port);
  closers.add(startTicking(logic, catalogNotices(catalog, log)));
  return make(listening, view, parts, closers);
}

async function openParts(settings: TrackerSettings, closers: Closers): Promise<Parts> {
  const { options } = settings;
  const log = options.log ?? silentLog;
  const host = await numericHost(settings);
  const folder = options.dataDir === undefined ? undefined : openDataFolder(options.dataDir);
  closers.add(() => folder?.release());
  const opened = await openStore(settings, log);
  closers.add(() => opened.close());
  if (folder !== undefined && opened.own !== undefined) {
    const { peerTimeoutMs } = settings;
    const { store } = opened.own;
    const snapshots = await keepSnapshots({ store, path: folder.swarmsPath, peerTimeoutMs, log });
    closers.add(() => snapshots.close());
  }
  const catalog = await openCatalog(options.catalog, folder);
  closers.add(() => catalog?.close());
  const access = await AccessLists.open({
    mode: settings.access,
    listPath: options.accessList,
    passkeysPath: options.passkeys,
    catalogInfoHashes: () => allInfoHashes(catalog),
    onProblem: (message) => log.error(`the access rules stay as they are: ${message}`),
  });
  closers.add(() => access.close());
  closers.add(catalog?.store.onChange((change) => access.catalogChanged(change)));
  return { settings, host, log, folder, opened, catalog, access };
}

interface Logic {
  readonly logic: TrackerLogic;
  readonly limiter: RateLimiter;
  readonly shared: SharedTracker | undefined;
}

function makeLogic({ settings, opened, access }: Parts): Logic {
  const { intervalMs, intervalJitter, minIntervalMs, options } = settings;
  const policy = { intervalMs, intervalJitter, minIntervalMs, defaultNumWant: 50, maxNumWant: 200 };
  const own = access.rules.hooks;
  const hooks = {
    announce: [...(options.hooks?.announce ?? []), ...own.announce],
    scrape: [...(options.hooks?.scrape ?? []), ...own.scrape],
  };
  const counters = countersMemory(1 + (options.udpWorkers ?? defaultUdpWorkers()));
  const logic = new TrackerLogic(
    { store: opened.store, hooks, policy, random: systemRandom() },
    machineMs,
    { memory: counters, thread: 0 },
  );
  const rateLimit = {
    memory: createRateLimitMemory(),
    perSecond: settings.rateLimit,
    burst: Math.max(1, burstSeconds * settings.rateLimit),
    hashSeed: secretWords(),
  };
  const canShare = opened.own !== undefined && options.hooks === undefined;
  const shared = canShare
    ? {
        policy,
        access: access.rules.state,
        rateLimit,
        counters,
        firstThread: 1,
        swarms: opened.own!.memory,
      }
    : undefined;
  return { logic, limiter: new RateLimiter(rateLimit), shared };
}

function namesFor({ catalog, settings, log }: Parts): Pick<TrackerView, 'catalog' | 'names'> {
  if (catalog !== undefined) return { catalog: catalogPages(catalog.store, once(log)) };
  const { nameOf } = settings.options;
  return nameOf === undefined ? {} : { names: knownNames(nameOf) };
}

/** The same words only once until others come: pages ask again every second. */
function once(log: TrackerLog): (message: string) => void {
  let said = '';
  return (message) => {
    if (message !== said) log.warn(message);
    said = message;
  };
}

/** To be called now and then: says when the catalog goes away and comes back. */
function catalogNotices(catalog: OpenedCatalog | undefined, log: TrackerLog): () => void {
  let wasAway = false;
  return () => {
    const problem = problemOf(catalog);
    if (problem !== undefined && !wasAway) log.warn(problem);
    if (problem === undefined && wasAway) log.info('the catalog is in reach again');
    wasAway = problem !== undefined;
  };
}

function problemOf(catalog: OpenedCatalog | undefined): string | undefined {
  const health = catalog?.store.health();
  return health?.status === 'degraded' ? health.problem : undefined;
}

function swarmsOf(webSockets: WebSocketTrackerServer, nowMs: () => number): ExtraSwarms {
  const { swarms } = webSockets;
  return {
    totals: () => swarms.totals(),
    scan: () => swarms.scan(nowMs()),
    counts: (infoHashes) => infoHashes.map((infoHash) => swarms.counts(infoHash)),
    peers: (infoHash, limit) => swarms.peers(infoHash, limit, nowMs()),
  };
}

async function allInfoHashes(catalog: OpenedCatalog | undefined): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  if (catalog === undefined) return found;
  for await (const portion of catalog.store.infoHashes()) {
    for (const hex of portion) found.push(Uint8Array.from(Buffer.from(hex, 'hex')));
  }
  return found;
}

function secretWords(): readonly [number, number] {
  const [first = 0, second = 0] = new Uint32Array(secretBytes(8).slice().buffer);
  return [first, second];
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
