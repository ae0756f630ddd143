/**
 * What a tracker can be told, with what it does when it is not told: checked once, at the start.
 * Invariant: settings that contradict each other are refused with the reason, never bent silently.
 */

import type { AccessMode } from '../tracker/access.ts';
import { parseTrustedNetwork, type TrustedNetwork } from '../tracker/client-address.ts';
import type { TrackerHooks } from '../tracker/hooks.ts';
import { defaultRateLimit } from '../tracker/rate-limit.ts';
import type { SwarmStore } from '../tracker/swarm-store.ts';
import type { TrackerLog } from './tracker-log.ts';

export type UdpBackendChoice = 'auto' | 'batch' | 'dgram';
/** Who may publish without a token: this machine, private networks, everybody. */
export type Publishers = 'loopback' | 'private' | 'all';

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
  /** Where swarms and the catalog outlive the process; nothing is kept unless told. */
  readonly dataDir?: string;
  /** For all peers and swarms; 512 MiB unless told. Taken only as it is used. */
  readonly memoryBytes?: number;
  /** Keep whole peer ids, for replies that are not compact: 20 bytes a peer. No unless told. */
  readonly keepsPeerIds?: boolean;
  /** `redis://` or `rediss://`: swarms shared with other trackers; in memory unless told. */
  readonly swarmStore?: string;
  /**
   * `postgres://`: a catalog shared with other trackers; `memory` or `none`. Unless told SQLite in the
   * data folder, and none where there is no such folder.
   */
  readonly catalog?: string;
  /** Open HTTP connections; 10,000 unless told. */
  readonly maxConnections?: number;
  /** For an HTTP request to arrive, and for an idle connection; 15 s unless told. */
  readonly requestTimeoutMs?: number;
  /** Requests a second from one /24 or /56, with ten times as many at once; 0 for no limit. */
  readonly rateLimit?: number;
  /** Proxies whose X-Forwarded-For is believed: addresses or networks (`10.0.0.0/8`). None unless told. */
  readonly trustedProxies?: readonly string[];
  /** `open` unless told; `allow` and `deny` need `accessList`. */
  readonly access?: AccessMode;
  /** A file with an info-hash a line, read again when it changes. */
  readonly accessList?: string;
  /** A file with a pass key a line; each announce URL then has one. Read again when it changes. */
  readonly passkeys?: string;
  /** For publishing and deleting; none unless told. */
  readonly tokens?: readonly string[];
  /** Who needs no token; `loopback` unless told. */
  readonly publishers?: Publishers;
  /** Names under which the tracker is reached, for requests that change something; IP addresses always. */
  readonly hostNames?: readonly string[];
  /** Show whole addresses of peers on pages and in the catalog; no unless told. */
  readonly showAddresses?: boolean;
  /** `dgram` unless told. `batch` needs Linux and koffi; `auto` takes it where it can be had. */
  readonly udpBackend?: UdpBackendChoice;
  /** Threads that answer UDP with `batch`; by the number of processors unless told. */
  readonly udpWorkers?: number;
  /** Asked before the store, in this thread; not with the `batch` backend. */
  readonly hooks?: TrackerHooks;
  /** A store of the caller's, in this thread; not with the `batch` backend, nor with `swarmStore`. */
  readonly store?: SwarmStore;
  /** Names for torrents that the catalog does not have, by lower-case hex info-hash. */
  readonly nameOf?: (infoHash: string) => string | undefined;
  /** What happens; silent unless told. */
  readonly log?: TrackerLog;
}

/** `message` names the setting, what is wrong and what is possible. */
export class TrackerOptionError extends Error {
  override readonly name = 'TrackerOptionError';
  readonly code: 'USAGE_BAD_VALUE' | 'USAGE_CONFLICT';

  constructor(code: 'USAGE_BAD_VALUE' | 'USAGE_CONFLICT', message: string) {
    super(message);
    this.code = code;
  }
}

export const defaultPort = 6969;
export const defaultMemoryBytes = 512 * 2 ** 20;
const smallestMemoryBytes = 2 ** 20;

/** All that has a default, decided; what is left out of `options` otherwise stays there. */
export interface TrackerSettings {
  readonly options: TrackerOptions;
  readonly port: number;
  readonly intervalMs: number;
  readonly intervalJitter: number;
  readonly minIntervalMs: number;
  /** Long enough for the longest interval that is told. */
  readonly peerTimeoutMs: number;
  readonly memoryBytes: number;
  readonly rateLimit: number;
  readonly trustedProxies: readonly TrustedNetwork[];
  readonly access: AccessMode;
  readonly udpBackend: UdpBackendChoice;
}

/** Throws TrackerOptionError. */
export function settle(options: TrackerOptions): TrackerSettings {
  const intervalMs = positive('the interval', options.intervalMs ?? 30 * 60_000);
  const intervalJitter = options.intervalJitter ?? 0.1;
  const peerTimeoutMs = positive('the peer time-out', options.peerTimeoutMs ?? 2 * intervalMs);
  if (!(intervalJitter >= 0 && intervalJitter <= 1)) {
    throw badValue('the jitter of the interval is a number from 0 to 1');
  }
  if (peerTimeoutMs < intervalMs) {
    throw conflict(
      'peers would be forgotten between two announces: the peer time-out must be at least the interval',
    );
  }
  const memoryBytes = options.memoryBytes ?? defaultMemoryBytes;
  if (!(memoryBytes >= smallestMemoryBytes)) throw badValue('swarms need 1 MiB of memory or more');
  const rateLimit = options.rateLimit ?? defaultRateLimit;
  if (!(rateLimit >= 0))
    throw badValue('the rate limit is a number of requests a second, 0 for none');
  requireWorkers(options.udpWorkers);
  requireUrls(options);
  requireLists(options);
  requireOneThread(options);
  return {
    options,
    port: options.port ?? defaultPort,
    intervalMs,
    intervalJitter,
    minIntervalMs: Math.min(options.minIntervalMs ?? 60_000, intervalMs / 2),
    peerTimeoutMs: Math.max(peerTimeoutMs, intervalMs * (1 + intervalJitter) + 1000),
    memoryBytes,
    rateLimit,
    trustedProxies: (options.trustedProxies ?? []).map(trustedNetwork),
    access: options.access ?? 'open',
    udpBackend: options.udpBackend ?? 'dgram',
  };
}

function requireWorkers(workers: number | undefined): void {
  if (workers === undefined || (Number.isInteger(workers) && workers >= 1 && workers <= 64)) return;
  throw badValue('the number of UDP workers is from 1 to 64');
}

function requireUrls({ swarmStore, catalog, access, dataDir }: TrackerOptions): void {
  if (swarmStore !== undefined && !/^rediss?:\/\/./.test(swarmStore)) {
    throw badValue(
      'the swarm store is a URL such as redis://10.0.0.9:6379; leave it out for memory',
    );
  }
  if (catalog !== undefined && !/^(none|memory|postgres(ql)?:\/\/.+)$/.test(catalog)) {
    throw badValue(
      'the catalog is a URL such as postgres://shoal@10.0.0.9/shoal, memory or none; leave it out for SQLite',
    );
  }
  if (access === 'catalog' && (catalog ?? dataDir ?? 'none') === 'none') {
    throw conflict('access by the catalog needs a catalog, and there is to be none');
  }
}

function requireLists({ access = 'open', accessList }: TrackerOptions): void {
  const needsList = access === 'allow' || access === 'deny';
  if (needsList && accessList === undefined) {
    throw conflict(`access ${access} needs a list of info-hashes: name its file with --list`);
  }
  if (!needsList && accessList !== undefined) {
    throw conflict(`a list of info-hashes goes with access allow or deny, and access is ${access}`);
  }
}

/** What lives in the main thread cannot be asked by the threads of the batch backend. */
function requireOneThread({ udpBackend, hooks, store, swarmStore }: TrackerOptions): void {
  if (store !== undefined && swarmStore !== undefined) {
    throw conflict('swarms live in one store: give either a store or the URL of one');
  }
  if (udpBackend !== 'batch') return;
  const reason =
    swarmStore !== undefined
      ? 'a swarm store on another machine'
      : store !== undefined
        ? 'a store of your own'
        : hooks !== undefined
          ? 'hooks of your own'
          : undefined;
  if (reason !== undefined) {
    throw conflict(`the batch UDP backend answers in threads of its own and cannot ask ${reason}`);
  }
}

function trustedNetwork(text: string): TrustedNetwork {
  const network = parseTrustedNetwork(text);
  if (network === undefined) {
    throw badValue(`${text} is neither an address nor a network such as 10.0.0.0/8`);
  }
  return network;
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw badValue(`${name} must be a time above 0`);
}

function badValue(message: string): TrackerOptionError {
  return new TrackerOptionError('USAGE_BAD_VALUE', message);
}

function conflict(message: string): TrackerOptionError {
  return new TrackerOptionError('USAGE_CONFLICT', message);
}
