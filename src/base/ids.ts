/**
 * Branded identifiers. The brand exists only in the types, so that a peer id cannot be passed where
 * an info-hash is meant.
 */
import { assert } from './assert.ts';
import { toHex } from './hex.ts';

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** 20 bytes as 40 lower-case hex digits: the v1 info-hash, or the first 20 bytes of a v2 one (BEP 3, BEP 52). */
export type InfoHash = Branded<string, 'InfoHash'>;
/** 20 bytes as 40 lower-case hex digits (BEP 20). */
export type PeerId = Branded<string, 'PeerId'>;

export function infoHashFromBytes(bytes: Uint8Array): InfoHash {
  assert(bytes.length === 20, `an info-hash has 20 bytes, not ${bytes.length}`);
  return toHex(bytes) as InfoHash;
}

export function peerIdFromBytes(bytes: Uint8Array): PeerId {
  assert(bytes.length === 20, `a peer id has 20 bytes, not ${bytes.length}`);
  return toHex(bytes) as PeerId;
}
