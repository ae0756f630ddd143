/**
 * Asks UDP trackers (BEP 15, BEP 41). A host with addresses of both families gets an announce over each
 * (BEP 7), and a scrape over the one that connects first. A dead tracker is reported after two transmissions,
 * which is after 45 s.
 */

import { encodeLatin1 } from '../base/text.ts';
import type { AnnounceParameters, AnnounceReply } from '../engine/ports.ts';
import { decodeCompactPeersV4, decodeCompactPeersV6 } from '../protocol/compact-peers.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import type { UdpAnnounceReply, UdpTrackerReply } from '../protocol/udp-tracker-reply.ts';
import {
  encodeUdpAnnounceRequest,
  encodeUdpScrapeRequest,
} from '../protocol/udp-tracker-request.ts';
import { askFamilies, familiesOf } from './both-families.ts';
import {
  checkAddresses,
  parseTrackerUrl,
  type ResolvedAddress,
  resolveHost,
} from './tracker-address.ts';
import { asTrackerError, TrackerError } from './tracker-error.ts';
import {
  firstConnected,
  noAnswer,
  type UdpSchedule,
  UdpTrackerConnection,
} from './udp-tracker-connection.ts';
import { saidByTracker, type UdpTarget, UdpTrackerSocket } from './udp-tracker-socket.ts';

export interface UdpTrackerClientOptions {
  /** 15 s unless told (BEP 15). */
  readonly firstTimeoutMs?: number;
  /** 2 unless told. */
  readonly attempts?: number;
  /** 60 s unless told (BEP 15). */
  readonly connectionIdMs?: number;
}

interface Exchange {
  readonly expects: 'announce' | 'scrape';
  encode(connectionId: bigint, transactionId: number): Uint8Array;
}

interface Answered {
  readonly reply: UdpTrackerReply;
  readonly target: UdpTarget;
}

/** Trackers remembered before idle ones are swept out. */
const sweepAbove = 256;
const maxPeers = 2000;
const maxIntervalSeconds = 7 * 86_400;

export class UdpTrackerClient {
  readonly #socket = new UdpTrackerSocket();
  readonly #schedule: UdpSchedule;
  readonly #connections = new Map<string, UdpTrackerConnection>();

  constructor(options: UdpTrackerClientOptions = {}) {
    this.#schedule = {
      firstTimeoutMs: options.firstTimeoutMs ?? 15_000,
      attempts: options.attempts ?? 2,
      connectionIdMs: options.connectionIdMs ?? 60_000,
    };
  }

  get ignoredPackets(): number {
    return this.#socket.ignoredPackets;
  }

  /** Rejects with TrackerError, a resolver's error, or the signal's reason. */
  async announce(parameters: AnnounceParameters, signal: AbortSignal): Promise<AnnounceReply> {
    const url = parseUdpUrl(parameters.url);
    const urlData = `${url.pathname}${url.search}`;
    const exchange: Exchange = {
      expects: 'announce',
      encode: (connectionId, transactionId) =>
        encodeUdpAnnounceRequest({
          ...parameters,
          connectionId,
          transactionId,
          ipv4: 0,
          ...(urlData === '' || urlData === '/' ? {} : { urlData: encodeLatin1(urlData) }),
        }),
    };
    const addresses = await this.#resolve(url, signal);
    return await askFamilies(familiesOf(addresses), signal, async (family, each) => {
      const ofFamily = addresses.filter((address) => address.family === family);
      const { reply, target } = await this.#exchange(url, ofFamily, each, exchange);
      if (reply.action !== 'announce') throw noAnswer();
      return toAnnounceReply(reply, target);
    });
  }

  /** At most 74 info-hashes; counts in their order, undefined for those the tracker left out. */
  async scrape(
    announceUrl: string,
    infoHashes: readonly Uint8Array[],
    signal: AbortSignal,
  ): Promise<(SwarmCounts | undefined)[]> {
    const url = parseUdpUrl(announceUrl);
    const addresses = await this.#resolve(url, signal);
    const { reply } = await this.#exchange(url, addresses, signal, {
      expects: 'scrape',
      encode: (connectionId, transactionId) =>
        encodeUdpScrapeRequest({ connectionId, transactionId, infoHashes }),
    });
    if (reply.action !== 'scrape') throw noAnswer();
    return infoHashes.map((_, index) => reply.swarms[index]);
  }

  close(): void {
    this.#socket.close();
    this.#connections.clear();
  }

  async #resolve(url: URL, signal: AbortSignal): Promise<ResolvedAddress[]> {
    const addresses = await resolveHost(url, signal);
    checkAddresses(url, addresses, { mustBeGlobal: false, checksPath: false });
    return addresses;
  }

  async #exchange(
    url: URL,
    addresses: readonly ResolvedAddress[],
    signal: AbortSignal,
    exchange: Exchange,
  ): Promise<Answered> {
    const connections = oneOfEachFamily(addresses).map((address) =>
      this.#connection({ ...address, port: Number(url.port) }),
    );
    return await new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => {
        cancel();
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const cancel = this.#transmit(connections, exchange, (outcome) => {
        signal.removeEventListener('abort', onAbort);
        if ('reply' in outcome) resolve(outcome);
        else reject(outcome.error);
      });
    });
  }

  /** The request, again after a time-out, each time under a valid connection id. */
  #transmit(
    connections: readonly UdpTrackerConnection[],
    exchange: Exchange,
    settle: (outcome: Answered | { readonly error: TrackerError }) => void,
  ): () => void {
    const { attempts, firstTimeoutMs } = this.#schedule;
    let cancelConnect = (): void => {};
    let cancelRequest = (): void => {};
    const attempt = (number: number): void => {
      cancelConnect = firstConnected(connections, attempts, (connected, error) => {
        if (connected === undefined) settle({ error: error ?? noAnswer() });
        else send(connected.connection, connected.connectionId, number);
      });
    };
    const send = (connection: UdpTrackerConnection, connectionId: bigint, number: number): void => {
      const { target } = connection;
      cancelRequest = this.#socket.start({
        target,
        expects: exchange.expects,
        timeoutMs: firstTimeoutMs * 2 ** number,
        encode: (transactionId) => exchange.encode(connectionId, transactionId),
        done: (reply, error) => {
          // A tracker that was restarted drops the old id in silence, or complains about it.
          if (reply === undefined || reply.action === 'error') connection.forgetId();
          if (reply?.action === 'error') settle({ error: saidByTracker(reply.message) });
          else if (reply !== undefined) settle({ reply, target });
          else if (error !== undefined) settle({ error: asTrackerError(error) });
          else if (number + 1 === attempts) settle({ error: noAnswer() });
          else attempt(number + 1);
        },
      });
    };
    attempt(0);
    return () => {
      cancelConnect();
      cancelRequest();
    };
  }

  #connection(target: UdpTarget): UdpTrackerConnection {
    const key = `${target.address}|${target.port}`;
    let connection = this.#connections.get(key);
    if (connection === undefined) {
      if (this.#connections.size >= sweepAbove) this.#sweep();
      connection = new UdpTrackerConnection(target, this.#socket, this.#schedule);
      this.#connections.set(key, connection);
    }
    return connection;
  }

  #sweep(): void {
    for (const [key, connection] of this.#connections) {
      if (connection.isIdle) this.#connections.delete(key);
    }
  }
}

function parseUdpUrl(text: string): URL {
  const url = parseTrackerUrl(text, ['udp:']);
  if (url.port === '' || url.port === '0') {
    throw new TrackerError('TRACKER_BAD_URL', 'the URL of a UDP tracker needs a port');
  }
  return url;
}

function oneOfEachFamily(addresses: readonly ResolvedAddress[]): ResolvedAddress[] {
  return addresses.filter(
    ({ family }, index) => addresses.findIndex((other) => other.family === family) === index,
  );
}

function toAnnounceReply(reply: UdpAnnounceReply, target: UdpTarget): AnnounceReply {
  const peers =
    target.family === 4
      ? decodeCompactPeersV4(reply.peers.subarray(0, 6 * maxPeers))
      : decodeCompactPeersV6(reply.peers.subarray(0, 18 * maxPeers));
  return {
    intervalMs: 1000 * Math.min(Math.max(1, reply.intervalSeconds), maxIntervalSeconds),
    seeders: reply.seeders,
    leechers: reply.leechers,
    peers,
  };
}
