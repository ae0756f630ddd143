import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bitfield } from '../base/bitfield.ts';
import {
  blocksPerPiece,
  layout,
  Model,
  ModelPeer,
  pieceCount,
} from './piece-picker-model-fixture.test.ts';

const rates = [0, 1, 1000, 20_000, 1e6];

/** Pieces that count as opened by rarity: missing, had by the peer, with memory to spare. */
function checkRarest(model: Model, peer: ModelPeer, opened: number, openBefore: number): void {
  const verified = model.states.filter((state) => state === 'verified').length;
  const special = model.streaming || peer.suggested.length > 0 || verified + openBefore < 4;
  if (special || peer.allowedFast !== undefined) return;
  for (let other = 0; other < pieceCount; other++) {
    if (model.states[other] !== 'missing' || !peer.have.has(other)) continue;
    const gain = model.priorities[other]! - model.priorities[opened]!;
    assert.ok(gain <= 0, `${other} has a higher priority than ${opened}`);
    if (gain < 0) continue;
    const isBefore = model.sequential
      ? other < opened
      : model.availability(other) < model.availability(opened);
    assert.ok(!isBefore, `${other} comes before ${opened}`);
  }
}

function pick(model: Model, peer: ModelPeer, count: number): void {
  const out = new Uint32Array(2 * count);
  const openBefore = new Set(model.inMemory);
  const statesBefore = model.states.slice();
  const picked = model.picker.pick(peer, count, out);
  let duplicating = false;
  for (let i = 0; i < picked; i++) {
    const piece = out[2 * i]!;
    const key = piece * blocksPerPiece + out[2 * i + 1]!;
    model.trace.push(`${piece}:${out[2 * i + 1]}`);
    assert.ok(peer.have.has(piece) && model.isNeeded(piece) && !model.received.has(key));
    assert.ok(!peer.outstanding.has(key), 'never twice from one peer');
    assert.ok(model.inMemory.has(piece));
    if (peer.allowedFast !== undefined) assert.ok(peer.allowedFast.has(piece));
    if (model.isFree(key)) {
      assert.ok(!duplicating, 'free blocks come first');
      const lowest = model.keys(piece).find((other) => model.isFree(other));
      assert.equal(key, lowest, 'blocks ascend');
    } else {
      duplicating = true;
      assert.ok(model.copies(key) < 3, 'three copies at most');
    }
    const isOpened = !openBefore.has(piece) && statesBefore[piece] === 'missing';
    if (i === 0 && isOpened) checkRarest(model, peer, piece, openBefore.size);
    peer.outstanding.add(key);
    model.states[piece] = 'partial';
  }
  if (picked === count) return;
  for (let piece = 0; piece < pieceCount; piece++) {
    const isOpen = model.inMemory.has(piece);
    if (!model.hasFree(piece) || !peer.have.has(piece)) continue;
    if (peer.allowedFast !== undefined && !peer.allowedFast.has(piece)) continue;
    if (!isOpen && model.inMemory.size >= model.room) continue;
    assert.ok(isOpen && model.restricted.has(piece), `free blocks of ${piece} were not taken`);
  }
}

function receive(model: Model, peer: ModelPeer): void {
  const keys = [...peer.outstanding];
  if (keys.length === 0) return;
  const key = keys[model.below(keys.length)]!;
  const piece = Math.floor(key / blocksPerPiece);
  peer.outstanding.delete(key);
  const result = model.picker.onBlockReceived(piece, key % blocksPerPiece);
  assert.equal(result, model.received.has(key) ? 'duplicate' : 'accepted');
  model.received.add(key);
  if (model.keys(piece).every((other) => model.received.has(other))) {
    model.states[piece] = 'unverified';
  }
}

function park(model: Model, piece: number): void {
  const blocks = model.picker.parkPiece(piece);
  const busy = model.keys(piece).some((key) => model.copies(key) > 0 && !model.received.has(key));
  const parkable = model.inMemory.has(piece) && model.states[piece] === 'partial' && !busy;
  assert.equal(blocks !== undefined, parkable);
  if (blocks === undefined) return;
  model.inMemory.delete(piece);
  // Copies of received blocks are still on the way; the picker need not hear of them again.
  for (const key of model.keys(piece)) for (const p of model.peers) p.outstanding.delete(key);
  if (!blocks.includes(1)) model.states[piece] = 'missing';
}

function conclude(model: Model, piece: number): void {
  if (model.states[piece] === 'unverified' && model.below(2) === 0) {
    model.picker.onPieceVerified(piece);
    model.conclude(piece, 'verified');
  } else if (model.states[piece] !== 'verified') {
    model.picker.onPieceCorrupt(piece);
    model.conclude(piece, 'missing');
    if (model.below(2) === 0) {
      model.picker.restrictToOnePeer(piece);
      model.restricted.add(piece);
    }
  } else if (model.below(3) === 0) {
    model.picker.markMissing(piece);
    model.conclude(piece, 'missing');
  }
}

function verify(model: Model): void {
  const piece = model.states.indexOf('unverified');
  if (piece < 0) return;
  model.picker.onPieceVerified(piece);
  model.conclude(piece, 'verified');
}

function join(model: Model): void {
  if (model.peers.length >= 6) return;
  const have = new Bitfield(pieceCount);
  const kind = model.below(4);
  for (let piece = 0; piece < pieceCount; piece++) {
    if (kind === 3 || model.below(4) <= kind) have.set(piece);
  }
  const peer = new ModelPeer(have);
  peer.rateBytesPerSecond = rates[model.below(rates.length)]!;
  model.peers.push(peer);
  model.picker.addPeer(peer);
}

function releaseAll(model: Model, peer: ModelPeer): void {
  for (const key of [...peer.outstanding]) model.release(peer, key);
}

const operations: Record<string, (model: Model) => void> = {
  join,
  leave(model) {
    const peer = model.peer();
    if (peer === undefined) return;
    releaseAll(model, peer);
    model.peers.splice(model.peers.indexOf(peer), 1);
    model.picker.removePeer(peer);
  },
  choke(model) {
    const peer = model.peer();
    if (peer === undefined) return;
    releaseAll(model, peer);
    model.picker.releasePeer(peer);
    peer.allowedFast =
      peer.allowedFast === undefined ? new Set([model.below(pieceCount)]) : undefined;
  },
  have(model) {
    const peer = model.peer();
    const piece = model.below(pieceCount);
    if (peer?.have.set(piece)) model.picker.peerGotPiece(peer, piece);
  },
  pick(model) {
    const peer = model.peer();
    if (peer !== undefined) pick(model, peer, 1 + model.below(5));
  },
  receive(model) {
    const peer = model.peer();
    if (peer !== undefined) receive(model, peer);
  },
  release(model) {
    const peer = model.peer();
    const [key] = peer?.outstanding ?? [];
    if (peer !== undefined && key !== undefined) model.release(peer, key);
  },
  conclude(model) {
    conclude(model, model.below(pieceCount));
  },
  verify,
  priority(model) {
    const piece = model.below(pieceCount);
    model.priorities[piece] = [0, 1, 4, 4, 7][model.below(5)]!;
    model.picker.setPiecePriority(piece, model.priorities[piece]!);
  },
  park(model) {
    park(model, model.below(pieceCount));
  },
  restore(model) {
    const piece = model.below(pieceCount);
    if (model.states[piece] !== 'missing') return;
    const key = model.keys(piece)[0]!;
    const blocks = new Uint8Array(layout.blockCount(piece));
    blocks[0] = 1;
    if (blocks.length < 2) return;
    model.received.add(key);
    model.states[piece] = 'partial';
    model.picker.restorePartial(piece, blocks);
  },
  memory(model) {
    model.room = model.below(8);
  },
  rate(model) {
    const peer = model.peer();
    if (peer !== undefined) peer.rateBytesPerSecond = rates[model.below(rates.length)]!;
  },
  suggest(model) {
    const peer = model.peer();
    if (peer === undefined) return;
    peer.suggested = model.below(2) === 0 ? [] : [model.below(pieceCount)];
  },
  order(model) {
    model.sequential = model.below(2) === 0;
    model.picker.setSequential(model.sequential);
  },
  stream(model) {
    model.streaming = model.below(2) === 0;
    const first = model.below(pieceCount);
    if (model.streaming)
      model.picker.setDeadlines([{ first, last: Math.min(pieceCount - 1, first + 2) }]);
    else model.picker.setDeadlines([]);
  },
};

const frequent = [
  'pick',
  'pick',
  'pick',
  'receive',
  'receive',
  'receive',
  'have',
  'join',
  'verify',
];
const names = fc.constantFrom(...frequent, ...frequent, ...Object.keys(operations));

function run(seed: number, steps: readonly string[]): Model {
  const model = new Model(seed);
  for (const name of ['join', 'join', ...steps]) {
    model.trace.push(name);
    operations[name]!(model);
    model.check();
  }
  return model;
}

test('agrees with a naive model after every operation', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(names, { minLength: 20, maxLength: 150, size: 'max' }),
      (seed, steps) => {
        run(seed, steps);
      },
    ),
    { numRuns: 120 },
  );
});

test('is the same run for the same seed', () => {
  const steps = fc.sample(names, { seed: 7, numRuns: 300 });
  assert.deepEqual(run(42, steps).trace, run(42, steps).trace);
  assert.notDeepEqual(run(42, steps).trace, run(43, steps).trace);
});

test('a download with picks and receipts alone comes to its end', () => {
  for (let seed = 0; seed < 10; seed++) {
    const model = run(seed, []);
    model.room = 2;
    const all = new ModelPeer(Bitfield.full(pieceCount));
    model.peers.push(all);
    model.picker.addPeer(all);
    for (let step = 0; step < 400 && model.picker.missingWantedCount > 0; step++) {
      for (const peer of model.peers) {
        pick(model, peer, 2);
        receive(model, peer);
      }
      verify(model);
      model.check();
    }
    assert.equal(model.picker.verified.isFull, true);
  }
});
