/**
 * Files of swarms, whole and damaged. A checksum hides what is behind it from mutation, so in most
 * inputs the checksums are put right first: what they let through is wrong in itself.
 */
import assert from 'node:assert/strict';
import { concatBytes, readUint32, writeUint32 } from '../../src/base/bytes.ts';
import { crc32c } from '../../src/base/crc32c.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { MemorySwarmStore } from '../../src/tracker/memory-swarm-store.ts';
import { checksumBytes, chunkHeadBytes, headBytes } from '../../src/tracker/snapshot-format.ts';
import type { FuzzTarget } from './campaign.ts';

const nowMs = 10_000;

function emptyStore(seed: number, keepsPeerIds: boolean): MemorySwarmStore {
  return new MemorySwarmStore({
    random: new SeededRandom(seed),
    peerTimeoutMs: 3_600_000,
    budgetBytes: 512 * 1024,
    keepsPeerIds,
  });
}

function sample(swarms: number, peers: number, keepsPeerIds: boolean): Uint8Array {
  const store = emptyStore(1, keepsPeerIds);
  for (let swarm = 0; swarm < swarms; swarm++) {
    for (let peer = 0; peer < peers; peer++) {
      const isIpv6 = peer % 3 === 2;
      store.announce(
        {
          infoHash: new Uint8Array(20).fill(swarm),
          address: new Uint8Array(isIpv6 ? 16 : 4).fill(peer + 1),
          port: 1000 + peer,
          peerId: new Uint8Array(20).fill(peer),
          event: peer % 4 === 0 ? 'completed' : 'none',
          isSeeder: peer % 2 === 0,
          numWant: 0,
          wantsBothFamilies: false,
          wantsPeerIds: false,
        },
        1000 * peer,
        () => {},
      );
    }
  }
  return concatBytes([...store.snapshot(nowMs)]);
}

/** In place, as far as chunks can be told. */
function setChecksums(file: Uint8Array): void {
  const set = (start: number, end: number) =>
    writeUint32(file, end, crc32c(file.subarray(start, end)));
  if (file.length < headBytes) return;
  set(0, headBytes - checksumBytes);
  for (let at = headBytes, number = 0; at + chunkHeadBytes <= file.length; number++) {
    const end = at + chunkHeadBytes + (readUint32(file, at) & 0xff_ffff);
    if (end + checksumBytes > file.length) return;
    writeUint32(file, at + 4, number);
    set(at, end);
    at = end + checksumBytes;
  }
}

export const snapshotTarget: FuzzTarget = {
  name: 'swarm-snapshot',
  samples: [sample(0, 0, false), sample(1, 1, false), sample(3, 8, false), sample(3, 8, true)],
  tokens: ['\0\0\0\0', '\x01\0\0\x1c', '\x02\0\0\x08', '\x04', '\x10', '\0\0\x01', '\xff\xff\xff'],
  take(bytes, random) {
    const file = bytes.slice();
    if (random.below(4) > 0) setChecksums(file);
    const store = emptyStore(random.below(2 ** 32), random.below(2) === 0);
    const restorer = store.restorer(nowMs, [0, 1000, 3_599_000, 1e12][random.below(4)]!);
    const most = 1 + random.below(random.below(3) === 0 ? 8 : 4096);
    for (let at = 0; at < file.length; ) {
      const end = Math.min(file.length, at + 1 + random.below(most));
      if (!restorer.push(file.subarray(at, end))) break;
      at = end;
    }
    const { restored, expired, refused } = restorer.end();
    assert.ok(restored + expired + refused <= file.length / 16, 'a peer takes bytes of the file');
    const { seeders, leechers } = store.totals();
    assert.equal(seeders + leechers, restored);
    store.checkInvariants();
    store.tick(nowMs + 7_200_000);
  },
};
