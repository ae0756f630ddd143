import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METADATA_PIECE_BYTES } from '../protocol/metadata-exchange.ts';
import { MetadataServe } from './metadata-serve.ts';

test('every piece is served, the last one short, and nothing beyond', () => {
  const serve = new MetadataServe();
  assert.equal(serve.onRequest(1, 0, 0), undefined);
  serve.setInfo(new Uint8Array(METADATA_PIECE_BYTES + 5));
  assert.equal(serve.sizeBytes, METADATA_PIECE_BYTES + 5);
  assert.equal(serve.onRequest(1, 0, 0)?.length, METADATA_PIECE_BYTES);
  assert.equal(serve.onRequest(1, 1, 0)?.length, 5);
  for (const piece of [2, -1, 0.5, 2 ** 53, Number.NaN]) {
    assert.equal(serve.onRequest(1, piece, 0), undefined);
  }
});

test('a peer that asks on and on is slowed down, others are not', () => {
  const serve = new MetadataServe();
  serve.setInfo(new Uint8Array(4 * METADATA_PIECE_BYTES));
  let served = 0;
  for (let i = 0; i < 100; i++) if (serve.onRequest(1, i % 4, 0) !== undefined) served++;
  assert.equal(served, 8);
  assert.ok(serve.onRequest(2, 0, 0) !== undefined);
  assert.ok(serve.onRequest(1, 0, 1000) !== undefined);
  assert.equal(serve.onRequest(1, 0, 1000), undefined);
  serve.onPeerGone(1);
  assert.ok(serve.onRequest(1, 0, 1000) !== undefined);
});
