/**
 * One TCP connection as the engine's Link. Received bytes are handed over in a buffer shared by all
 * links of the process, so they are valid only during the call; sent bytes are gathered and leave as
 * one vectored write at the end of the turn, payloads uncopied.
 * Invariant: every lease is released exactly once, when the kernel has its bytes or the socket is gone;
 * the sink hears nothing after `close` and nothing after `onClosed`.
 */
import type { OnReadOpts, Socket } from 'node:net';
import { assert } from '../base/assert.ts';
import type { Endpoint } from '../base/endpoint.ts';
import type { BlockLease, Link, LinkSink } from '../engine/ports.ts';
import { socketCause } from './socket-cause.ts';

/** Links tell the engine to send on once fewer bytes than this wait for the kernel. */
export const lowWaterBytes = 512 * 1024;

/** A good size for the buffer that all links of a process read into. */
export const readBufferBytes = 256 * 1024;

/** What leaves with one write, and the leases that end when the kernel has it. */
interface Batch {
  readonly lengthBytes: number;
  readonly leases: readonly BlockLease[];
}

const noLeases: readonly BlockLease[] = [];

export class TcpLink implements Link {
  readonly remote: Endpoint;
  readonly incoming: boolean;
  readonly #readBuffer: Uint8Array;
  #socket: Socket | undefined;
  #sink: LinkSink | undefined;
  #closed = false;
  #pausedByEngine = false;
  #queuedBytes = 0;
  #flushScheduled = false;
  #chunks: Uint8Array[] = [];
  #chunkBytes = 0;
  #leases: BlockLease[] = [];
  /** Handed to the socket, oldest first; write callbacks come in the same order. */
  readonly #inFlight: Batch[] = [];
  readonly #flush = (): void => this.#flushNow();
  readonly #written = (): void => this.#settleOldest();

  /** `readBuffer` may be shared by all links: reads never overlap. */
  constructor(remote: Endpoint, incoming: boolean, readBuffer: Uint8Array) {
    this.remote = remote;
    this.incoming = incoming;
    this.#readBuffer = readBuffer;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** For the socket's constructor: reads go to the shared buffer without an allocation of their own. */
  get onread(): OnReadOpts {
    return {
      buffer: this.#readBuffer,
      callback: (lengthBytes, buffer) => {
        this.#receive(new Uint8Array(buffer.buffer, buffer.byteOffset, lengthBytes));
        return true;
      },
    };
  }

  /** Takes over a connected socket. `readsByData` when it was made without `onread`. */
  start(socket: Socket, sink: LinkSink, readsByData = false): void {
    assert(this.#socket === undefined, 'a link starts once');
    this.#socket = socket;
    this.#sink = sink;
    if (readsByData) {
      socket.on('data', (chunk: Buffer) =>
        this.#receive(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)),
      );
    }
    socket.on('end', () => this.#lost('closed by the peer'));
    socket.on('error', (error) => this.#lost(socketCause(error)));
    socket.on('close', () => {
      this.#lost('connection closed');
      while (this.#inFlight.length > 0) this.#settleOldest();
    });
    if (this.#closed) socket.destroy();
    else if (this.#pausedByEngine) socket.pause();
    else if (readsByData) socket.resume();
    if (this.#chunks.length > 0) this.#scheduleFlush();
  }

  send(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#push(bytes);
    this.#scheduleFlush();
  }

  sendBlock(header: Uint8Array, lease: BlockLease): void {
    if (this.#closed) {
      lease.release();
      return;
    }
    this.#push(header);
    this.#push(lease.bytes);
    this.#leases.push(lease);
    this.#scheduleFlush();
  }

  setReadingPaused(paused: boolean): void {
    if (this.#closed || paused === this.#pausedByEngine) return;
    this.#pausedByEngine = paused;
    if (paused) this.#socket?.pause();
    else this.#socket?.resume();
  }

  close(): void {
    this.#shut();
  }

  #receive(chunk: Uint8Array): void {
    if (!this.#closed) this.#sink?.onBytes(chunk);
  }

  #push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#chunkBytes += bytes.length;
    this.#queuedBytes += bytes.length;
  }

  /** Node runs next-tick callbacks right after the read or timer that is being handled. */
  #scheduleFlush(): void {
    if (this.#flushScheduled || this.#socket === undefined) return;
    this.#flushScheduled = true;
    process.nextTick(this.#flush);
  }

  #flushNow(): void {
    this.#flushScheduled = false;
    const socket = this.#socket;
    if (this.#closed || socket === undefined || this.#chunks.length === 0) return;
    const chunks = this.#chunks;
    this.#inFlight.push({
      lengthBytes: this.#chunkBytes,
      leases: this.#leases.length > 0 ? this.#leases : noLeases,
    });
    this.#chunks = [];
    this.#chunkBytes = 0;
    if (this.#leases.length > 0) this.#leases = [];
    const last = chunks.length - 1;
    if (last === 0) {
      socket.write(chunks[0]!, this.#written);
      return;
    }
    socket.cork();
    for (let i = 0; i < last; i++) socket.write(chunks[i]!);
    socket.write(chunks[last]!, this.#written);
    socket.uncork();
  }

  #settleOldest(): void {
    const batch = this.#inFlight.shift();
    if (batch === undefined) return;
    for (const lease of batch.leases) lease.release();
    if (this.#closed) return;
    this.#queuedBytes -= batch.lengthBytes;
    if (batch.leases.length > 0 && this.#queuedBytes < lowWaterBytes) this.#sink?.onDrained();
  }

  #lost(cause: string): void {
    if (this.#closed) return;
    const sink = this.#sink;
    this.#shut();
    sink?.onClosed(cause);
  }

  /** Bytes in flight keep their leases until the socket's own callbacks say the kernel let go. */
  #shut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink = undefined;
    this.#queuedBytes = 0;
    this.#chunks = [];
    for (const lease of this.#leases.splice(0)) lease.release();
    this.#socket?.destroy();
  }
}
