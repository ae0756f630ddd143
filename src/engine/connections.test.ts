import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineRig, ownPeerId } from './engine-fixture.test.ts';
import type { FakeLink } from './fake-ports.test.ts';

const own = String.fromCharCode(...ownPeerId);
/** Peer ids that compare as less and as greater than ours. */
const lesser = '-AA0000-000000000001';
const greater = '-ZZ0000-000000000001';

test('of two links at once, both sides keep the one that the greater peer id opened', () => {
  for (const [peerId, keepsOutgoing] of [
    [lesser, true],
    [greater, false],
  ] as const) {
    for (const outgoingFirst of [true, false]) {
      const rig = new EngineRig();
      const host = '10.0.0.1';
      const open = (out: boolean): FakeLink =>
        out ? rig.outgoing({ peerId, host }) : rig.incoming({ peerId, host });
      const first = open(outgoingFirst);
      const second = open(!outgoingFirst);
      const [outgoing, incoming] = outgoingFirst ? [first, second] : [second, first];
      assert.equal(outgoing.closed, !keepsOutgoing, `${peerId}, outgoing first ${outgoingFirst}`);
      assert.equal(incoming.closed, keepsOutgoing);
      assert.equal(rig.torrent.connections.size, 1);
    }
  }
});

test('a second link of the same direction is refused', () => {
  const rig = new EngineRig();
  const first = rig.incoming({ peerId: greater });
  assert.equal(rig.incoming({ peerId: greater }).closed, true);
  assert.equal(first.closed, false);
});

test('nobody ends an old link by claiming its peer id', () => {
  const rig = new EngineRig();
  const honest = rig.outgoing({ peerId: greater });
  rig.pass(61_000);
  const liar = rig.incoming({ peerId: greater, host: '66.6.6.6' });
  assert.equal(honest.closed, false);
  assert.equal(liar.closed, true);
});

test('a link to ourselves ends, and its address is not dialled again', () => {
  const rig = new EngineRig();
  const link = rig.outgoing({ peerId: own, host: '10.9.9.9' });
  assert.equal(link.closed, true);
  assert.equal(rig.torrent.connections.size, 0);
  assert.equal(rig.torrent.book.get(link.remote), undefined);
  rig.torrent.addCandidates([link.remote], 'tracker');
  assert.equal(rig.torrent.book.get(link.remote), undefined);
  assert.equal(rig.incoming({ peerId: own }).closed, true);
});

test('a banned host is turned away, also when it comes by itself', () => {
  const rig = new EngineRig();
  rig.torrent.book.ban({ host: '10.6.6.6', port: 1 }, 'a test');
  assert.equal(rig.incoming({ host: '10.6.6.6' }).closed, true);
  rig.torrent.addCandidates([{ host: '10.6.6.6', port: 6881 }], 'tracker');
  rig.torrent.connections.dialMore(rig.nowMs);
  assert.equal(rig.dials.length, 0);
});

test('one address of the internet does not take all places, one of our own network may', () => {
  for (const [host, most] of [
    ['8.8.8.8', 5],
    ['192.168.1.7', 20],
  ] as const) {
    const rig = new EngineRig({ maxPeersPerTorrent: 20 });
    const links = Array.from({ length: 22 }, () => rig.incoming({ host }));
    assert.equal(links.filter(({ closed }) => !closed).length, most);
  }
});

test('each link and each dial holds one place of the whole client, and gives it back', () => {
  const rig = new EngineRig({ maxPeers: 3 });
  const first = rig.incoming();
  rig.incoming();
  rig.torrent.addCandidates(
    ['10.1.0.1', '10.1.0.2'].map((host) => ({ host, port: 6881 })),
    'tracker',
  );
  rig.torrent.connections.dialMore(rig.nowMs);
  assert.equal(rig.dials.length, 1, 'the third place');
  assert.equal(rig.incoming().closed, true, 'no place is left');
  rig.dials[0]!.sink.onDialFailed('refused');
  first.sink!.onClosed('reset');
  rig.torrent.connections.dialMore(rig.nowMs);
  assert.equal(rig.dials.length, 2);
  assert.equal(rig.incoming().closed, false, 'the place of the dial that failed');
  assert.equal(rig.incoming().closed, true);
});

test('a full torrent lets somebody of no use go for somebody new, now and then', () => {
  const rig = new EngineRig({ maxPeersPerTorrent: 1, start: [0, 1, 2, 3] });
  const idle = rig.incoming();
  assert.equal(rig.incoming().closed, true, 'it has just come');
  rig.pass(30_000);
  const newcomer = rig.incoming();
  assert.deepEqual([idle.closed, newcomer.closed], [true, false]);
});

test('leaving ends links and calls dials off', () => {
  const rig = new EngineRig({ maxPeers: 2 });
  const link = rig.incoming();
  rig.torrent.addCandidates([{ host: '10.1.0.1', port: 6881 }], 'tracker');
  rig.torrent.connections.dialMore(rig.nowMs);
  rig.torrent.connections.closeAll('the end');
  assert.equal(link.closed, true);
  assert.equal(rig.dials[0]!.cancelled, true);
  assert.equal(rig.incoming().closed, true, 'nobody is let in any more');
});

test('givers are counted by peer id, also once they are gone', () => {
  const rig = new EngineRig({ pieceCount: 1 });
  const link = rig.seeder({ peerId: greater });
  rig.answer(link, link.said());
  assert.equal(rig.torrent.connections.giverCount, 1);
  link.sink!.onClosed('reset');
  assert.equal(rig.torrent.connections.giverCount, 1);
});
