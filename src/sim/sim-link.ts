/**
 * One end of a simulated connection, as the engine's Link: bytes in order, back-pressure by a window,
 * reading paused, and both ways to end.
 * Invariant: every lease is released exactly once; the sink hears nothing after `close`, and nothing
 * from inside its own calls.
 */
import { assert } from '../base/assert.ts';
import type { Endpoint } from '../base/endpoint.ts';
import type { BlockLease, Link, LinkSink } from '../engine/ports.ts';
import type { SimHost } from './sim-host.ts';
import type { SimNetwork } from './sim-network.ts';

/** Bytes on the way or unread at the other end. */
const windowBytes = 4_194_304;
const lowWaterBytes = 524_288;
/** One event moves at most this much: a block with its header and some small messages. */
const segmentBytes = 16_640;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly lease: BlockLease | undefined;
}

export class SimLink implements Link {
  readonly remote: Endpoint;
  readonly incoming: boolean;
  readonly host: SimHost;
  other!: SimLink;
  queuedBytes = 0;
  closed = false;
  /** Kept by the host. */
  inRing = false;
  readonly #network: SimNetwork;
  #sink: LinkSink | undefined;
  #queue: Chunk[] = [];
  /** Of the first chunk, already sent. */
  #sentOfFirst = 0;
  #inFlightBytes = 0;
  #wasAboveLowWater = false;
  #readingPaused = false;
  #unread: Uint8Array[] = [];
  #lastArrivalMs = 0;

  constructor(network: SimNetwork, host: SimHost, remote: Endpoint, incoming: boolean) {
    this.#network = network;
    this.host = host;
    this.remote = remote;
    this.incoming = incoming;
  }

  /** From now on what arrives is handed over. */
  open(sink: LinkSink): void {
    this.#sink = sink;
    if (this.#unread.length > 0) this.#network.world.after(0, () => this.#readOn());
  }

  // -------------------------------------------------------------- the engine's side

  send(bytes: Uint8Array): void {
    if (this.closed) return;
    this.#enqueue({ bytes, lease: undefined });
    this.host.kick(this);
  }

  sendBlock(header: Uint8Array, lease: BlockLease): void {
    if (this.closed) {
      lease.release();
      return;
    }
    this.#enqueue({ bytes: header, lease: undefined });
    this.#enqueue({ bytes: lease.bytes, lease });
    this.host.kick(this);
  }

  #enqueue(chunk: Chunk): void {
    assert(chunk.bytes.length > 0, 'something is sent');
    this.#queue.push(chunk);
    this.queuedBytes += chunk.bytes.length;
    if (this.queuedBytes >= lowWaterBytes) this.#wasAboveLowWater = true;
  }

  setReadingPaused(paused: boolean): void {
    if (this.#readingPaused === paused) return;
    this.#readingPaused = paused;
    if (!paused) this.#network.world.after(0, () => this.#readOn());
  }

  close(): void {
    if (this.closed) return;
    this.#end();
    this.#network.hangUp(this, this.#lastArrivalMs);
  }

  // -------------------------------------------------------------- the network's side

  mayTransmit(): boolean {
    return this.#inFlightBytes < windowBytes && !this.#network.isCut(this);
  }

  /** Puts the next segment on the wire; returns its length. */
  transmit(): number {
    const parts: Uint8Array[] = [];
    let lengthBytes = 0;
    while (lengthBytes < segmentBytes) {
      const chunk = this.#queue[0];
      if (chunk === undefined) break;
      const from = this.#sentOfFirst;
      const taken = Math.min(chunk.bytes.length - from, segmentBytes - lengthBytes);
      parts.push(chunk.bytes.subarray(from, from + taken));
      lengthBytes += taken;
      this.#sentOfFirst += taken;
      if (this.#sentOfFirst < chunk.bytes.length) break;
      this.#sentOfFirst = 0;
      this.#queue.shift();
      chunk.lease?.release();
    }
    this.queuedBytes -= lengthBytes;
    this.#inFlightBytes += lengthBytes;
    this.#lastArrivalMs = this.#network.carry(this, parts, lengthBytes, this.#lastArrivalMs);
    if (this.#wasAboveLowWater && this.queuedBytes < lowWaterBytes) {
      this.#wasAboveLowWater = false;
      this.#network.world.after(0, () => this.#sink?.onDrained());
    }
    return lengthBytes;
  }

  /** Bytes from the other end are here. */
  arrive(bytes: Uint8Array): void {
    if (this.closed) return;
    this.#unread.push(bytes);
    this.#readOn();
  }

  #readOn(): void {
    while (!this.closed && !this.#readingPaused && this.#sink !== undefined) {
      const bytes = this.#unread.shift();
      if (bytes === undefined) return;
      this.other.#onRead(bytes.length);
      this.#sink.onBytes(bytes);
    }
  }

  #onRead(lengthBytes: number): void {
    this.#inFlightBytes -= lengthBytes;
    this.host.kick(this);
  }

  /** The other end closed, or the connection was reset. */
  onLost(cause: string): void {
    if (this.closed) return;
    const sink = this.#sink;
    this.#end();
    sink?.onClosed(cause);
  }

  #end(): void {
    this.closed = true;
    this.#sink = undefined;
    this.queuedBytes = 0;
    this.#unread = [];
    for (const chunk of this.#queue) chunk.lease?.release();
    this.#queue = [];
    this.host.links.delete(this);
  }
}
