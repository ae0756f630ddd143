/**
 * Hosts that are not dealt with any more, and why. A ban holds for the address, whatever the port,
 * because a port is free to choose; only on the loopback address, which many clients share, it holds
 * for the one endpoint.
 * Invariant: at most `capacity` bans; the oldest gives way.
 */
import type { Endpoint } from '../base/endpoint.ts';
import { endpointKey } from '../base/endpoint.ts';
import { parseIp } from '../base/ip-address.ts';
import { isLoopback } from '../base/ip-network.ts';

export class BanList {
  readonly #reasons = new Map<string, string>();
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#reasons.size;
  }

  ban(endpoint: Endpoint, reason: string): void {
    const key = banKey(endpoint);
    this.#reasons.delete(key);
    this.#reasons.set(key, reason);
    if (this.#reasons.size > this.#capacity) {
      const oldest = this.#reasons.keys().next();
      if (!oldest.done) this.#reasons.delete(oldest.value);
    }
  }

  /** `key` is one that `entries` gave: a host, or an endpoint on the loopback address. */
  unban(key: string): boolean {
    return this.#reasons.delete(key);
  }

  isBanned(endpoint: Endpoint): boolean {
    // Most torrents never ban anybody, and this is asked for every address learnt.
    return this.#reasons.size > 0 && this.#reasons.has(banKey(endpoint));
  }

  reason(endpoint: Endpoint): string | undefined {
    return this.#reasons.get(banKey(endpoint));
  }

  /** Host, or endpoint on the loopback address, to reason; oldest first. */
  entries(): IterableIterator<[string, string]> {
    return this.#reasons.entries();
  }
}

function banKey(endpoint: Endpoint): string {
  const address = parseIp(endpoint.host);
  if (address !== undefined && isLoopback(address)) return endpointKey(endpoint);
  return endpoint.host;
}
