import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wire from '../protocol/peer-wire-encoder.ts';
import { EngineRig } from './engine-fixture.test.ts';
import type { FakeLink } from './fake-ports.test.ts';

const everything = [0, 1, 2, 3];

function crowd(rig: EngineRig, count: number, network: string): FakeLink[] {
  return Array.from({ length: count }, (_, i) => {
    const link = rig.incoming({ host: `${network}.${i + 1}` });
    link.hear(wire.encodeInterested());
    return link;
  });
}

/** Links whose last word on it is that they are unchoked. */
function unchokedOf(links: readonly FakeLink[], before = new Set<FakeLink>()): Set<FakeLink> {
  const unchoked = new Set(before);
  for (const link of links) {
    for (const line of link.said()) {
      if (line === 'unchoke') unchoked.add(link);
      if (line === 'choke') unchoked.delete(link);
    }
  }
  return unchoked;
}

test('an empty slot is given away at once', () => {
  const rig = new EngineRig({ start: everything, upLimit: 100_000 });
  const link = rig.incoming({ host: '8.8.8.8' });
  link.said();
  link.hear(wire.encodeInterested());
  assert.ok(link.said().includes('unchoke'));
});

test('no more are unchoked than there are slots, and everybody has a turn', () => {
  const rig = new EngineRig({ start: everything, upLimit: 100_000 });
  const links = crowd(rig, 40, '8.8.8');
  let unchoked = unchokedOf(links);
  const slots = unchoked.size;
  assert.ok(slots >= 2 && slots < 20, `${slots}`);
  const served = new Set(unchoked);
  for (let minute = 0; minute < 90; minute++) {
    for (const link of links) link.hear(wire.encodeKeepAlive());
    rig.pass(60_000);
    unchoked = unchokedOf(links, unchoked);
    assert.ok(unchoked.size <= slots, `${unchoked.size} of ${slots}`);
    for (const link of unchoked) served.add(link);
  }
  assert.equal(served.size, links.length);
});

test('peers of the same network need no slot while the upload is unlimited', () => {
  const rig = new EngineRig({ start: everything });
  assert.equal(unchokedOf(crowd(rig, 40, '192.168.1')).size, 40);
});

test('who leaves or loses interest makes room for another', () => {
  const rig = new EngineRig({ start: everything, upLimit: 100_000 });
  const links = crowd(rig, 20, '8.8.8');
  let unchoked = unchokedOf(links);
  const [gone, bored] = [...unchoked];
  gone!.sink!.onClosed('reset');
  bored!.hear(wire.encodeNotInterested());
  rig.pass(1000);
  const before = new Set(unchoked);
  unchoked = unchokedOf(links, unchoked);
  assert.ok([...unchoked].some((link) => !before.has(link)));
});

test('who has nothing to serve unchokes nobody, until there is something', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const link = rig.incoming();
  link.hear(wire.encodeInterested());
  rig.pass(30_000);
  assert.ok(!link.said().includes('unchoke'));
  const seed = rig.seeder();
  rig.answer(seed, seed.said());
  rig.storage.finishWrite(0);
  rig.pass(1000);
  assert.ok(link.said().includes('unchoke'));
});
