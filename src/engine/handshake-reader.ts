/**
 * Gathers the 68 bytes with which every stream of a peer begins (BEP 3, "peer protocol"), however they
 * are cut. What is no handshake is known by its first wrong byte.
 * Invariant: nothing but those bytes is kept, and no more than them is read.
 */
import type { Handshake } from '../protocol/handshake.ts';
import {
  decodeHandshake,
  HANDSHAKE_BYTES,
  handshakePrefixViolation,
} from '../protocol/handshake.ts';
import type { Violation } from '../protocol/violation.ts';
import { isViolation } from '../protocol/violation.ts';

export interface OpenedStream {
  readonly handshake: Handshake;
  /** The rest of the chunk that held the end of the handshake. */
  readonly rest: Uint8Array;
}

export class HandshakeReader {
  readonly #bytes = new Uint8Array(HANDSHAKE_BYTES);
  #length = 0;

  /** Undefined while more is to come. Not to be called after anything else was returned. */
  push(chunk: Uint8Array): OpenedStream | Violation | undefined {
    const taken = Math.min(HANDSHAKE_BYTES - this.#length, chunk.length);
    this.#bytes.set(chunk.subarray(0, taken), this.#length);
    this.#length += taken;
    const early = handshakePrefixViolation(this.#bytes.subarray(0, this.#length));
    if (early !== undefined) return early;
    if (this.#length < HANDSHAKE_BYTES) return undefined;
    const handshake = decodeHandshake(this.#bytes);
    return isViolation(handshake) ? handshake : { handshake, rest: chunk.subarray(taken) };
  }
}
