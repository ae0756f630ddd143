/**
 * The tracker's TCP port (BEP 3, 7, 23, 24, 31, 48): announces and scrapes are answered on the sockets
 * themselves, without a framework; a connection with any other request goes, unread bytes included, to
 * the operations server, which is an HTTP server of Node's that listens nowhere.
 * Invariants: every announce and scrape that is refused gets a `failure reason`; no request costs more
 * than the limits on its head, its time and the number of connections.
 */
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { HttpRequestHead } from '../protocol/http-request-head.ts';
import { HttpTrackerTarget } from '../protocol/http-tracker-target.ts';
import { ConnectionWatch } from './http/connection-watch.ts';
import { type ConnectionContext, HttpConnection } from './http/http-connection.ts';
import { numericAddress } from './http/numeric-address.ts';
import { ReplyBuffer } from './http/reply-buffer.ts';
import type { TrackerResponder } from './http/tracker-responder.ts';

export interface HttpTrackerServerOptions {
  /** Numeric; all addresses of the machine when left out. */
  readonly host?: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly responder: TrackerResponder;
  /** Gets every connection with a request that is neither announce nor scrape. */
  readonly operations: HttpServer;
  /** Open connections, those handed over included; further ones are closed at once. */
  readonly maxConnections: number;
  /** For a request's head, and for silence on a connection. */
  readonly timeoutMs: number;
}

export class HttpTrackerServer {
  readonly #options: HttpTrackerServerOptions;
  readonly #server: Server;
  readonly #watch: ConnectionWatch;
  readonly #context: ConnectionContext;
  readonly #handedOver = new Set<Socket>();

  private constructor(options: HttpTrackerServerOptions) {
    this.#options = options;
    const { responder, timeoutMs } = options;
    this.#watch = new ConnectionWatch(timeoutMs, () => responder.nowMs());
    this.#context = {
      responder,
      timeoutMs,
      deadlineIn: (ms) => this.#watch.deadlineIn(ms),
      out: new ReplyBuffer(),
      target: new HttpTrackerTarget(),
      head: new HttpRequestHead(),
      handOver: (connection, unread) => this.#handOver(connection, unread),
      onClose: (connection) => this.#watch.delete(connection),
    };
    this.#server = createServer({ allowHalfOpen: true, noDelay: true });
    this.#server.maxConnections = options.maxConnections;
    this.#server.on('connection', (socket) => this.#accept(socket));
  }

  /** Rejects with the socket's error. */
  static listen(options: HttpTrackerServerOptions): Promise<HttpTrackerServer> {
    const frontend = new HttpTrackerServer(options);
    const server = frontend.#server;
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        frontend.#watch.close();
        reject(error);
      });
      server.listen({ port: options.port, host: options.host }, () => {
        server.removeAllListeners('error');
        // A failing accept, for want of file descriptors, must not end the process.
        server.on('error', () => options.responder.countInvalid());
        resolve(frontend);
      });
    });
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** Closes all connections, those handed over included. Idempotent. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#watch.close();
      for (const socket of this.#handedOver) socket.destroy();
    });
  }

  #accept(socket: Socket): void {
    const direct = numericAddress(socket.remoteAddress);
    if (direct === undefined) socket.destroy();
    else this.#watch.add(new HttpConnection(socket, direct, this.#context));
  }

  #handOver(connection: HttpConnection, unread: Buffer): void {
    const { socket } = connection;
    this.#watch.delete(connection);
    this.#handedOver.add(socket);
    socket.once('close', () => this.#handedOver.delete(socket));
    // Paused until the other server listens, so that it gets what is put back first.
    socket.pause();
    socket.unshift(unread);
    this.#options.operations.emit('connection', socket);
    process.nextTick(() => socket.resume());
  }
}
