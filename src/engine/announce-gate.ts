/**
 * The queue in front of the trackers, shared by all torrents: at most so many announces under way
 * per host, first come first served, and `started`, `completed` and `stopped` before routine ones,
 * so that a thousand torrents re-announcing do not starve a new one.
 * Invariant: every announce accepted calls its `done` once, or was cancelled.
 */
import type { AnnounceParameters, TrackerPort } from './ports.ts';

const defaultPerHost = 8;

type Done = Parameters<TrackerPort['announce']>[1];

interface Ticket {
  readonly parameters: AnnounceParameters;
  readonly done: Done;
  /** Set once the announce is under way. */
  flight: { cancel(): void } | undefined;
  state: 'queued' | 'flying' | 'over';
}

interface Host {
  flying: number;
  /** Sets keep the order of arrival and let go of any member at once. */
  readonly urgent: Set<Ticket>;
  readonly routine: Set<Ticket>;
}

export class AnnounceGate implements TrackerPort {
  readonly #trackers: TrackerPort;
  readonly #perHost: number;
  readonly #hosts = new Map<string, Host>();

  constructor(trackers: TrackerPort, perHost = defaultPerHost) {
    this.#trackers = trackers;
    this.#perHost = perHost;
  }

  /** Announces that wait for their turn. */
  get queuedCount(): number {
    let count = 0;
    for (const host of this.#hosts.values()) count += host.urgent.size + host.routine.size;
    return count;
  }

  announce(parameters: AnnounceParameters, done: Done): { cancel(): void } {
    const name = trackerHost(parameters.url);
    const ticket: Ticket = { parameters, done, flight: undefined, state: 'queued' };
    let host = this.#hosts.get(name);
    if (host === undefined) {
      host = { flying: 0, urgent: new Set(), routine: new Set() };
      this.#hosts.set(name, host);
    }
    (parameters.event === 'none' ? host.routine : host.urgent).add(ticket);
    this.#advance(name, host);
    return { cancel: () => this.#cancel(name, ticket) };
  }

  #advance(name: string, host: Host): void {
    while (host.flying < this.#perHost) {
      const queue = host.urgent.size > 0 ? host.urgent : host.routine;
      const next = queue.values().next();
      if (next.done) break;
      queue.delete(next.value);
      this.#launch(name, host, next.value);
    }
    if (host.flying === 0 && this.#hosts.get(name) === host) this.#hosts.delete(name);
  }

  #launch(name: string, host: Host, ticket: Ticket): void {
    host.flying++;
    ticket.state = 'flying';
    const flight = this.#trackers.announce(ticket.parameters, (reply, failure) => {
      if (!this.#land(host, ticket)) return;
      ticket.done(reply, failure);
      this.#advance(name, host);
    });
    ticket.flight = flight;
  }

  /** False when it had landed already. */
  #land(host: Host, ticket: Ticket): boolean {
    if (ticket.state !== 'flying') return false;
    ticket.state = 'over';
    host.flying--;
    return true;
  }

  #cancel(name: string, ticket: Ticket): void {
    const host = this.#hosts.get(name);
    if (host === undefined || ticket.state === 'over') return;
    if (ticket.state === 'queued') {
      ticket.state = 'over';
      host.urgent.delete(ticket);
      host.routine.delete(ticket);
      return;
    }
    this.#land(host, ticket);
    ticket.flight?.cancel();
    this.#advance(name, host);
  }
}

/** The host of a tracker's URL without user, port and path, in lower case; the whole text if it has none. */
export function trackerHost(url: string): string {
  const match = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]/?#]*\]|[^/?#:]*)/i.exec(url);
  return (match?.[1] ?? url).toLowerCase();
}
