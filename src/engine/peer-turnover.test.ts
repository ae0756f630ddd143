import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leastUseful, type TurnoverPeer } from './peer-turnover.ts';

function peer(traits: Partial<TurnoverPeer>): TurnoverPeer {
  return {
    connectedAtMs: 0,
    amInterested: false,
    peerInterested: false,
    snubbed: false,
    down: { totalBytes: 0 },
    ...traits,
  };
}

test('the oldest of those who have nothing for each other gives way', () => {
  const older = peer({ connectedAtMs: 1000 });
  const newer = peer({ connectedAtMs: 2000 });
  assert.equal(leastUseful([newer, older], 60_000), older);
});

test('who is wanted, wants something, or has just come stays', () => {
  const peers = [
    peer({ amInterested: true }),
    peer({ peerInterested: true }),
    peer({ connectedAtMs: 50_000 }),
    peer({ amInterested: true, snubbed: true, down: { totalBytes: 16_384 } }),
  ];
  assert.equal(leastUseful(peers, 60_000), undefined);
});

test('who never gave what it was asked for gives way', () => {
  const staller = peer({ amInterested: true, snubbed: true });
  assert.equal(leastUseful([staller], 120_000), staller);
});
