/**
 * The allowed-fast set (BEP 6, "Allowed Fast Set Generation"): the pieces a peer may have while
 * choked, drawn from its /24 and the info-hash, so that every peer of the swarm offers it the same ones.
 */
import { assert } from '../base/assert.ts';
import { concatBytes, readUint32 } from '../base/bytes.ts';
import type { Hashes } from '../base/hashes.ts';
import { unmapIpv4 } from '../base/ip-address.ts';

export interface AllowedFastInput {
  /** Pieces to offer; BEP 6 suggests 10. */
  readonly count: number;
  /** Pieces of the torrent. */
  readonly pieceCount: number;
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** Address of the peer that receives the offer, 4 or 16 bytes. */
  readonly address: Uint8Array;
}

/**
 * Distinct piece indices in the order they are drawn; all of them when the torrent has no more than
 * `count`; none for an IPv6 peer, for which the BEP defines no set.
 */
export function allowedFastSet(input: AllowedFastInput, hashes: Hashes): number[] {
  const { count, pieceCount, infoHash } = input;
  assert(infoHash.length === 20, `an info-hash has 20 bytes, not ${infoHash.length}`);
  const address = unmapIpv4(input.address);
  if (address.length !== 4) return [];
  if (pieceCount <= count) return Array.from({ length: pieceCount }, (_, piece) => piece);
  const pieces = new Set<number>();
  let seed = concatBytes([address.subarray(0, 3), new Uint8Array(1), infoHash]);
  while (pieces.size < count) {
    seed = hashes.sha1(seed);
    for (let i = 0; i < 20 && pieces.size < count; i += 4) {
      pieces.add(readUint32(seed, i) % pieceCount);
    }
  }
  return [...pieces];
}
