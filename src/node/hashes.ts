/** The base layer's digests, computed by Node's OpenSSL in one call each. */
import { hash } from 'node:crypto';
import type { Hashes } from '../base/hashes.ts';

export const nodeHashes: Hashes = {
  sha1: (bytes) => hash('sha1', bytes, 'buffer'),
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
};
