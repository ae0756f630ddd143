/**
 * The memory store against plain maps: whatever is announced, stopped, waited for, swept, saved and
 * restored, both know the same, and every invariant of the memory holds after each step.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatIp, parseIp } from '../base/ip-address.ts';
import { SeededRandom } from '../base/random.ts';
import type { TrackerEvent } from '../protocol/tracker-event.ts';
import { MemorySwarmStore } from './memory-swarm-store.ts';
import { type AnnounceOutput, isStoreFailure, type PeerSnapshot } from './swarm-store.ts';
import { hashOf } from './swarm-store-conformance.test.ts';

const peerTimeoutMs = 60_000;
const KiB = 1024;

interface Known {
  isSeeder: boolean;
  isCounted: boolean;
  heardMs: number;
}

class ModelSwarm {
  readonly peers = new Map<string, Known>();
  downloads = 0;
}

/** Addresses of both families and both kinds of network. */
function addressOf(peer: number): Uint8Array {
  const low = peer >> 2;
  const texts = [
    `8.${low >> 16}.${(low >> 8) & 255}.${low & 255}`,
    `2a00::${low.toString(16)}`,
    `10.${low >> 16}.${(low >> 8) & 255}.${low & 255}`,
    `fd00::${low.toString(16)}`,
  ];
  // Most peers are of the first kind, as in the world.
  return parseIp(texts[peer % 7 < 4 ? 0 : peer % 4]!)!;
}

function peerName(address: Uint8Array, port: number): string {
  return `${formatIp(address)} ${port}`;
}

interface Fixture {
  readonly budgetBytes: number;
  readonly isShared: boolean;
  readonly keepsPeerIds: boolean;
  readonly maxPeers?: number;
}

/** The store, the model, and what one does to both. */
class Twins {
  store: MemorySwarmStore;
  readonly model = new Map<number, ModelSwarm>();
  /** Swarms that either may forget: the store was full since they had two peers. */
  hasEvicted = false;
  nowMs = 1_000_000;
  readonly #fixture: Fixture;
  #seed = 1;
  readonly #output: AnnounceOutput = {
    seeders: 0,
    leechers: 0,
    downloads: 0,
    ipv4: new Uint8Array(6 * 200),
    ipv4At: 0,
    ipv4Count: 0,
    ipv6: new Uint8Array(18 * 200),
    ipv6At: 0,
    ipv6Count: 0,
  };

  constructor(fixture: Fixture) {
    this.#fixture = fixture;
    this.store = this.#makeStore();
  }

  #makeStore(): MemorySwarmStore {
    return new MemorySwarmStore({
      random: new SeededRandom(this.#seed++),
      peerTimeoutMs,
      tickBudget: 50,
      ...this.#fixture,
    });
  }

  announce(swarm: number, peer: number, event: TrackerEvent, isSeeder: boolean, numWant: number) {
    const address = addressOf(peer);
    const port = 1 + (peer % 3);
    const output = this.#output;
    const failure = this.store.announceNow(
      {
        infoHash: hashOf(swarm),
        address,
        port,
        peerId: new Uint8Array(20).fill(peer),
        event,
        isSeeder,
        numWant,
        wantsBothFamilies: peer % 2 === 0,
        wantsPeerIds: false,
      },
      this.nowMs,
      output,
    );
    const name = peerName(address, port);
    const before = this.model.get(swarm)?.peers.get(name);
    if (failure !== undefined) {
      this.hasEvicted = true;
      assert.equal(failure.code, 'STORE_FULL');
      assert.ok(before === undefined || this.hasEvicted, 'a known peer is refused');
      return;
    }
    const known = this.#note(swarm, name, event, isSeeder);
    if (this.hasEvicted) return;
    const all = [...known.peers.values()];
    const seeders = all.filter((each) => each.isSeeder).length;
    assert.deepEqual(
      [output.seeders, output.leechers, output.downloads],
      [seeders, all.length - seeders, known.downloads],
    );
    assert.ok(output.ipv4Count + output.ipv6Count <= numWant);
    if (event !== 'stopped') this.#checkChoice(known, name, isSeeder, event);
  }

  #note(swarm: number, name: string, event: TrackerEvent, isSeeder: boolean): ModelSwarm {
    const known = this.model.get(swarm) ?? new ModelSwarm();
    this.model.set(swarm, known);
    if (event === 'stopped') {
      known.peers.delete(name);
      return known;
    }
    const peer = known.peers.get(name) ?? { isSeeder, isCounted: false, heardMs: 0 };
    peer.isSeeder = isSeeder;
    peer.heardMs = this.nowMs;
    if (event === 'completed' && !peer.isCounted) {
      peer.isCounted = true;
      known.downloads++;
    }
    known.peers.set(name, peer);
    return known;
  }

  #checkChoice(known: ModelSwarm, asker: string, isSeeder: boolean, event: TrackerEvent): void {
    const { ipv4, ipv4Count, ipv6, ipv6Count } = this.#output;
    const chosen = new Set<string>();
    const take = (bytes: Uint8Array, count: number, length: number) => {
      for (let i = 0; i < count; i++) {
        const record = bytes.subarray(i * length, (i + 1) * length);
        const port = record[length - 2]! * 256 + record[length - 1]!;
        chosen.add(peerName(record.subarray(0, length - 2), port));
      }
    };
    take(ipv4, ipv4Count, 6);
    take(ipv6, ipv6Count, 18);
    assert.equal(chosen.size, ipv4Count + ipv6Count, 'a peer was chosen twice');
    assert.ok(!chosen.has(asker), 'the asker was chosen');
    for (const name of chosen) {
      const peer = known.peers.get(name);
      assert.ok(peer !== undefined, `${name} was chosen and is not there`);
      assert.ok(!isSeeder || !peer.isSeeder || event === 'started', 'a seeder got a seeder');
    }
  }

  /** Until nothing is due, so that the model knows who is there. */
  tick(): void {
    // A tick's work may all go into looking at swarms that are not due yet.
    for (let calls = 0, idle = 0; idle < 100; calls++) {
      idle = this.store.tick(this.nowMs) > 0 ? 0 : idle + 1;
      assert.ok(calls < 2000, 'ticks never end');
    }
    for (const swarm of this.model.values()) {
      for (const [name, { heardMs }] of swarm.peers) {
        // Between the time-out and what a bucket of the wheel adds to it, either is right.
        if (this.nowMs - heardMs > 1.04 * peerTimeoutMs) swarm.peers.delete(name);
      }
    }
  }

  saveAndRestore(downMs: number): void {
    const pieces = [...this.store.snapshot(this.nowMs)];
    this.store = this.#makeStore();
    this.nowMs += downMs;
    const restorer = this.store.restorer(this.nowMs, downMs);
    for (const piece of pieces) {
      restorer.push(piece.subarray(0, 100));
      restorer.push(piece.subarray(100));
    }
    const result = restorer.end();
    assert.equal(result.problem, undefined);
    if (result.refused > 0) this.hasEvicted = true;
    for (const swarm of this.model.values()) {
      for (const [name, { heardMs }] of swarm.peers) {
        if (this.nowMs - heardMs > 1.002 * peerTimeoutMs) swarm.peers.delete(name);
      }
    }
  }

  check(): void {
    this.store.checkInvariants();
    let peers = 0;
    for (const [swarm, { peers: known, downloads }] of this.model) {
      const found = this.#peersOf(swarm);
      for (const { address, port, isSeeder, ageMs, client } of found) {
        const name = peerName(address, port);
        const peer = known.get(name);
        assert.ok(peer !== undefined, `${name} is in the store only`);
        assert.equal(isSeeder, peer.isSeeder);
        assert.ok(Math.abs(this.nowMs - peer.heardMs - ageMs) < 100, `${name} has age ${ageMs}`);
        assert.equal(client.length, 8);
      }
      peers += found.length;
      const due = [...known.values()].filter((each) => this.nowMs - each.heardMs >= peerTimeoutMs);
      if (this.hasEvicted) continue;
      assert.ok(found.length >= known.size - due.length, `swarm ${swarm} lost a peer`);
      this.store.scrape([hashOf(swarm)], (counts) => {
        assert.ok(!isStoreFailure(counts));
        assert.equal(counts[0]!.downloads, downloads);
      });
    }
    const { seeders, leechers } = this.store.totals();
    assert.equal(seeders + leechers, peers, 'the totals count what is there');
  }

  #peersOf(swarm: number): readonly PeerSnapshot[] {
    let found: readonly PeerSnapshot[] = [];
    this.store.peers(hashOf(swarm), 100_000, this.nowMs, (peers) => {
      assert.ok(!isStoreFailure(peers));
      found = peers;
    });
    return found;
  }
}

type Step = (twins: Twins) => void;

const swarmNumber = fc.integer({ min: 1, max: 12 });
const events = fc.constantFrom<TrackerEvent>('none', 'started', 'completed', 'stopped');

const announce = fc
  .tuple(swarmNumber, fc.nat(400), events, fc.boolean(), fc.nat(60))
  .map(([swarm, peer, event, isSeeder, numWant]): Step => {
    return (twins) => twins.announce(swarm, peer, event, isSeeder, numWant);
  });
/** Enough for indexes, directories and their splits; in small memory also enough to fill it. */
const crowd = fc
  .tuple(swarmNumber, fc.nat(3000), fc.nat(900), fc.constantFrom<TrackerEvent>('none', 'stopped'))
  .map(([swarm, from, count, event]): Step => {
    return (twins) => {
      for (let i = 0; i < count; i++) twins.announce(swarm, from + i, event, i % 3 === 0, i % 9);
    };
  });
const flood = fc.tuple(fc.nat(4000), fc.nat(800)).map(([from, count]): Step => {
  return (twins) => {
    for (let i = 0; i < count; i++) twins.announce(100 + from + i, 4 * i, 'none', false, 0);
  };
});
const wait = fc.nat(40_000).map((ms): Step => {
  return (twins) => {
    twins.nowMs += ms;
  };
});
const oneTick = fc.constant<Step>((twins) => twins.store.tick(twins.nowMs));
const allTicks = fc.constant<Step>((twins) => twins.tick());
const longPause = fc.constant<Step>((twins) => {
  twins.nowMs += 100 * peerTimeoutMs;
  twins.tick();
});
const restore = fc.nat(20_000).map(
  (ms): Step =>
    (twins) =>
      twins.saveAndRestore(ms),
);

const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: announce },
    { weight: 4, arbitrary: crowd },
    { weight: 2, arbitrary: flood },
    { weight: 4, arbitrary: wait },
    { weight: 3, arbitrary: oneTick },
    { weight: 1, arbitrary: allTicks },
    { weight: 1, arbitrary: longPause },
    { weight: 1, arbitrary: restore },
  ),
  { minLength: 5, maxLength: 40 },
);

describe('the memory store equals a plain model', () => {
  const fixtures: readonly (readonly [string, Fixture, number])[] = [
    ['ample memory', { budgetBytes: 4096 * KiB, isShared: false, keepsPeerIds: false }, 25],
    ['peer ids, shared', { budgetBytes: 8192 * KiB, isShared: true, keepsPeerIds: true }, 15],
    ['little memory', { budgetBytes: 512 * KiB, isShared: false, keepsPeerIds: false }, 25],
    ['little memory, shared', { budgetBytes: 512 * KiB, isShared: true, keepsPeerIds: true }, 15],
    [
      'few peers allowed',
      { budgetBytes: 2048 * KiB, isShared: true, keepsPeerIds: false, maxPeers: 300 },
      15,
    ],
  ];
  for (const [name, fixture, numRuns] of fixtures) {
    test(name, () => {
      fc.assert(
        fc.property(steps, (all) => {
          const twins = new Twins(fixture);
          if (fixture.budgetBytes < 1024 * KiB || fixture.maxPeers !== undefined) {
            twins.hasEvicted = true;
          }
          for (const step of all) {
            step(twins);
            twins.check();
          }
          twins.nowMs += 3 * peerTimeoutMs;
          twins.tick();
          twins.tick();
          assert.deepEqual(twins.store.totals(), { swarms: 0, seeders: 0, leechers: 0 });
          twins.store.checkInvariants();
        }),
        { numRuns },
      );
    });
  }
});
