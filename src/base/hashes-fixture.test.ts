/** Real digests for the tests of the pure layers, which may not import those of src/node. */
import { hash } from 'node:crypto';
import type { Hashes } from './hashes.ts';

export const hashes: Hashes = {
  sha1: (bytes) => new Uint8Array(hash('sha1', bytes, 'buffer')),
  sha256: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
};
