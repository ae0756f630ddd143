/**
 * Slows down the guessing of tokens: after a few wrong ones a network has to wait, longer each time.
 * While it waits, right tokens are refused too, so that waiting tells nothing. Invariant: memory is
 * bounded; networks are forgotten when they have been quiet, the quietest first.
 */
import { toHex } from '../../base/hex.ts';
import { isAmong } from './bearer-token.ts';

const freeAttempts = 5;
const firstWaitMs = 1000;
const longestWaitMs = 5 * 60_000;
/** A wrong token counts for so long. */
const memoryMs = 60 * 60_000;
const maxNetworks = 10_000;

interface Attempts {
  wrong: number;
  waitUntilMs: number;
  lastMs: number;
}

/** Right or wrong; or not looked at, because its network has to wait: `message` says so to people. */
export type TokenVerdict =
  | 'right'
  | 'wrong'
  | { readonly waitSeconds: number; readonly message: string };

export class TokenAttempts {
  /** In the order of the last wrong token. */
  readonly #networks = new Map<string, Attempts>();

  /** Whether `token` is one of `tokens`, counted for the network of `address`. */
  judge(
    token: string,
    tokens: readonly string[],
    address: Uint8Array,
    nowMs: number,
  ): TokenVerdict {
    const waitMs = this.waitMs(address, nowMs);
    if (waitMs > 0) {
      const waitSeconds = Math.ceil(waitMs / 1000);
      const message = `Too many wrong tokens came from your address. Wait ${waitSeconds} s, then try again with the right one`;
      return { waitSeconds, message };
    }
    if (!isAmong(token, tokens)) {
      this.onWrong(address, nowMs);
      return 'wrong';
    }
    this.onRight(address);
    return 'right';
  }

  /** How long this address has to wait before its next token is looked at; 0 for not at all. */
  waitMs(address: Uint8Array, nowMs: number): number {
    const attempts = this.#networks.get(networkOf(address));
    return attempts === undefined ? 0 : Math.max(0, attempts.waitUntilMs - nowMs);
  }

  onWrong(address: Uint8Array, nowMs: number): void {
    const network = networkOf(address);
    const before = this.#networks.get(network);
    this.#networks.delete(network);
    const isFresh = before === undefined || nowMs - before.lastMs > memoryMs;
    const wrong = isFresh ? 1 : before.wrong + 1;
    const over = wrong - freeAttempts;
    const wait = over < 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(over, 20));
    this.#networks.set(network, { wrong, waitUntilMs: nowMs + wait, lastMs: nowMs });
    if (this.#networks.size > maxNetworks) {
      this.#networks.delete(this.#networks.keys().next().value as string);
    }
  }

  onRight(address: Uint8Array): void {
    this.#networks.delete(networkOf(address));
  }
}

/** One IPv4 address, or the /64 that one IPv6 link commonly has. */
function networkOf(address: Uint8Array): string {
  return toHex(address.length === 4 ? address : address.subarray(0, 8));
}
