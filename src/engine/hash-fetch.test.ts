import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equalBytes } from '../base/bytes.ts';
import { hashes } from '../base/hashes-fixture.test.ts';
import { toHex } from '../base/hex.ts';
import { SeededRandom } from '../base/random.ts';
import {
  decodeHashes,
  decodeHashRange,
  encodeHashes,
  encodeHashRequest,
  type HashRange,
} from '../protocol/hash-message.ts';
import { isLayerOfRoot, merkleRoot, pieceLayerLevel } from '../protocol/merkle.ts';
import { isViolation } from '../protocol/violation.ts';
import { HashFetch } from './hash-fetch.ts';
import { HashServe } from './hash-serve.ts';

interface Asked {
  readonly peer: number;
  readonly range: HashRange;
}

/** Fetches from peers that all answer from one HashServe; the test says when and how. */
class Swarm {
  nowMs = 0;
  readonly layers = new Map<string, Uint8Array>();
  readonly asked: Asked[] = [];
  readonly liars: number[] = [];
  readonly results: ReadonlyMap<string, Uint8Array>[] = [];
  readonly fetch: HashFetch;
  readonly serve = new HashServe(hashes);

  constructor(pieceCounts: readonly number[], pieceLength = 65_536, seed = 1) {
    const random = new SeededRandom(seed);
    const missing = pieceCounts.map((pieceCount) => {
      const layer = Uint8Array.from({ length: pieceCount * 32 }, () => random.below(256));
      const piecesRoot = merkleRoot(layer, hashes, pieceLayerLevel(pieceLength));
      this.layers.set(toHex(piecesRoot), layer);
      return { piecesRoot, pieceCount };
    });
    this.serve.setLayers({ pieceLength, layers: this.layers });
    this.fetch = new HashFetch(missing, pieceLength, hashes, {
      request: (peer, range) => this.asked.push({ peer, range }),
      liar: (peer) => this.liars.push(peer),
      done: (layers) => this.results.push(layers),
    });
  }

  join(...peers: number[]): void {
    for (const peer of peers) this.fetch.addPeer(peer, this.nowMs);
  }

  take(peer?: number): Asked {
    const at = this.asked.findIndex((asked) => peer === undefined || asked.peer === peer);
    const [asked] = this.asked.splice(at, 1);
    assert.ok(at >= 0 && asked !== undefined, 'nothing is asked');
    return asked;
  }

  /** Answers over the wire; `forge` may change the hashes in place. */
  answer({ peer, range }: Asked, forge: (proven: Uint8Array) => void = () => {}): void {
    const request = decodeHashRange(encodeHashRequest(range).subarray(5));
    assert.ok(!isViolation(request));
    const proven = this.serve.onRequest(peer, request, this.nowMs);
    assert.ok(proven !== undefined);
    forge(proven);
    const reply = decodeHashes(encodeHashes(request, proven).subarray(5));
    assert.ok(!isViolation(reply));
    this.fetch.onHashes(peer, reply.range, reply.hashes, this.nowMs);
  }

  answerAll(): void {
    while (this.asked.length > 0) this.answer(this.take());
  }

  reject({ peer, range }: Asked): void {
    this.fetch.onReject(peer, range, this.nowMs);
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.fetch.tick(this.nowMs);
  }

  assertWhole(): void {
    assert.ok(this.fetch.isDone);
    assert.deepEqual(this.results, [this.layers]);
  }
}

test('layers of every size come whole, in ranges that BEP 52 allows', () => {
  const counts = [2, 3, 4, 5, 100, 511, 512, 513, 514, 1024, 1025, 1030, 1600, 2049];
  for (const pieceLength of [16_384, 65_536]) {
    const swarm = new Swarm(counts, pieceLength);
    swarm.join(1, 2, 3);
    for (const { range } of swarm.asked) {
      assert.ok(range.length >= 2 && range.length <= 512 && range.index % range.length === 0);
    }
    swarm.answerAll();
    swarm.assertWhole();
    for (const [root, layer] of swarm.results[0]!) {
      assert.ok(isLayerOfRoot(layer, Buffer.from(root, 'hex'), pieceLength, hashes));
    }
  }
});

test('random trees come whole from peers that answer in any order and refuse at times', () => {
  const sizes = fc.array(fc.integer({ min: 2, max: 1500 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(sizes, fc.nat(), (counts, seed) => {
      const swarm = new Swarm(counts, 32_768, seed);
      const random = new SeededRandom(seed);
      swarm.join(1, 2, 3);
      for (let step = 0; !swarm.fetch.isDone; step++) {
        assert.ok(step < 1000, 'it does not end');
        if (swarm.asked.length === 0) swarm.pass(5000);
        else {
          const [asked] = swarm.asked.splice(random.below(swarm.asked.length), 1);
          if (random.below(4) === 0) swarm.reject(asked!);
          else swarm.answer(asked!);
        }
      }
      swarm.assertWhole();
      assert.deepEqual(swarm.liars, []);
    }),
    { numRuns: 25 },
  );
});

test('every false hash is noticed, its sender named, and the truth taken from another', () => {
  const flips = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 700 }), flips, (count, [at, flip]) => {
      const swarm = new Swarm([count]);
      swarm.join(1);
      swarm.answer(swarm.take(), (proven) => {
        proven[at % proven.length]! ^= flip;
      });
      assert.deepEqual(swarm.liars, [1]);
      assert.equal(swarm.results.length, 0);
      swarm.asked.length = 0;
      swarm.join(2);
      swarm.answerAll();
      swarm.assertWhole();
    }),
    { numRuns: 40 },
  );
});

test('ranges are shared out, few at a time to each peer', () => {
  const swarm = new Swarm([512 * 20]);
  swarm.join(1, 2, 3);
  const count = (peer: number) => swarm.asked.filter((asked) => asked.peer === peer).length;
  assert.deepEqual([count(1), count(2), count(3)], [8, 8, 4]);
  assert.equal(new Set(swarm.asked.map(({ range }) => range.index)).size, 20);
  const gone = swarm.asked.filter(({ peer }) => peer === 1).map(({ range }) => range.index);
  swarm.asked.length = 0;
  swarm.fetch.onPeerGone(1, 0);
  // The third had room for four more.
  assert.deepEqual(
    swarm.asked.map(({ peer, range }) => [peer, range.index]),
    gone.slice(0, 4).map((index) => [3, index]),
  );
});

test('a refusal sends the range to another peer, and back only after a while', () => {
  const swarm = new Swarm([10]);
  swarm.join(1, 2);
  const first = swarm.take();
  swarm.reject(first);
  const second = swarm.take();
  assert.notEqual(second.peer, first.peer);
  swarm.reject(second);
  swarm.pass(1000);
  assert.equal(swarm.asked.length, 0);
  swarm.pass(10_000);
  assert.equal(swarm.asked.length, 1);
  swarm.answerAll();
  swarm.assertWhole();
});

test('a refusal of what was not asked changes nothing', () => {
  const swarm = new Swarm([10]);
  swarm.join(1, 2);
  const { range } = swarm.asked[0]!;
  swarm.reject({ peer: 2, range });
  swarm.reject({ peer: 9, range });
  swarm.reject({ peer: 1, range: { ...range, index: 512 } });
  assert.equal(swarm.asked.length, 1);
});

test('the ranges of a silent peer go to others, and its late answer still counts', () => {
  const swarm = new Swarm([512 * 3]);
  swarm.join(1);
  const late = [...swarm.asked];
  swarm.asked.length = 0;
  swarm.pass(9000);
  swarm.join(2);
  assert.equal(swarm.asked.length, 0);
  swarm.pass(1000);
  assert.deepEqual(
    swarm.asked.map(({ peer }) => peer),
    [2, 2, 2],
  );
  swarm.answer(late[0]!);
  swarm.answer(swarm.take(2));
  swarm.answerAll();
  swarm.assertWhole();
});

test('a peer that answers one range and owes others does not hold them for long', () => {
  const swarm = new Swarm([512 * 8]);
  swarm.join(1);
  swarm.pass(6000);
  swarm.answer(swarm.take());
  swarm.asked.length = 0;
  swarm.join(2);
  swarm.pass(4000);
  assert.equal(swarm.asked.filter(({ peer }) => peer === 2).length, 7);
});

test('hashes of no range that is missing are passed over', () => {
  const swarm = new Swarm([600]);
  swarm.join(1);
  const asked = swarm.take();
  const proven = swarm.serve.onRequest(1, asked.range, 0)!;
  const others: HashRange[] = [
    { ...asked.range, piecesRoot: new Uint8Array(32) },
    { ...asked.range, baseLayer: 1 },
    { ...asked.range, length: 256 },
    { ...asked.range, proofLayers: 0 },
    { ...asked.range, index: 256 },
  ];
  for (const range of others) swarm.fetch.onHashes(1, range, proven.slice(0, 64), 0);
  swarm.fetch.onHashes(7, asked.range, proven, 0);
  assert.deepEqual([swarm.liars, swarm.fetch.isDone], [[], false]);
  swarm.answer(asked);
  swarm.answer(asked);
  swarm.answerAll();
  swarm.assertWhole();
});

test('equal bytes in, equal bytes out: a result holds no view of a message', () => {
  const swarm = new Swarm([600]);
  swarm.join(1);
  while (swarm.asked.length > 0) {
    const { peer, range } = swarm.take();
    const proven = swarm.serve.onRequest(peer, range, 0)!;
    swarm.fetch.onHashes(peer, range, proven, 0);
    proven.fill(0);
  }
  const [[root, layer]] = [...swarm.results[0]!] as [[string, Uint8Array]];
  assert.ok(equalBytes(layer, swarm.layers.get(root)!));
});
