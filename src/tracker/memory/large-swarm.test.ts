/** What only large numbers bring about: pools of many pages, tables that split and join again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeUint32 } from '../../base/bytes.ts';
import { SeededRandom } from '../../base/random.ts';
import type { TrackerEvent } from '../../protocol/tracker-event.ts';
import { MemorySwarmStore } from '../memory-swarm-store.ts';
import type { AnnounceOutput } from '../swarm-store.ts';

const output: AnnounceOutput = {
  seeders: 0,
  leechers: 0,
  downloads: 0,
  ipv4: new Uint8Array(1200),
  ipv4At: 0,
  ipv4Count: 0,
  ipv6: new Uint8Array(3600),
  ipv6At: 0,
  ipv6Count: 0,
};

function makeStore(budgetBytes: number, keepsPeerIds = false): MemorySwarmStore {
  const random = new SeededRandom(5);
  return new MemorySwarmStore({ random, peerTimeoutMs: 60_000, budgetBytes, keepsPeerIds });
}

function announce(
  store: MemorySwarmStore,
  infoHash: Uint8Array,
  peer: number,
  addressBytes: 4 | 16,
  event: TrackerEvent = 'none',
) {
  const address = new Uint8Array(addressBytes);
  writeUint32(address, 0, 0x0808_0000);
  writeUint32(address, addressBytes - 4, 0x0808_0000 + peer);
  const rest = {
    port: 7,
    peerId: new Uint8Array(20),
    wantsBothFamilies: true,
    wantsPeerIds: false,
  };
  const isSeeder = peer % 3 === 0;
  return store.announceNow({ infoHash, address, event, isSeeder, numWant: 5, ...rest }, 0, output);
}

for (const [addressBytes, keepsPeerIds] of [
  [4, false],
  [16, true],
] as const) {
  test(`a swarm of 20,000 peers with ${addressBytes} bytes of address comes and goes`, () => {
    const store = makeStore(4 * 2 ** 20, keepsPeerIds);
    const infoHash = new Uint8Array(20).fill(1);
    const before = store.usage().usedBytes;
    const random = new SeededRandom(2);
    for (let peer = 0; peer < 20_000; peer++) {
      assert.equal(announce(store, infoHash, peer, addressBytes), undefined);
      if (peer % 5000 === 4999) store.checkInvariants();
    }
    assert.deepEqual([output.seeders, output.leechers], [6667, 13_333]);
    for (let i = 0; i < 30_000; i++) {
      const event = i % 2 === 0 ? 'stopped' : 'completed';
      announce(store, infoHash, random.below(20_000), addressBytes, event);
    }
    store.checkInvariants();
    for (let peer = 0; peer < 20_000; peer++) {
      announce(store, infoHash, peer, addressBytes, 'stopped');
      if (peer % 5000 === 2499) store.checkInvariants();
    }
    assert.deepEqual(store.totals(), { swarms: 0, seeders: 0, leechers: 0 });
    store.checkInvariants();
    // The retained count of downloads has a record and a table of its own.
    assert.ok(store.usage().usedBytes <= before + 2 * 2 ** 14);
  });
}

test('the memory of 50,000 swarms is there again when they are gone', () => {
  const store = makeStore(8 * 2 ** 20);
  const before = store.usage().usedBytes;
  const infoHash = new Uint8Array(20);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 50_000; i++) {
      writeUint32(infoHash, 3, i);
      assert.equal(announce(store, infoHash, 1, 4), undefined);
    }
    store.checkInvariants();
    assert.equal(store.totals().swarms, 50_000);
    for (let i = 0; i < 50_000; i++) {
      writeUint32(infoHash, 3, i);
      announce(store, infoHash, 1, 4, 'stopped');
    }
    store.checkInvariants();
    assert.ok(store.usage().usedBytes <= before + 2 * 2 ** 13);
  }
});

test('a scan meets each swarm once while the table grows and shrinks', () => {
  const store = makeStore(8 * 2 ** 20);
  const infoHash = new Uint8Array(20);
  for (let i = 0; i < 5000; i++) {
    writeUint32(infoHash, 3, i);
    announce(store, infoHash, 1, 4);
  }
  const scan = store.scan(0);
  const seen = new Map<string, number>();
  let next = 5000;
  for (let isEnded = false; !isEnded; ) {
    scan.next(50, (swarms) => {
      assert.ok(!('code' in swarms));
      isEnded = swarms.length === 0;
      for (const { infoHash: each } of swarms) {
        seen.set(each.join(), (seen.get(each.join()) ?? 0) + 1);
      }
    });
    const event = seen.size < 3000 ? 'none' : 'stopped';
    for (let i = 0; i < 300; i++) {
      next += event === 'none' ? 1 : -1;
      if (next < 5000) break;
      writeUint32(infoHash, 3, next);
      announce(store, infoHash, 1, 4, event);
    }
  }
  for (let i = 0; i < 5000; i++) {
    writeUint32(infoHash, 3, i);
    assert.equal(seen.get(infoHash.join()), 1);
  }
  assert.ok([...seen.values()].every((times) => times === 1));
});

test('a flood of info-hashes fills no more than the budget and leaves room to the others', () => {
  const store = makeStore(2 * 2 ** 20);
  const honest = new Uint8Array(20).fill(200);
  const infoHash = new Uint8Array(20);
  for (let peer = 0; peer < 50; peer++) announce(store, honest, peer, 4);
  for (let i = 0; i < 60_000; i++) {
    writeUint32(infoHash, 3, i);
    assert.equal(announce(store, infoHash, 1, 4), undefined, 'a newcomer takes the newest place');
    if (i % 100 === 0) assert.equal(announce(store, honest, 50 + i / 100, 4), undefined);
  }
  store.checkInvariants();
  announce(store, honest, 0, 4);
  assert.equal(output.seeders + output.leechers, 650);
  assert.equal(store.health().status, 'ok');
});
