/**
 * The network between simulated hosts: dials, bytes on the way, partitions and resets.
 * Invariant: bytes of a link arrive once, in order, and never across a partition; an end that closes
 * is noticed by the other one after what it had sent before, unless a partition hides it.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { Random } from '../base/random.ts';
import type { Dialer, DialSink } from '../engine/ports.ts';
import { type HostOptions, SimHost } from './sim-host.ts';
import { SimLink } from './sim-link.ts';
import type { World } from './world.ts';

/** A dial that nobody answers fails after this. */
const dialTimeoutMs = 10_000;

export class SimNetwork {
  readonly world: World;
  readonly #random: Random;
  readonly #hosts = new Map<string, SimHost>();
  #nextPort = 40_000;
  /** Ends whose other end closed behind a partition. */
  #hidden: SimLink[] = [];

  constructor(world: World) {
    this.world = world;
    this.#random = world.forkRandom();
  }

  addHost(options: HostOptions): SimHost {
    const host = new SimHost(this.#hosts.size, options, this.world);
    this.#hosts.set(options.ip, host);
    return host;
  }

  hosts(): Iterable<SimHost> {
    return this.#hosts.values();
  }

  dialerOf(host: SimHost): Dialer {
    return { dial: (remote, sink) => this.#dial(host, remote, sink) };
  }

  #latencyMs(a: SimHost, b: SimHost): number {
    const jitter = 0.9 + 0.2 * this.#random.next();
    return (a.options.latencyMs + b.options.latencyMs) * jitter;
  }

  #dial(from: SimHost, remote: Endpoint, sink: DialSink): { cancel(): void } {
    const to = this.#hosts.get(remote.host);
    const { world } = this;
    const dial = { over: false };
    const fail = (cause: string, delayMs: number) =>
      world.after(delayMs, () => {
        if (dial.over) return;
        dial.over = true;
        sink.onDialFailed(cause);
      });
    if (to === undefined || to.group !== from.group) fail('timed out', dialTimeoutMs);
    else {
      const latencyMs = this.#latencyMs(from, to);
      world.after(latencyMs, () => {
        if (dial.over) return;
        if (to.listener === undefined || to.listenPort !== remote.port) {
          fail('connection refused', latencyMs);
          return;
        }
        const far = this.#connect(from, to, remote);
        const sinkThere = to.listener(far);
        if (sinkThere === undefined) far.close();
        else far.open(sinkThere);
        world.after(latencyMs, () => this.#onAccepted(far.other, sink, dial));
      });
    }
    return {
      cancel: () => {
        dial.over = true;
      },
    };
  }

  #onAccepted(near: SimLink, sink: DialSink, dial: { over: boolean }): void {
    if (dial.over || near.closed) {
      if (!dial.over) sink.onDialFailed('connection closed');
      dial.over = true;
      near.close();
      return;
    }
    dial.over = true;
    const sinkHere = sink.onDialed(near);
    if (sinkHere === undefined) near.close();
    else near.open(sinkHere);
  }

  /** Returns the end at `to`. */
  #connect(from: SimHost, to: SimHost, remote: Endpoint): SimLink {
    this.#nextPort = this.#nextPort === 65_535 ? 40_000 : this.#nextPort + 1;
    const near = new SimLink(this, from, remote, false);
    const far = new SimLink(this, to, { host: from.ip, port: this.#nextPort }, true);
    near.other = far;
    far.other = near;
    from.links.add(near);
    to.links.add(far);
    return far;
  }

  // -------------------------------------------------------------- bytes

  isCut(link: SimLink): boolean {
    return link.host.group !== link.other.host.group;
  }

  /** Returns when the segment arrives, after everything sent before it. */
  carry(link: SimLink, parts: readonly Uint8Array[], lengthBytes: number, afterMs: number): number {
    const { world } = this;
    const receiver = link.other.host;
    const reachesMs = world.nowMs() + this.#latencyMs(link.host, receiver);
    const arrivesMs = Math.max(afterMs, receiver.passDownlink(reachesMs, lengthBytes));
    const bytes = parts.length === 1 ? parts[0]! : joined(parts, lengthBytes);
    world.at(arrivesMs, () => {
      world.trace.note(world.nowMs(), link.host.id, receiver.id, lengthBytes);
      link.other.arrive(bytes);
      receiver.onPassed(lengthBytes);
    });
    return arrivesMs;
  }

  /** The end was closed by its owner: the other end hears of it. */
  hangUp(link: SimLink, afterMs: number): void {
    const delayMs = this.#latencyMs(link.host, link.other.host);
    const atMs = Math.max(this.world.nowMs() + delayMs, afterMs);
    this.world.at(atMs, () => {
      if (this.isCut(link)) this.#hidden.push(link.other);
      else link.other.onLost('connection closed');
    });
  }

  // -------------------------------------------------------------- incidents

  /** Both ends lose the connection at once. */
  reset(link: SimLink): void {
    const { other } = link;
    link.onLost('connection reset');
    other.onLost('connection reset');
  }

  /** The process behind the host is gone: the other ends notice, its own never do. */
  kill(host: SimHost): void {
    host.listener = undefined;
    for (const link of [...host.links]) link.close();
  }

  /** Moves hosts to groups that do not reach each other; `reset` also breaks the links between them. */
  partition(groupOf: (host: SimHost) => number, how: 'stall' | 'reset'): void {
    for (const host of this.#hosts.values()) host.group = groupOf(host);
    if (how === 'stall') return;
    for (const host of this.#hosts.values()) {
      for (const link of [...host.links]) if (this.isCut(link)) this.reset(link);
    }
  }

  heal(): void {
    for (const host of this.#hosts.values()) host.group = 0;
    for (const end of this.#hidden.splice(0)) end.onLost('connection closed');
    for (const host of this.#hosts.values()) for (const link of host.links) host.kick(link);
  }
}

function joined(parts: readonly Uint8Array[], lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
