/**
 * Accepts peers. Accepted sockets are read the way dialled ones are, into the shared buffer: the
 * server makes them paused, and their handle moves into a socket constructed with `onread`. Where a
 * later Node has no such handle, the link falls back to 'data' events, which are slower and otherwise
 * equal.
 * Invariant: no more than `maxLinks` accepted sockets are open; a failing accept never ends the process.
 */
import { createServer, type Server, Socket, type SocketConstructorOpts } from 'node:net';
import type { LinkSink } from '../engine/ports.ts';
import { remoteEndpoint } from './remote-endpoint.ts';
import { errorCode, socketCause } from './socket-cause.ts';
import { TcpLink } from './tcp-link.ts';

export interface TcpListenerOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** A numeric address to bind to; all of IPv6 and IPv4 when left out. */
  readonly host?: string;
  /** Shared by all links of the process. */
  readonly readBuffer: Uint8Array;
  /** Accepted sockets open at once; further ones are closed at once. */
  readonly maxLinks: number;
  /** Returns the sink for a new link; undefined refuses it. */
  accept(link: TcpLink): LinkSink | undefined;
  /** An accept failed, in words: `too many open files in this process`. */
  onTrouble?(cause: string): void;
}

/** Listening failed; `message` is meant for the user, `code` is the operating system's. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class TcpListener {
  readonly #server: Server;
  readonly #options: TcpListenerOptions;
  readonly #sockets = new Set<Socket>();
  /** Those beyond it stay open. */
  maxLinks: number;

  private constructor(options: TcpListenerOptions) {
    this.#options = options;
    this.maxLinks = options.maxLinks;
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) =>
      this.#accepted(socket),
    );
  }

  /** Rejects with a ListenError. */
  static async listen(options: TcpListenerOptions): Promise<TcpListener> {
    const hosts = options.host === undefined ? ['::', '0.0.0.0'] : [options.host];
    let failure: unknown;
    for (const host of hosts) {
      const listener = new TcpListener(options);
      try {
        await listener.#bind(host);
        return listener;
      } catch (error) {
        failure = error;
        const code = errorCode(error);
        if (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL') break;
      }
    }
    throw listenError(failure, options);
  }

  /** The port bound to, also when 0 was asked for. */
  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  get linkCount(): number {
    return this.#sockets.size;
  }

  /** Stops listening; links already accepted stay open. */
  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #bind(host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port: this.#options.port, host, backlog: 128 }, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => this.#options.onTrouble?.(socketCause(error)));
        resolve();
      });
    });
  }

  #accepted(paused: Socket): void {
    const remote = remoteEndpoint(paused.remoteAddress, paused.remotePort);
    if (remote === undefined || this.#sockets.size >= this.maxLinks) {
      paused.on('error', ignore);
      paused.destroy();
      return;
    }
    const link = new TcpLink(remote, true, this.#options.readBuffer);
    const moved = moveHandle(paused, link);
    const socket = moved ?? paused;
    this.#sockets.add(socket);
    socket.on('error', ignore);
    socket.on('close', () => this.#sockets.delete(socket));
    const sink = this.#options.accept(link);
    if (sink === undefined) {
      socket.destroy();
      return;
    }
    link.start(socket, sink, moved === undefined);
  }
}

function ignore(): void {}

/** A socket around the same handle that reads into the link's buffer; undefined where Node has none. */
function moveHandle(paused: Socket, link: TcpLink): Socket | undefined {
  const handle: unknown = Reflect.get(paused, '_handle');
  if (typeof handle !== 'object' || handle === null || !('useUserBuffer' in handle)) {
    return undefined;
  }
  Reflect.set(paused, '_handle', null);
  const options: SocketConstructorOpts = { onread: link.onread };
  Reflect.set(options, 'handle', handle);
  const socket = new Socket(options);
  paused.destroy();
  return socket;
}

function listenError(error: unknown, options: TcpListenerOptions): ListenError {
  const code = errorCode(error);
  const { port, host } = options;
  if (code === 'EADDRINUSE') {
    return new ListenError(
      code,
      `cannot listen on port ${port}: another program uses it. Choose another with --port, or 0 for any.`,
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ListenError(
      code,
      `cannot listen on port ${port}: permission denied. Choose one above 1023 with --port, or 0 for any.`,
    );
  }
  if (code === 'EADDRNOTAVAIL' && host !== undefined) {
    return new ListenError(code, `cannot listen on ${host}: this machine has no such address.`);
  }
  return new ListenError(code, `cannot listen on port ${port}: ${socketCause(error)}.`);
}
