/** The token of a request (RFC 6750, section 2.1), and whether it is one of ours. */
import { createHash, timingSafeEqual } from 'node:crypto';

export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

/** Takes the same time for every token of one length: all are compared, by their digests. */
export function isAmong(token: string, tokens: readonly string[]): boolean {
  const digest = sha256(token);
  let found = false;
  for (const known of tokens) {
    if (timingSafeEqual(digest, sha256(known))) found = true;
  }
  return found;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
