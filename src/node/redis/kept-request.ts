/** An announce that outlives the call it came with, while Redis is asked. */
import type { AnnounceOutput, StoreAnnounce } from '../../tracker/swarm-store.ts';

const noBytes = new Uint8Array(0);

/** The caller's bytes are borrowed; these are the store's own until the answer is there. */
export function keepRequest(request: StoreAnnounce): StoreAnnounce {
  const { address, infoHash, peerId } = request;
  const bytes = new Uint8Array(infoHash.length + peerId.length + address.length);
  bytes.set(infoHash);
  bytes.set(peerId, infoHash.length);
  bytes.set(address, infoHash.length + peerId.length);
  return {
    ...request,
    infoHash: bytes.subarray(0, infoHash.length),
    peerId: bytes.subarray(infoHash.length, infoHash.length + peerId.length),
    address: bytes.subarray(infoHash.length + peerId.length),
  };
}

export function withoutPeers(request: StoreAnnounce): StoreAnnounce {
  return { ...request, numWant: 0 };
}

/** Of an announce that is made for its effect. */
export function emptyOutput(): AnnounceOutput {
  const counts = { seeders: 0, leechers: 0, downloads: 0 };
  const ipv4 = { ipv4: noBytes, ipv4At: 0, ipv4Count: 0 };
  return { ...counts, ...ipv4, ipv6: noBytes, ipv6At: 0, ipv6Count: 0 };
}
