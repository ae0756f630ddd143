import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeUint32 } from '../base/bytes.ts';
import { SeededRandom } from '../base/random.ts';
import { MemorySwarmStore } from './memory-swarm-store.ts';
import { headBytes, maxChunkBytes, swarmsChunk } from './snapshot-format.ts';

function emptyStore(): MemorySwarmStore {
  const random = new SeededRandom(1);
  return new MemorySwarmStore({ random, peerTimeoutMs: 3_600_000, budgetBytes: 2 ** 20 });
}

/** A right head, then a chunk that says it is so long, then as many bytes. */
function fileWithChunk(declaredBytes: number, followingBytes: number): Uint8Array {
  const [whole] = [...emptyStore().snapshot(0)];
  const file = new Uint8Array(headBytes + 8 + followingBytes);
  file.set(whole!.subarray(0, headBytes));
  writeUint32(file, headBytes, ((swarmsChunk << 24) | declaredBytes) >>> 0);
  return file;
}

test('a chunk that declares more than any chunk holds is refused at its head', () => {
  for (const declaredBytes of [maxChunkBytes - 11, maxChunkBytes + 1, 0xff_ffff]) {
    for (const step of [1000, 2 * maxChunkBytes]) {
      const file = fileWithChunk(declaredBytes, 2 * maxChunkBytes);
      const restorer = emptyStore().restorer(0, 0);
      let taken = 0;
      for (; taken < file.length; taken += step) {
        if (!restorer.push(file.subarray(taken, taken + step))) break;
      }
      assert.ok(taken < 1000, `${taken} bytes were taken`);
      assert.match(restorer.end().problem ?? '', /damaged from part 1 on/);
    }
  }
});

test('a chunk of the largest size is held whole before it is judged', () => {
  const restorer = emptyStore().restorer(0, 0);
  const file = fileWithChunk(maxChunkBytes - 12, maxChunkBytes);
  assert.ok(restorer.push(file.subarray(0, headBytes + maxChunkBytes - 1)));
  assert.ok(!restorer.push(file.subarray(headBytes + maxChunkBytes - 1)));
  assert.match(restorer.end().problem ?? '', /damaged from part 1 on/);
});
