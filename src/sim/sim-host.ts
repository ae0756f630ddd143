/**
 * A simulated machine on the network: its address, its line, and the order in which its links send.
 * The uplink serves links in turn, a segment each; the downlink is a queue with a bounded backlog,
 * beyond which senders wait, as TCP's congestion control would have them do.
 * Invariant: a link is in the ring, in a queue of waiting links, or has nothing to send.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { Link, LinkSink } from '../engine/ports.ts';
import type { SimLink } from './sim-link.ts';
import type { World } from './world.ts';

export interface HostOptions {
  /** IPv4. */
  readonly ip: string;
  readonly upBytesPerSecond: number;
  readonly downBytesPerSecond: number;
  /** From here to the middle of the network. */
  readonly latencyMs: number;
}

/** Where new links go; undefined refuses. */
export type Listener = (link: Link) => LinkSink | undefined;

/** What may wait in front of a downlink before senders hold back. */
const backlogMs = 250;

export class SimHost {
  readonly id: number;
  readonly options: HostOptions;
  readonly links = new Set<SimLink>();
  listener: Listener | undefined;
  listenPort = 0;
  /** Hosts of different groups do not reach each other. */
  group = 0;
  /** Sent and received, headers included. */
  sentBytes = 0;
  receivedBytes = 0;
  readonly #world: World;
  #ring: SimLink[] = [];
  /** Links of others that wait for our downlink. */
  #senders: SimLink[] = [];
  #pumping = false;
  #downFreeAtMs = 0;

  constructor(id: number, options: HostOptions, world: World) {
    this.id = id;
    this.options = options;
    this.#world = world;
  }

  get ip(): string {
    return this.options.ip;
  }

  get endpoint(): Endpoint {
    return { host: this.options.ip, port: this.listenPort };
  }

  // -------------------------------------------------------------- sending

  /** The link has something to send, or may go on. */
  kick(link: SimLink): void {
    if (link.inRing || link.closed || link.queuedBytes === 0) return;
    link.inRing = true;
    this.#ring.push(link);
    if (this.#pumping) return;
    this.#pumping = true;
    // At the end of the turn, so that what one turn sends leaves together.
    this.#world.after(0, () => this.#pump());
  }

  #pump(): void {
    for (let link = this.#ring.shift(); link !== undefined; link = this.#ring.shift()) {
      link.inRing = false;
      if (link.closed || link.queuedBytes === 0 || !link.mayTransmit()) continue;
      const receiver = link.other.host;
      if (receiver.isCongested()) {
        receiver.#senders.push(link);
        continue;
      }
      const bytes = link.transmit();
      this.sentBytes += bytes;
      this.kick(link);
      this.#world.after((bytes * 1000) / this.options.upBytesPerSecond, () => this.#pump());
      return;
    }
    this.#pumping = false;
  }

  // -------------------------------------------------------------- receiving

  isCongested(): boolean {
    return this.#downFreeAtMs - this.#world.nowMs() > backlogMs;
  }

  /** When bytes that reach the line at `atMs` have passed it. */
  passDownlink(atMs: number, bytes: number): number {
    const startMs = Math.max(atMs, this.#downFreeAtMs);
    this.#downFreeAtMs = startMs + (bytes * 1000) / this.options.downBytesPerSecond;
    return this.#downFreeAtMs;
  }

  /** A segment came through: those who waited for the line may go on. */
  onPassed(bytes: number): void {
    this.receivedBytes += bytes;
    if (this.#senders.length === 0) return;
    const idle = this.#downFreeAtMs <= this.#world.nowMs();
    const woken = this.#senders.splice(0, idle ? this.#senders.length : 2);
    for (const link of woken) link.host.kick(link);
  }
}
