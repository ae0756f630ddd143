/**
 * All tracker clients behind one face: the scheme of the URL decides who asks (BEP 3, BEP 15).
 * Invariant: `done` is called exactly once, later, unless it was cancelled or all were closed before.
 */
import type {
  AnnounceParameters,
  AnnounceReply,
  TrackerFailure,
  TrackerPort,
} from '../engine/ports.ts';
import type { SwarmCounts } from '../protocol/swarm-counts.ts';
import type { HttpTrackerClient, HttpTrackerClientOptions } from './http-tracker-client.ts';
import { parseTrackerUrl } from './tracker-address.ts';
import { toFailure } from './tracker-error.ts';
import { UdpTrackerClient, type UdpTrackerClientOptions } from './udp-tracker-client.ts';

/** Counts in the order asked, undefined for torrents that the tracker left out. */
export type ScrapeReply = readonly (SwarmCounts | undefined)[];

export interface TrackerClients extends TrackerPort {
  /** Asks in batches when there are many; the first failure ends it. */
  scrape(
    announceUrl: string,
    infoHashes: readonly Uint8Array[],
    done: (reply: ScrapeReply | undefined, failure: TrackerFailure | undefined) => void,
  ): { cancel(): void };
  /** Gives up whatever is under way. Idempotent. */
  close(): void;
}

export interface TrackerClientsOptions {
  readonly http?: HttpTrackerClientOptions;
  readonly udp?: UdpTrackerClientOptions;
}

/** What one datagram (BEP 15: 74) and the longest request line of common servers can both hold. */
const scrapeBatch = 64;

export class NodeTrackerClients implements TrackerClients {
  readonly #options: TrackerClientsOptions;
  #http: Promise<HttpTrackerClient> | undefined;
  readonly #udp: UdpTrackerClient;
  readonly #underWay = new Set<AbortController>();

  constructor(options: TrackerClientsOptions = {}) {
    this.#options = options;
    this.#udp = new UdpTrackerClient(options.udp);
  }

  /** Datagrams that were no answer to anything: late, doubled, forged, cut off. */
  get ignoredPackets(): number {
    return this.#udp.ignoredPackets;
  }

  announce(
    parameters: AnnounceParameters,
    done: (reply: AnnounceReply | undefined, failure: TrackerFailure | undefined) => void,
  ): { cancel(): void } {
    return this.#run(async (signal) => {
      const client = await this.#client(parameters.url);
      return client.announce(parameters, signal);
    }, done);
  }

  scrape(
    announceUrl: string,
    infoHashes: readonly Uint8Array[],
    done: (reply: ScrapeReply | undefined, failure: TrackerFailure | undefined) => void,
  ): { cancel(): void } {
    return this.#run(async (signal) => {
      const client = await this.#client(announceUrl);
      const counts: (SwarmCounts | undefined)[] = [];
      for (let start = 0; start < infoHashes.length; start += scrapeBatch) {
        const batch = infoHashes.slice(start, start + scrapeBatch);
        counts.push(...(await client.scrape(announceUrl, batch, signal)));
      }
      return counts;
    }, done);
  }

  close(): void {
    for (const controller of this.#underWay) controller.abort();
    this.#underWay.clear();
    this.#http?.then((client) => client.close());
    this.#udp.close();
  }

  async #client(url: string): Promise<HttpTrackerClient | UdpTrackerClient> {
    const { protocol } = parseTrackerUrl(url, ['http:', 'https:', 'udp:']);
    if (protocol === 'udp:') return this.#udp;
    // Loaded with the first announce: HTTP, TLS and compression are a third of a client's start.
    this.#http ??= import('./http-tracker-client.ts').then(
      ({ HttpTrackerClient }) => new HttpTrackerClient(this.#options.http),
    );
    return this.#http;
  }

  #run<T>(
    ask: (signal: AbortSignal) => Promise<T>,
    done: (reply: T | undefined, failure: TrackerFailure | undefined) => void,
  ): { cancel(): void } {
    const controller = new AbortController();
    this.#underWay.add(controller);
    const finish = (reply: T | undefined, failure: TrackerFailure | undefined): void => {
      this.#underWay.delete(controller);
      if (!controller.signal.aborted) done(reply, failure);
    };
    // In a microtask of its own, so that a bug in `done` surfaces instead of becoming a failure.
    Promise.resolve()
      .then(() => ask(controller.signal))
      .then(
        (reply) => queueMicrotask(() => finish(reply, undefined)),
        (error: unknown) => queueMicrotask(() => finish(undefined, toFailure(error))),
      );
    return {
      cancel: () => {
        this.#underWay.delete(controller);
        controller.abort();
      },
    };
  }
}
