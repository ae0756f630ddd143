/** A peer made of a bare socket: it says what a test wants said, and nothing of its own. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fromHex } from '../../../src/base/hex.ts';
import { encodeLatin1 } from '../../../src/base/text.ts';
import { encodeHandshake } from '../../../src/protocol/handshake.ts';

export interface RawPeerOptions {
  readonly infoHash?: string;
  readonly fast?: boolean;
  readonly extension?: boolean;
}

let count = 0;

export class RawPeer {
  readonly socket: Socket;
  /** The far end closed, or reset, the connection. */
  readonly closed: Promise<void>;
  isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
    // How the far end takes its leave does not matter.
    socket.on('error', () => {});
  }

  /** Connected, and with an info-hash through its side of the handshake. */
  static async connect(port: number, options: RawPeerOptions = {}): Promise<RawPeer> {
    const socket = connect({ port, host: '127.0.0.1' });
    const peer = new RawPeer(socket);
    await once(socket, 'connect');
    if (options.infoHash !== undefined) peer.send(handshakeOf(options.infoHash, options));
    return peer;
  }

  get localPort(): number {
    return this.socket.localPort ?? 0;
  }

  send(...messages: readonly Uint8Array[]): void {
    for (const message of messages) this.socket.write(message);
  }

  /** Reads and forgets what comes; otherwise the far end's sending stands still. */
  listen(): this {
    this.socket.resume();
    return this;
  }

  /** Whether it is closed within the time. */
  async isClosedWithin(ms: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    await Promise.race([this.closed, promise]);
    clearTimeout(timer);
    return this.isClosed;
  }

  destroy(): void {
    this.socket.destroy();
  }
}

function handshakeOf(infoHash: string, { fast = true, extension = true }: RawPeerOptions) {
  count++;
  return encodeHandshake({
    infoHash: fromHex(infoHash)!,
    peerId: encodeLatin1(`-XX0000-${String(count).padStart(12, '0')}`),
    reserved: { fast, extension, dht: false, v2: false },
  });
}
