import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equalBytes } from '../base/bytes.ts';
import { SeededRandom } from '../base/random.ts';
import { MAX_METADATA_BYTES } from '../protocol/extension.ts';
import { METADATA_PIECE_BYTES } from '../protocol/metadata-exchange.ts';
import { MetadataFetch } from './metadata-fetch.ts';

class Swarm {
  nowMs = 0;
  readonly info: Uint8Array;
  readonly requests: { peer: number; piece: number }[] = [];
  readonly results: Uint8Array[] = [];
  readonly liars: number[] = [];
  readonly fetch: MetadataFetch;

  constructor(sizeBytes: number, seed = 1) {
    this.info = Uint8Array.from({ length: sizeBytes }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
    this.fetch = new MetadataFetch(
      {
        request: (peer, piece) => this.requests.push({ peer, piece }),
        done: (bytes) => this.results.push(bytes),
        liar: (peer) => this.liars.push(peer),
        verify: (bytes) => equalBytes(bytes, this.info),
      },
      new SeededRandom(seed),
    );
  }

  supports(...peers: number[]): void {
    for (const peer of peers) this.fetch.onPeerSupports(peer, this.info.length, this.nowMs);
  }

  piece(piece: number): Uint8Array {
    return this.info.slice(piece * METADATA_PIECE_BYTES, (piece + 1) * METADATA_PIECE_BYTES);
  }

  /** Answers the oldest request, truthfully or not. */
  answer(lies: (peer: number, piece: number) => boolean = () => false): void {
    const { peer, piece } = this.requests.shift()!;
    const bytes = this.piece(piece);
    if (lies(peer, piece)) bytes[0]! ^= 1;
    this.fetch.onData(peer, piece, this.info.length, bytes, this.nowMs);
  }

  answerAll(lies?: (peer: number, piece: number) => boolean): void {
    while (this.requests.length > 0 && !this.fetch.isDone) this.answer(lies);
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.fetch.tick(this.nowMs);
  }
}

const fivePieces = 4 * METADATA_PIECE_BYTES + 100;

test('pieces are asked from all peers, few from each, and the whole is handed over', () => {
  const swarm = new Swarm(12 * METADATA_PIECE_BYTES);
  swarm.supports(1, 2);
  assert.equal(swarm.requests.length, 8);
  assert.equal(swarm.requests.filter(({ peer }) => peer === 1).length, 4);
  assert.equal(new Set(swarm.requests.map(({ piece }) => piece)).size, 8);
  swarm.answer();
  assert.deepEqual(swarm.fetch.progress, {
    receivedBytes: METADATA_PIECE_BYTES,
    sizeBytes: 12 * METADATA_PIECE_BYTES,
  });
  swarm.answerAll();
  assert.deepEqual(swarm.results, [swarm.info]);
  assert.ok(swarm.fetch.isDone);
  assert.deepEqual(swarm.liars, []);
});

test('a size that no torrent has is refused', () => {
  const swarm = new Swarm(100);
  for (const size of [0, -1, 1.5, Number.NaN, MAX_METADATA_BYTES + 1, 2 ** 53]) {
    assert.equal(swarm.fetch.onPeerSupports(1, size, 0), false);
  }
  assert.equal(swarm.requests.length, 0);
});

test('a lone liar is named and the next peer is asked', () => {
  const swarm = new Swarm(fivePieces);
  swarm.supports(1);
  swarm.answerAll((_, piece) => piece === 2);
  assert.deepEqual(swarm.liars, [1]);
  swarm.supports(1);
  assert.equal(swarm.requests.length, 0);
  swarm.supports(2);
  swarm.answerAll();
  assert.equal(swarm.results.length, 1);
});

test('a liar among honest peers is found by fetching from one alone', () => {
  for (let seed = 0; seed < 10; seed++) {
    const swarm = new Swarm(fivePieces, seed);
    swarm.supports(1, 2, 3);
    swarm.answerAll((peer) => peer === 2);
    assert.deepEqual(swarm.results, [swarm.info]);
    assert.deepEqual(swarm.liars, [2]);
  }
});

test('a silent peer loses its requests to another', () => {
  const swarm = new Swarm(fivePieces);
  swarm.supports(1);
  const asked = swarm.requests.splice(0);
  assert.equal(asked.length, 4);
  swarm.pass(1000);
  swarm.supports(2);
  swarm.answerAll();
  assert.equal(swarm.results.length, 0);
  swarm.pass(15_000);
  swarm.answerAll();
  assert.equal(swarm.results.length, 1);
  assert.deepEqual(swarm.liars, []);
});

test('a peer that rejects rests, and is asked again later', () => {
  const swarm = new Swarm(100);
  swarm.supports(1);
  const { peer, piece } = swarm.requests.shift()!;
  swarm.fetch.onReject(peer, piece, 0);
  swarm.pass(29_000);
  assert.equal(swarm.requests.length, 0);
  swarm.pass(1000);
  swarm.answerAll();
  assert.equal(swarm.results.length, 1);
});

test('what a leaving peer was asked goes to the others', () => {
  const swarm = new Swarm(fivePieces);
  swarm.supports(1, 2);
  swarm.fetch.onPeerGone(1);
  swarm.requests.splice(0, swarm.requests.length, ...swarm.requests.filter((r) => r.peer === 2));
  swarm.answerAll();
  assert.equal(swarm.results.length, 1);
});

test('what was not asked for, or does not fit, is ignored', () => {
  const swarm = new Swarm(fivePieces);
  swarm.supports(1, 2);
  const size = swarm.info.length;
  swarm.fetch.onData(3, 0, size, swarm.piece(0), 0);
  swarm.fetch.onData(2, 99, size, swarm.piece(0), 0);
  swarm.fetch.onReject(3, 0, 0);
  assert.equal(swarm.fetch.progress?.receivedBytes, 0);
  const first = swarm.requests.shift()!;
  swarm.fetch.onData(first.peer, first.piece, size, new Uint8Array(5), 0);
  assert.equal(swarm.fetch.progress?.receivedBytes, 0);
  swarm.requests.splice(0, swarm.requests.length, ...swarm.requests.filter((r) => r.peer === 2));
  const second = swarm.requests[0]!;
  swarm.fetch.onData(second.peer, second.piece, size + 1, swarm.piece(second.piece), 0);
  assert.equal(swarm.fetch.progress, undefined, 'both contradicted themselves');
});

test('many false sizes delay nobody who tells the truth', () => {
  const swarm = new Swarm(fivePieces);
  for (let peer = 10; peer < 20; peer++) {
    swarm.fetch.onPeerSupports(peer, MAX_METADATA_BYTES - peer, 0);
  }
  swarm.supports(1);
  for (let i = 0; i < 200 && !swarm.fetch.isDone; i++) {
    const ours = swarm.requests.filter(({ peer }) => peer === 1);
    swarm.requests.length = 0;
    for (const { piece } of ours) {
      swarm.fetch.onData(1, piece, fivePieces, swarm.piece(piece), swarm.nowMs);
    }
    swarm.pass(1000);
  }
  assert.ok(swarm.fetch.isDone);
  assert.ok(swarm.nowMs < 60_000, `${swarm.nowMs}`);
});

test('after a mismatch, whoever was silent before is asked last', () => {
  for (let seed = 0; seed < 10; seed++) {
    const swarm = new Swarm(3 * METADATA_PIECE_BYTES, seed);
    swarm.supports(1, 2, 3, 4);
    // Peer 1 lies about one piece; 2 and 3 never answer.
    const answers = (peer: number) => peer === 1 || peer === 4;
    for (let i = 0; i < 120 && !swarm.fetch.isDone; i++) {
      for (const { peer, piece } of swarm.requests.splice(0)) {
        if (!answers(peer)) continue;
        const bytes = swarm.piece(piece);
        if (peer === 1) bytes[0]! ^= 1;
        swarm.fetch.onData(peer, piece, swarm.info.length, bytes, swarm.nowMs);
      }
      swarm.pass(1000);
    }
    assert.ok(swarm.fetch.isDone, `seed ${seed}`);
    assert.deepEqual(swarm.liars, [1]);
  }
});

test('whatever peers do, honest ones are never named and one of them is enough', () => {
  const step = fc.record({
    kind: fc.constantFrom('join', 'leave', 'answer', 'reject', 'pass', 'garbage'),
    peer: fc.nat(5),
    number: fc.nat(20_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.nat(), (steps, seed) => {
      const swarm = new Swarm(3 * METADATA_PIECE_BYTES + 1, seed);
      const isLiar = (peer: number) => peer <= 2;
      for (const { kind, peer, number } of steps) {
        const request = swarm.requests[number % Math.max(1, swarm.requests.length)];
        if (kind === 'join') {
          const lie = isLiar(peer) && number % 3 === 0;
          swarm.fetch.onPeerSupports(peer, lie ? number + 1 : swarm.info.length, swarm.nowMs);
        }
        if (kind === 'leave') swarm.fetch.onPeerGone(peer);
        if (kind === 'pass') swarm.pass(number);
        if (kind === 'garbage') {
          swarm.fetch.onData(0, number % 5, swarm.info.length, new Uint8Array(number), swarm.nowMs);
        }
        if (request === undefined) continue;
        if (kind === 'reject') swarm.fetch.onReject(request.peer, request.piece, swarm.nowMs);
        if (kind === 'answer') {
          swarm.requests.splice(swarm.requests.indexOf(request), 1);
          const bytes = swarm.piece(request.piece);
          if (isLiar(request.peer) && number % 2 === 0) bytes.fill(0xee);
          swarm.fetch.onData(request.peer, request.piece, swarm.info.length, bytes, swarm.nowMs);
        }
      }
      for (let i = 0; i < 400 && !swarm.fetch.isDone; i++) {
        swarm.supports(9);
        for (const { peer, piece } of swarm.requests.splice(0)) {
          if (peer !== 9) continue;
          swarm.fetch.onData(9, piece, swarm.info.length, swarm.piece(piece), swarm.nowMs);
        }
        swarm.pass(1000);
      }
      assert.ok(swarm.fetch.isDone);
      assert.deepEqual(swarm.results, [swarm.info]);
      for (const peer of swarm.liars) assert.ok(isLiar(peer), `honest peer ${peer} was named`);
    }),
    { numRuns: 100 },
  );
});
