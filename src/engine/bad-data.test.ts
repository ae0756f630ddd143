import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '../base/random.ts';
import { BadData } from './bad-data.ts';
import { blockBytes, Layout } from './layout.ts';

/** Ten pieces of four blocks; the last has one and a half. */
const layout = new Layout(
  4 * blockBytes,
  [{ offsetBytes: 0, lengthBytes: 37.5 * blockBytes }],
  false,
);

/** One digest per block; equal numbers are equal contents. */
function digests(...contents: number[]): Uint8Array {
  const bytes = new Uint8Array(contents.length * 20);
  contents.forEach((content, block) => {
    bytes.fill(content, block * 20, (block + 1) * 20);
  });
  return bytes;
}

function send(data: BadData, piece: number, ...peers: number[]): void {
  peers.forEach((peer, block) => {
    data.recordSender(piece, block, peer);
  });
}

test('a piece wholly from one peer that fails condemns it at once', () => {
  const data = new BadData(layout);
  send(data, 0, 7, 7, 7, 7);
  assert.deepEqual(data.onCorrupt(0, digests(1, 2, 9, 4)), { ban: [7], refetchFrom: 'single' });
});

test('among several senders the refetch tells who lied', () => {
  const data = new BadData(layout);
  send(data, 0, 1, 2, 3, 1);
  assert.ok(!data.wantsDigests(0));
  assert.deepEqual(data.onCorrupt(0, digests(1, 99, 3, 4)).ban, []);
  assert.ok(data.wantsDigests(0) && data.isSuspect(0));
  send(data, 0, 3, 3, 3, 3);
  assert.deepEqual(data.onVerified(0, digests(1, 2, 3, 4)), { ban: [2] });
  assert.ok(!data.isSuspect(0));
  assert.equal(data.suspectBytes, 0);
});

test('a corrupt refetch condemns the refetcher, and the first attempt is still resolved', () => {
  const data = new BadData(layout);
  send(data, 0, 1, 2, 2, 1);
  data.onCorrupt(0, digests(1, 99, 3, 4));
  send(data, 0, 5, 5, 5, 5);
  assert.deepEqual(data.onCorrupt(0, digests(1, 2, 3, 98)).ban, [5]);
  send(data, 0, 1, 1, 1, 1);
  assert.deepEqual([...data.onVerified(0, digests(1, 2, 3, 4)).ban].sort(), [2, 5]);
});

test('a piece that came partly from the disk condemns nobody', () => {
  const data = new BadData(layout);
  data.recordSender(0, 0, 4);
  assert.deepEqual(data.onCorrupt(0, digests(1, 99, 3, 4)).ban, []);
  send(data, 0, 4, 4, 4, 4);
  assert.deepEqual(data.onVerified(0, digests(1, 2, 3, 4)).ban, []);
});

test('the short last piece has its own number of blocks', () => {
  const data = new BadData(layout);
  send(data, 9, 3, 3);
  assert.deepEqual(data.onCorrupt(9, digests(1, 2)).ban, [3]);
  assert.throws(() => data.recordSender(9, 2, 3));
  assert.throws(() => data.onCorrupt(9, digests(1)));
});

test('arrays that are used again carry no old senders', () => {
  const data = new BadData(layout);
  send(data, 0, 1, 1, 1, 1);
  data.onVerified(0, undefined);
  data.recordSender(1, 0, 1);
  assert.deepEqual(data.onCorrupt(1, digests(9, 9, 9, 9)).ban, []);
  send(data, 2, 1, 1, 1, 1);
  data.onAbandoned(2);
  data.recordSender(2, 0, 1);
  assert.deepEqual(data.onCorrupt(2, digests(9, 9, 9, 9)).ban, []);
});

test('a forgotten id is innocent', () => {
  const data = new BadData(layout);
  send(data, 0, 1, 2, 1, 2);
  data.onCorrupt(0, digests(1, 99, 3, 4));
  data.forgetPeer(2);
  send(data, 0, 1, 1, 1, 1);
  assert.deepEqual(data.onVerified(0, digests(1, 2, 3, 4)).ban, []);
  assert.equal(data.trustOf(2), 0);
});

test('trust orders who refetches and never condemns', () => {
  const data = new BadData(layout);
  for (let piece = 0; piece < 9; piece++) {
    send(data, piece, 1, 1, 1, 1);
    data.onVerified(piece, undefined);
  }
  assert.equal(data.trustOf(1), 8);
  for (let i = 0; i < 10; i++) {
    send(data, 0, 1, 2, 3, 3);
    assert.deepEqual(data.onCorrupt(0, digests(1, 2, 3, 4)).ban, []);
  }
  assert.equal(data.trustOf(2), -8);
  assert.ok(data.trustOf(1) < 8);
});

test('memory for suspects is bounded, the oldest go first', () => {
  const data = new BadData(layout, { suspectPieces: 3, attemptsPerPiece: 2 });
  for (let piece = 0; piece < 5; piece++) {
    send(data, piece, 1, 2, 1, 2);
    data.onCorrupt(piece, digests(9, 9, 9, 9));
  }
  assert.equal(data.suspectCount, 3);
  assert.ok(!data.isSuspect(1) && data.isSuspect(2));
  for (let i = 0; i < 5; i++) data.onCorrupt(4, digests(9, 9, 9, 9));
  assert.equal(data.suspectBytes, (1 + 1 + 2) * 4 * 24);
  const tiny = new BadData(layout, { suspectBytes: 100 });
  send(tiny, 0, 1, 2, 1, 2);
  tiny.onCorrupt(0, digests(9, 9, 9, 9));
  tiny.onCorrupt(1, digests(9, 9, 9, 9));
  assert.equal(tiny.suspectCount, 1);
});

test('liars are found, honest peers are never named, and the download ends', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 3 }), (seed, liarCount) => {
      const random = new SeededRandom(seed);
      const data = new BadData(layout);
      const banned = new Set<number>();
      const isLiar = (peer: number) => peer < liarCount;
      const alive = () => [0, 1, 2, 3, 4, 5].filter((peer) => !banned.has(peer));
      for (let piece = 0; piece < 9; piece++) {
        for (let attempt = 0; ; attempt++) {
          assert.ok(attempt < 20, 'the piece never completes');
          const peers = alive();
          const sole = peers[random.below(peers.length)]!;
          const senders = [0, 1, 2, 3].map(() =>
            data.isSuspect(piece) ? sole : peers[random.below(peers.length)]!,
          );
          const contents = senders.map((peer, block) =>
            isLiar(peer) && random.next() < 0.5 ? 200 + peer : block,
          );
          send(data, piece, ...senders);
          const good = contents.every((content, block) => content === block);
          const verdict = good
            ? data.onVerified(piece, data.wantsDigests(piece) ? digests(...contents) : undefined)
            : data.onCorrupt(piece, digests(...contents));
          for (const peer of verdict.ban) {
            assert.ok(isLiar(peer), `honest peer ${peer} was named`);
            banned.add(peer);
          }
          if (good) break;
        }
      }
    }),
    { numRuns: 60 },
  );
});
