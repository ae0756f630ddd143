/**
 * The sockets of a tracker: HTTP with pages, catalog and WebSockets on one TCP port, UDP on another or
 * the same number. Invariant: when listening fails nothing stays open.
 */
import type { FastifyInstance } from 'fastify';
import { MixedRequests } from '../node/http/mixed-requests.ts';
import { TrackerResponder } from '../node/http/tracker-responder.ts';
import { HttpTrackerServer } from '../node/http-tracker-server.ts';
import { errorCode } from '../node/socket-cause.ts';
import type { SharedTracker } from '../node/udp/shared-tracker.ts';
import { UdpTrackerServer } from '../node/udp-tracker-server.ts';
import type { WebSocketTrackerServer } from '../node/websocket-tracker-server.ts';
import type { RateLimiter } from '../tracker/rate-limit.ts';
import type { TrackerLogic } from '../tracker/tracker-logic.ts';
import { listenFailure } from './listen-failure.ts';
import type { TrackerLog } from './tracker-log.ts';
import type { TrackerSettings } from './tracker-options.ts';

export interface FrontendParts {
  readonly settings: TrackerSettings;
  /** Numeric; all addresses when left out. */
  readonly host: string | undefined;
  readonly logic: TrackerLogic;
  readonly limiter: RateLimiter;
  readonly webSockets: WebSocketTrackerServer;
  /** For threads that answer UDP by themselves; without it they do not. */
  readonly shared: SharedTracker | undefined;
  readonly connectionSecret: Uint8Array | undefined;
  readonly log: TrackerLog;
  /** Makes the pages, which get their connections from HTTP. */
  makeOperations(mixed: MixedRequests): Promise<FastifyInstance>;
}

/** A free TCP port may be taken for UDP; after so many different ones something else is wrong. */
const maxPortTries = 20;

export class Frontends {
  readonly http: HttpTrackerServer;
  readonly udp: UdpTrackerServer;
  readonly #parts: FrontendParts;
  readonly #operations: FastifyInstance;

  private constructor(
    parts: FrontendParts,
    operations: FastifyInstance,
    http: HttpTrackerServer,
    udp: UdpTrackerServer,
  ) {
    this.#parts = parts;
    this.#operations = operations;
    this.http = http;
    this.udp = udp;
  }

  /** Rejects with a ListenError. */
  static async listen(parts: FrontendParts): Promise<Frontends> {
    const { logic, limiter: rateLimiter, settings, webSockets } = parts;
    const { trustedProxies } = settings;
    const responder = new TrackerResponder({ logic, trustedProxies, rateLimiter });
    const operations = await parts.makeOperations(new MixedRequests(responder));
    operations.server.on('upgrade', (request, socket, head) =>
      webSockets.handleUpgrade(request, socket, head),
    );
    try {
      const { http, udp } = await listenOnPorts(parts, responder, operations);
      return new Frontends(parts, operations, http, udp);
    } catch (error) {
      await operations.close();
      throw error;
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#parts.webSockets.close();
    await Promise.all([this.http.close(), this.udp.close()]);
    await this.#operations.close();
  }
}

interface Ports {
  readonly http: HttpTrackerServer;
  readonly udp: UdpTrackerServer;
}

async function listenOnPorts(
  parts: FrontendParts,
  responder: TrackerResponder,
  operations: FastifyInstance,
): Promise<Ports> {
  const { settings, host } = parts;
  const { options, port } = settings;
  for (let tries = 1; ; tries++) {
    const http = await HttpTrackerServer.listen({
      ...(host === undefined ? {} : { host }),
      port,
      responder,
      operations: operations.server,
      maxConnections: options.maxConnections ?? 10_000,
      timeoutMs: options.requestTimeoutMs ?? 15_000,
    }).catch((error: unknown) => {
      throw listenFailure(error, 'TCP', port, host);
    });
    const udpPort = options.udpPort ?? http.port;
    try {
      return { http, udp: await listenUdp(parts, udpPort) };
    } catch (error) {
      await http.close();
      const mayRetry = port === 0 && options.udpPort === undefined && tries < maxPortTries;
      if (!mayRetry || errorCode(error) !== 'EADDRINUSE') {
        throw listenFailure(error, 'UDP', udpPort, host);
      }
    }
  }
}

function listenUdp(parts: FrontendParts, port: number): Promise<UdpTrackerServer> {
  const { settings, host, logic, limiter, shared, connectionSecret, log } = parts;
  const { udpWorkers } = settings.options;
  return UdpTrackerServer.listen({
    ...(host === undefined ? {} : { host }),
    port,
    logic,
    limit: limiter,
    ...(shared === undefined ? {} : { shared }),
    backend: settings.udpBackend,
    ...(udpWorkers === undefined ? {} : { workers: udpWorkers }),
    ...(connectionSecret === undefined ? {} : { connectionSecret }),
    onWorkerDeath: ({ cause, isReplaced }) => {
      const next = isReplaced ? 'Another takes its place' : 'Too many did: UDP is closed';
      log.error(`a UDP thread stopped: ${cause}. ${next}`);
    },
  });
}
