/**
 * Answers while Redis is away: what announced to this node itself, filled up with what Redis said about
 * the swarm last. Invariant: the rules of an ordinary answer hold (never the asker, no peer twice,
 * leechers only for a seeder, the families asked for, no more than wanted).
 */
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import type { StoreAnnounce, StoreReply } from '../../tracker/swarm-store.ts';
import type { RememberedReply } from './remembered-replies.ts';

export function fillUp(
  reply: StoreReply,
  remembered: RememberedReply | undefined,
  request: StoreAnnounce,
  retryMs: number,
): StoreReply {
  if (remembered === undefined) return { ...reply, retryMs };
  const counts = largerCounts(reply, remembered);
  if (request.event === 'stopped') return { ...reply, ...counts, retryMs };
  const has4 = reply.ipv4.addresses.length / 6;
  const has6 = reply.ipv6.addresses.length / 18;
  let room = request.numWant - has4 - has6;
  const wants = (bytes: number): boolean =>
    room > 0 && (request.wantsBothFamilies || request.address.length === bytes);
  let ipv4 = reply.ipv4;
  let ipv6 = reply.ipv6;
  if (wants(4)) {
    const { ipv4: packed, seeders4 } = remembered;
    const more = unseen(ipv4.addresses, packed, 6, request.isSeeder ? seeders4 : 0, request, room);
    ipv4 = { addresses: more, peerIds: noBytes };
    room -= more.length / 6 - has4;
  }
  if (wants(16)) {
    const { ipv6: packed, seeders6 } = remembered;
    const more = unseen(ipv6.addresses, packed, 18, request.isSeeder ? seeders6 : 0, request, room);
    ipv6 = { addresses: more, peerIds: noBytes };
  }
  return { ...counts, ipv4, ipv6, retryMs };
}

/** Each node knows a part of the peers, so the larger number is the better guess. */
export function largerCounts(a: SwarmCounts, b: SwarmCounts): SwarmCounts {
  return {
    seeders: Math.max(a.seeders, b.seeders),
    leechers: Math.max(a.leechers, b.leechers),
    downloads: Math.max(a.downloads, b.downloads),
  };
}

const noBytes = new Uint8Array(0);

/** `listed`, and behind it at most `room` records of `offered`, from number `first` on. */
function unseen(
  listed: Uint8Array,
  offered: Uint8Array,
  recordBytes: number,
  first: number,
  request: StoreAnnounce,
  room: number,
): Uint8Array {
  const seen = new Set<string>([keyOf(recordOf(request))]);
  for (let at = 0; at < listed.length; at += recordBytes) {
    seen.add(keyOf(listed.subarray(at, at + recordBytes)));
  }
  const all = new Uint8Array(listed.length + room * recordBytes);
  all.set(listed);
  let end = listed.length;
  for (let at = first * recordBytes; at < offered.length && end < all.length; at += recordBytes) {
    const record = offered.subarray(at, at + recordBytes);
    const key = keyOf(record);
    if (seen.has(key)) continue;
    seen.add(key);
    all.set(record, end);
    end += recordBytes;
  }
  return all.subarray(0, end);
}

function recordOf({ address, port }: StoreAnnounce): Uint8Array {
  return Uint8Array.from([...address, port >>> 8, port & 255]);
}

function keyOf(record: Uint8Array): string {
  return record.join();
}
