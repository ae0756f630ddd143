/**
 * ut_pex (BEP 11): whom a peer has connected to and lost since its last message.
 * Invariant: a decoded message holds at most MAX_PEX_PEERS of either kind, each address once, none
 * with port 0. Nothing else about an address is checked: it may be private, or a victim's.
 */
import { concatBytes } from '../base/bytes.ts';
import type { Endpoint } from '../base/endpoint.ts';
import { endpointKey } from '../base/endpoint.ts';
import type { BencodeInput } from './bencode.ts';
import { encodeBencode } from './bencode.ts';
import {
  COMPACT_PEER_V4_BYTES,
  COMPACT_PEER_V6_BYTES,
  decodeCompactPeer,
  encodeCompactPeer,
} from './compact-peers.ts';
import { bytesOrNone, readPayloadHead } from './extension-payload.ts';
import type { Violation } from './violation.ts';
import { isViolation } from './violation.ts';

/** Name in the extension handshake. */
export const PEX_EXTENSION = 'ut_pex';
/** What is read of one message; BEP 11 allows 50, and more in the first. */
export const MAX_PEX_PEERS = 200;

/** Bits of PexPeer.flags; those for encryption, uTP and hole punching say nothing that is used. */
export const PEX_UPLOAD_ONLY = 0x02;
/** The sender connected to it, not the other way round. */
export const PEX_REACHABLE = 0x10;

export interface PexPeer extends Endpoint {
  /** PEX_ bits; 0 when the sender gave none. */
  readonly flags: number;
}

export interface PexMessage {
  readonly added: readonly PexPeer[];
  readonly dropped: readonly Endpoint[];
}

export function encodePex({ added, dropped }: PexMessage): Uint8Array {
  const addedEntries = added.map((peer) => ({ flags: peer.flags, entry: encodeCompactPeer(peer) }));
  const droppedEntries = dropped.map(encodeCompactPeer);
  const dictionary = new Map<string, BencodeInput>();
  for (const [suffix, entryBytes] of families) {
    const ofFamily = addedEntries.filter(({ entry }) => entry.length === entryBytes);
    dictionary.set(`added${suffix}`, concatBytes(ofFamily.map(({ entry }) => entry)));
    dictionary.set(
      `added${suffix}.f`,
      Uint8Array.from(ofFamily, ({ flags }) => flags),
    );
    const lost = droppedEntries.filter((entry) => entry.length === entryBytes);
    dictionary.set(`dropped${suffix}`, concatBytes(lost));
  }
  return encodeBencode(dictionary);
}

const families = [
  ['', COMPACT_PEER_V4_BYTES],
  ['6', COMPACT_PEER_V6_BYTES],
] as const;

/** IPv4 peers come first; peers past the limit are left out. Violation: PEX_MALFORMED. */
export function decodePex(payload: Uint8Array): PexMessage | Violation {
  const head = readPayloadHead(payload, 'PEX_MALFORMED', 'a peer exchange message');
  if (isViolation(head)) return head;
  const added = new Map<string, PexPeer>();
  const dropped = new Map<string, Endpoint>();
  for (const [suffix, entryBytes] of families) {
    const bytesOf = (key: string) => bytesOrNone(head.dictionary.get(key));
    const flags = bytesOf(`added${suffix}.f`);
    readPeers(bytesOf(`added${suffix}`), entryBytes, added, (peer, i) => ({
      ...peer,
      flags: flags[i] ?? 0,
    }));
    readPeers(bytesOf(`dropped${suffix}`), entryBytes, dropped, (peer) => peer);
  }
  return { added: [...added.values()], dropped: [...dropped.values()] };
}

function readPeers<P extends Endpoint>(
  list: Uint8Array,
  entryBytes: number,
  peers: Map<string, P>,
  complete: (peer: Endpoint, index: number) => P,
): void {
  const count = Math.floor(list.length / entryBytes);
  for (let i = 0; i < count && peers.size < MAX_PEX_PEERS; i++) {
    const peer = decodeCompactPeer(list.subarray(i * entryBytes, (i + 1) * entryBytes));
    if (peer === undefined) continue;
    const key = endpointKey(peer);
    if (!peers.has(key)) peers.set(key, complete(peer, i));
  }
}
