/** The daemon's HTTP server: heads, bodies, times and connections are bounded before a route sees anything. */
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { errorCode, socketCause } from '../../node/socket-cause.ts';
import { ListenError } from '../../node/tcp-listener.ts';
import { sendDaemonFailure } from './daemon-failure.ts';
import { type DaemonRouteDeps, torrentsRoutes } from './torrents-routes.ts';

export interface DaemonServerOptions extends DaemonRouteDeps {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

export interface DaemonServer {
  readonly port: number;
  /** Cuts what is under way. Idempotent. */
  close(): Promise<void>;
}

const headTimeoutMs = 10_000;
/** For a .torrent of the largest size over a slow line. */
const requestTimeoutMs = 120_000;
const maxConnections = 1000;

/** Rejects with ListenError. */
export async function listenDaemonServer(options: DaemonServerOptions): Promise<DaemonServer> {
  const { host, port } = options;
  const app = Fastify({
    forceCloseConnections: true,
    requestTimeout: requestTimeoutMs,
    http: { maxHeaderSize: 16 * 1024, headersTimeout: headTimeoutMs },
    frameworkErrors: (error, request, reply) => sendDaemonFailure(error, request, reply),
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.server.maxConnections = maxConnections;
  app.register(torrentsRoutes(options));
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const code = errorCode(error) ?? 'LISTEN';
    const wayOut = code === 'EADDRINUSE' ? ' Choose another with --port, or 0 for any.' : '';
    throw new ListenError(
      code,
      `cannot listen on ${host} port ${port}: ${socketCause(error)}.${wayOut}`,
    );
  }
  const address = app.server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    port: address.port,
    close: () => {
      closing ??= app.close();
      return closing;
    },
  };
}
