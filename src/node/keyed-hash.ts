/** The keyed hash behind the UDP tracker's connection ids: HMAC-SHA-1 under an unpredictable key. */
import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyedHash } from '../tracker/connection-id.ts';
import { secretBytes } from './system-random.ts';

/** A fresh key, unless one is given to share with other trackers; then at least 16 secret bytes. */
export function hmacKeyedHash(key: Uint8Array = secretBytes(32)): KeyedHash {
  const secret = createSecretKey(key);
  return { digest: (message) => createHmac('sha1', secret).update(message).digest() };
}
