import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bitfield } from '../base/bitfield.ts';
import { EngineRig, infoBytes, infoHash, infoHashBytes } from './engine-fixture.test.ts';
import { FakeStorage } from './fake-ports.test.ts';
import type { SleepingTorrent } from './sleeping-torrent.ts';
import type { Torrent } from './torrent.ts';

const everything = [0, 1, 2, 3];

interface Sleeper {
  readonly rig: EngineRig;
  readonly torrent: SleepingTorrent;
  wanted: number;
}

function asleep(): Sleeper {
  const rig = new EngineRig({ start: everything, tiers: [['http://a/']] });
  rig.pass(1000);
  assert.deepEqual(rig.answerAnnounces(), ['started http://a/']);
  let closed = 0;
  const sleeper = { rig, wanted: 0 };
  const torrent = rig.session.sleep(
    infoHash,
    () => sleeper.wanted++,
    () => closed++,
  );
  assert.ok(torrent !== undefined);
  assert.deepEqual([closed, rig.storage.closed, rig.session.torrents.size], [1, true, 0]);
  return Object.assign(sleeper, { torrent });
}

/** What the owner does when it is wanted. */
function wake({ rig }: Sleeper): Torrent {
  const torrent = rig.session.add({
    infoHash,
    infoHashBytes,
    name: 'fixture',
    private: false,
    speaksV2: false,
    hasMetadata: true,
    tiers: [],
    candidates: [],
    downLimit: 'unlimited',
    upLimit: 'unlimited',
    uploadedBytes: 0,
    downloadedBytes: 0,
    completedBefore: true,
    isInfo: () => true,
    events: {
      onMetadata: () => {},
      onLayers: () => {},
      onCheckDone: () => {},
      onPieceVerified: () => {},
      onCompleted: () => {},
      onTrouble: () => {},
    },
  });
  assert.ok(torrent !== undefined);
  const verified = Bitfield.full(rig.layout.pieceCount);
  torrent.setContent(
    {
      layout: rig.layout,
      openStorage: (sink) => new FakeStorage(rig.layout, sink),
      start: { verified, toCheck: [], partial: [], unfinishedFiles: [] },
    },
    { bytes: infoBytes, name: 'fixture', isPrivate: false },
  );
  return torrent;
}

test('only a whole torrent without peers falls asleep', () => {
  const missing = new EngineRig({ start: [0] });
  const skipping = new EngineRig({ start: [0], filePriorities: Uint8Array.of(4, 0) });
  const linked = new EngineRig({ start: everything });
  linked.incoming();
  const read = new EngineRig({ start: everything });
  read.torrent.content?.openReader(0, 10, () => {});
  for (const { session } of [missing, skipping, linked, read]) {
    assert.equal(
      session.sleep(
        infoHash,
        () => {},
        () => {},
      ),
      undefined,
    );
    assert.equal(session.torrents.size, 1);
  }
});

test('a handshake for a torrent that sleeps waits until it is awake, and is answered then', () => {
  const sleeper = asleep();
  const { rig } = sleeper;
  const link = rig.incoming();
  assert.deepEqual([sleeper.wanted, link.paused, link.shookHands], [1, true, false]);
  const torrent = wake(sleeper);
  assert.deepEqual([link.shookHands, link.paused, link.closed], [true, false, false]);
  assert.ok(link.said().includes('have-all'));
  assert.equal(torrent.connections.size, 1);
  rig.pass(2000);
  assert.deepEqual(rig.answerAnnounces(), [], 'trackers notice nothing');
});

test('whoever waits too long, or in vain, is sent away', () => {
  const sleeper = asleep();
  const { rig } = sleeper;
  const late = rig.incoming();
  rig.pass(30_000);
  assert.equal(late.closed, true);
  const links = Array.from({ length: 10 }, () => rig.incoming());
  assert.equal(links.filter(({ closed }) => closed).length, 2, 'some are too many');
  sleeper.torrent.refuse();
  assert.ok(links.every(({ closed }) => closed));
});

test('it goes on being announced, and wakes for leechers only', () => {
  const sleeper = asleep();
  const { rig } = sleeper;
  rig.pass(1_805_000);
  const peers = [{ host: '10.9.9.9', port: 9 }];
  assert.deepEqual(rig.answerAnnounces({ peers, seeders: 1, leechers: 0 }), ['none http://a/']);
  assert.equal(sleeper.wanted, 0);
  rig.pass(1_805_000);
  assert.equal(rig.announces[0]?.parameters.leftBytes, 0);
  rig.answerAnnounces({ peers, leechers: 1 });
  assert.equal(sleeper.wanted, 1);
  wake(sleeper);
  rig.pass(1000);
  assert.deepEqual(
    rig.dials.map(({ remote }) => remote.host),
    ['10.9.9.9'],
  );
});

test('what is removed while it sleeps tells the trackers, and nobody finds it afterwards', () => {
  const { rig } = asleep();
  let removed = 0;
  rig.session.remove(infoHash, () => removed++);
  assert.deepEqual(rig.answerAnnounces(), ['stopped http://a/']);
  assert.equal(removed, 1);
  assert.equal(rig.incoming().closed, true);
});

test('many that start asleep are not announced all at once', () => {
  const rig = new EngineRig();
  for (let i = 0; i < 2000; i++) {
    const bytes = new Uint8Array(20).fill(7);
    bytes[0] = i >> 8;
    bytes[1] = i & 255;
    rig.session.addSleeping({
      infoHash: Buffer.from(bytes).toString('hex') as typeof infoHash,
      infoHashBytes: bytes,
      tiers: [[`http://${i}.example/`]],
      completedBefore: true,
      uploadedBytes: 0,
      downloadedBytes: 0,
      onWanted: () => {},
    });
  }
  rig.pass(1000);
  const soon = rig.announces.length;
  rig.pass(10_000);
  assert.ok(soon < 400 && rig.announces.length > 800, `${soon}, ${rig.announces.length}`);
  rig.pass(20_000);
  assert.equal(rig.announces.length, 2000);
});
