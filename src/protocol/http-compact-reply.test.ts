/** The reply written in place, against the one that is assembled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { writeNumber } from './ascii-bytes.ts';
import { compactReplyRoom, writeCompactReply } from './http-compact-reply.ts';
import { encodeHttpAnnounceReply } from './http-tracker-reply.ts';

const count = fc.oneof(fc.nat(12), fc.nat(), fc.maxSafeNat());
const externalIp = fc.constantFrom(4, 16).chain((length) => {
  return fc.uint8Array({ minLength: length, maxLength: length });
});

test('equals the assembled reply, and keeps to its place', () => {
  fc.assert(
    fc.property(
      fc.record({
        seeders: count,
        leechers: count,
        downloads: count,
        intervalSeconds: count,
        minIntervalSeconds: count,
      }),
      externalIp,
      fc.nat(200),
      fc.nat(200),
      fc.nat(50),
      (fields, address, ipv4Count, ipv6Count, start) => {
        const ipv4At = start + compactReplyRoom.beforeIpv4;
        const ipv6At = ipv4At + 6 * ipv4Count + compactReplyRoom.beforeIpv6;
        const end = ipv6At + 18 * ipv6Count + compactReplyRoom.afterPeers;
        const bytes = new Uint8Array(end + 10).map((_, index) => (index * 7) & 255);
        const before = bytes.slice();
        const peers = (from: number, to: number) => ({
          addresses: before.subarray(from, to),
          peerIds: new Uint8Array(0),
        });
        const expected = encodeHttpAnnounceReply(
          {
            ...fields,
            ipv4: peers(ipv4At, ipv4At + 6 * ipv4Count),
            ipv6: peers(ipv6At, ipv6At + 18 * ipv6Count),
            externalIp: address,
          },
          true,
        );
        const places = { ipv4At, ipv4Count, ipv6At, ipv6Count };
        const writtenEnd = writeCompactReply(bytes, start, { ...fields, ...places }, address);
        assert.deepEqual(bytes.slice(start, writtenEnd), expected);
        assert.deepEqual(bytes.subarray(0, start), before.subarray(0, start));
        assert.deepEqual(bytes.subarray(end), before.subarray(end));
      },
    ),
  );
});

test('numbers of every length', () => {
  for (const value of [0, 9, 10, 99, 100, 65_535, 1e9, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    const bytes = new Uint8Array(20);
    const end = writeNumber(bytes, 2, value);
    assert.equal(String.fromCharCode(...bytes.subarray(2, end)), `${value}`);
  }
});
