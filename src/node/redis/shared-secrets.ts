/**
 * Secrets that all nodes on one Redis have in common. The first node that asks makes it; a Redis that
 * comes back without its data gets it again from the nodes, and whichever is written first holds.
 * Invariant: a node always has a secret to work with, also when Redis has never been reached.
 */
import { secretBytes } from '../system-random.ts';
import type { RedisLink } from './redis-link.ts';

interface Held {
  value: Uint8Array;
  readonly onChange: (value: Uint8Array) => void;
}

const lengthBytes = 32;

export class SharedSecrets {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #held = new Map<string, Held>();

  constructor(link: RedisLink, prefix: string) {
    this.#link = link;
    this.#prefix = prefix;
  }

  /** `onChange` is called when another node's secret turns out to be the one that holds. */
  async hold(name: string, onChange: (value: Uint8Array) => void): Promise<Uint8Array> {
    const held = { value: secretBytes(lengthBytes), onChange };
    this.#held.set(name, held);
    try {
      held.value = await this.#agree(name, held.value);
    } catch {
      // Its own will do until Redis can be reached.
    }
    return held.value;
  }

  /** To be called when Redis can be used again. Rejects when it cannot after all. */
  async agreeAgain(): Promise<void> {
    for (const [name, held] of this.#held) {
      const value = await this.#agree(name, held.value);
      if (Buffer.compare(value, held.value) === 0) continue;
      held.value = value;
      held.onChange(value);
    }
  }

  async #agree(name: string, mine: Uint8Array): Promise<Uint8Array> {
    const key = `${this.#prefix}secret:${name}`;
    await this.#link.ask('SET', key, Buffer.from(mine), 'NX');
    const held = await this.#link.ask('GET', key);
    if (!Buffer.isBuffer(held) || held.length !== lengthBytes) {
      throw new Error(`${key} holds something else`);
    }
    return new Uint8Array(held);
  }
}
