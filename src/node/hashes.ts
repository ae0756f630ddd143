/**
 * The base layer's digests, computed by Node's OpenSSL in one call each. They are plain arrays: a Buffer's
 * `slice` does not copy, which callers outside this layer rely on.
 */
import { hash } from 'node:crypto';
import type { Hashes } from '../base/hashes.ts';

export const nodeHashes: Hashes = {
  sha1: (bytes) => new Uint8Array(hash('sha1', bytes, 'buffer')),
  sha256: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
};
