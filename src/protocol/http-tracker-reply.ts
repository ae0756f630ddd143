/**
 * What an HTTP tracker answers (BEP 3, 7, 23, 24, 31, 48), the tracker's side: one bencoded dictionary.
 */
import { formatIp } from '../base/ip-address.ts';
import { decodeLatin1 } from '../base/text.ts';
import { type BencodeInput, encodeBencode } from './bencode.ts';
import type { SwarmCounts } from './swarm-counts.ts';

export interface HttpPeerList {
  /** Packed addresses and ports, 6 or 18 bytes each. */
  readonly addresses: Uint8Array;
  /** 20 bytes each in the same order, or empty. */
  readonly peerIds: Uint8Array;
}

export interface HttpAnnounceReplyFields extends SwarmCounts {
  readonly intervalSeconds: number;
  readonly minIntervalSeconds: number;
  readonly ipv4: HttpPeerList;
  readonly ipv6: HttpPeerList;
  /** 4 or 16 bytes: where the tracker sees the client (BEP 24). */
  readonly externalIp: Uint8Array;
}

/** `isCompact` false gives the list of dictionaries of BEP 3, with peer ids where there are some. */
export function encodeHttpAnnounceReply(
  reply: HttpAnnounceReplyFields,
  isCompact: boolean,
): Uint8Array {
  const fields = new Map<string, BencodeInput>([
    ['complete', reply.seeders],
    ['downloaded', reply.downloads],
    ['external ip', reply.externalIp],
    ['incomplete', reply.leechers],
    ['interval', reply.intervalSeconds],
    ['min interval', reply.minIntervalSeconds],
  ]);
  if (isCompact) {
    // Clients take an answer without `peers` for a broken one, so it is there even when empty.
    fields.set('peers', reply.ipv4.addresses);
    if (reply.ipv6.addresses.length > 0) fields.set('peers6', reply.ipv6.addresses);
  } else {
    fields.set('peers', [...listPeers(reply.ipv4, 6), ...listPeers(reply.ipv6, 18)]);
  }
  return encodeBencode(fields);
}

/** `counts` in the order of `infoHashes`; a repeated info-hash is answered once. */
export function encodeHttpScrapeReply(
  infoHashes: readonly Uint8Array[],
  counts: readonly SwarmCounts[],
): Uint8Array {
  const files = new Map<string, BencodeInput>();
  for (const [index, infoHash] of infoHashes.entries()) {
    const swarm = counts[index];
    if (swarm === undefined) continue;
    files.set(
      decodeLatin1(infoHash),
      new Map([
        ['complete', swarm.seeders],
        ['downloaded', swarm.downloads],
        ['incomplete', swarm.leechers],
      ]),
    );
  }
  return encodeBencode(new Map([['files', files]]));
}

/** `retryMinutes` becomes `retry in` (BEP 31): a whole number of minutes, at least 1, or "never". */
export function encodeHttpFailure(reason: string, retryMinutes?: number | 'never'): Uint8Array {
  const fields = new Map<string, BencodeInput>([['failure reason', reason]]);
  if (retryMinutes === 'never') fields.set('retry in', 'never');
  else if (retryMinutes !== undefined) fields.set('retry in', Math.max(1, Math.ceil(retryMinutes)));
  return encodeBencode(fields);
}

function listPeers(peers: HttpPeerList, recordLength: number): BencodeInput[] {
  const list: BencodeInput[] = [];
  const hasIds = peers.peerIds.length > 0;
  for (let index = 0; (index + 1) * recordLength <= peers.addresses.length; index++) {
    const record = peers.addresses.subarray(index * recordLength, (index + 1) * recordLength);
    const portAt = recordLength - 2;
    const fields = new Map<string, BencodeInput>([
      ['ip', formatIp(record.subarray(0, portAt))!],
      ['port', (record[portAt]! << 8) | record[portAt + 1]!],
    ]);
    if (hasIds) fields.set('peer id', peers.peerIds.subarray(index * 20, index * 20 + 20));
    list.push(fields);
  }
  return list;
}
