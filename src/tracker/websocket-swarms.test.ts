/** Announces of WebRTC peers: counts, who may speak under which id, limits, access, and what pages see. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeLatin1 } from '../base/text.ts';
import type { AnnounceRequest } from './announce.ts';
import {
  failureOf,
  isOffer,
  offerId,
  offers,
  otherTorrent,
  peer,
  Rig,
  torrent,
} from './websocket-rig-fixture.test.ts';

describe('announces', () => {
  test('the reply has the interval and the counts with the asker', () => {
    const rig = new Rig();
    rig.connect(1, 2);
    rig.announce(1, { left: 0 });
    const [reply, ...more] = rig.announce(2);
    assert.equal(more.length, 0);
    const { interval, ...rest } = reply!.message;
    assert.ok(typeof interval === 'number' && interval >= 120 && interval <= 132);
    assert.equal(reply!.to, 2);
    assert.deepEqual(rest, { action: 'announce', info_hash: torrent, complete: 1, incomplete: 1 });
    assert.deepEqual(rig.counted, ['announces', 'announces']);
  });

  test('a peer is a seeder or leecher by what it says last, and stays so when it says nothing', () => {
    const rig = new Rig();
    rig.connect(1);
    rig.announce(1, { left: null });
    assert.deepEqual(rig.totals(), [1, 0, 1]);
    rig.announce(1, { left: 0 });
    rig.announce(1, { left: null });
    assert.deepEqual(rig.totals(), [1, 1, 0]);
    rig.announce(1, { left: 5 });
    assert.deepEqual(rig.totals(), [1, 0, 1]);
    rig.announce(1, { left: null, event: 'completed' });
    assert.deepEqual(rig.totals(), [1, 1, 0]);
  });

  test('a download is counted once a peer', () => {
    const rig = new Rig();
    rig.connect(1);
    rig.announce(1, { event: 'completed', left: 0 });
    rig.announce(1, { event: 'completed', left: 0 });
    const counts = { seeders: 1, leechers: 0, downloads: 1 };
    assert.deepEqual(rig.swarms.counts(encodeLatin1(torrent)), counts);
  });

  test('stopped and closed peers are gone, and empty swarms with them', () => {
    const rig = new Rig();
    rig.connect(1, 2);
    rig.announce(1);
    rig.announce(2);
    rig.announce(2, { info_hash: otherTorrent });
    assert.deepEqual(rig.totals(), [2, 0, 3]);
    const [reply] = rig.announce(1, { event: 'stopped' });
    assert.equal(reply!.message.incomplete, 1);
    rig.swarms.disconnect(2);
    rig.swarms.disconnect(2);
    assert.deepEqual(rig.totals(), [0, 0, 0]);
    assert.deepEqual(rig.snapshots(), []);
    assert.deepEqual(rig.announce(2), []);
  });

  test('a stop by one who never joined is answered and changes nothing', () => {
    const rig = new Rig();
    rig.connect(1);
    assert.equal(rig.announce(1, { event: 'stopped' }).length, 1);
    assert.deepEqual(rig.totals(), [0, 0, 0]);
  });

  test('silent peers are forgotten, others stay', () => {
    const rig = new Rig({ peerTimeoutMs: 1000 });
    rig.connect(1, 2);
    rig.announce(1);
    rig.nowMs += 900;
    rig.announce(2);
    rig.nowMs += 200;
    let forgotten = 0;
    for (let tick = 0; tick < 20; tick++) forgotten += rig.swarms.tick(rig.nowMs);
    assert.equal(forgotten, 1);
    assert.deepEqual(rig.totals(), [1, 0, 1]);
    assert.equal(rig.swarms.peersOf(1), 0);
    assert.equal(rig.swarms.peersOf(2), 1);
  });
});

describe('identity', () => {
  test('an id held by another connection is not taken over while that lives', () => {
    const rig = new Rig();
    rig.connect(1, 2, 3);
    rig.announce(1, { left: 0 });
    rig.announce(3);
    for (const event of ['started', 'stopped', 'completed']) {
      const claim = { peer_id: peer(1), offers: offers(1, 2), event };
      const [reply, ...passed] = rig.announce(2, claim);
      assert.equal(passed.length, 0);
      assert.equal(reply!.to, 2);
      assert.match(String(reply!.message['warning message']), /another connection/);
      assert.ok(Number(reply!.message.interval) <= 15);
    }
    assert.deepEqual(rig.probed, [1, 1, 1]);
    assert.deepEqual(rig.totals(), [1, 1, 1]);
    assert.equal(rig.swarms.peersOf(2), 0);
    const offered = rig.announce(3, { offers: offers(3, 4, 5) }).filter(isOffer);
    assert.deepEqual(
      offered.map(({ to }) => to),
      [1],
    );
  });

  test('after a reconnect the id is free as soon as the old connection is closed', () => {
    const rig = new Rig();
    rig.connect(1, 2);
    rig.announce(1);
    rig.announce(2, { peer_id: peer(1) });
    rig.swarms.disconnect(1);
    const [reply] = rig.announce(2, { peer_id: peer(1) });
    assert.equal(reply!.message['warning message'], undefined);
    assert.deepEqual(rig.totals(), [1, 0, 1]);
  });

  test('the same id in another swarm is another peer', () => {
    const rig = new Rig();
    rig.connect(1, 2);
    rig.announce(1);
    rig.announce(2, { peer_id: peer(1), info_hash: otherTorrent });
    assert.deepEqual(rig.totals(), [2, 0, 2]);
  });

  test('clients that share a connection find each other, up to a few', () => {
    const rig = new Rig({ maxPeersPerConnectionInSwarm: 2 });
    rig.connect(1);
    rig.announce(1, { peer_id: peer(11) });
    const passed = rig.announce(1, { peer_id: peer(12), offers: offers(1, 2) }).filter(isOffer);
    assert.deepEqual(
      passed.map(({ to, message }) => [to, message.peer_id]),
      [[1, peer(12)]],
    );
    const answer = { peer_id: peer(11), to_peer_id: peer(12) };
    assert.equal(rig.answer(1, 1, offerId(1), answer)[0]!.message.peer_id, peer(11));
    assert.match(String(failureOf(rig.announce(1, { peer_id: peer(13) }))), /too many peer ids/);
  });
});

describe('limits and access', () => {
  test('a connection has so many torrents, the tracker so many peers', () => {
    const rig = new Rig({ maxPeersPerConnection: 2, maxPeers: 3 });
    rig.connect(1, 2, 3);
    const join = (id: number, name: string) => rig.announce(id, { info_hash: name.repeat(20) });
    join(1, 'a');
    join(1, 'b');
    assert.match(String(failureOf(join(1, 'c'))), /torrents/);
    assert.equal(join(1, 'a')[0]!.message.interval !== undefined, true);
    join(2, 'a');
    assert.match(String(failureOf(join(3, 'a'))), /as many/);
    assert.deepEqual(rig.totals(), [2, 0, 3]);
    rig.swarms.disconnect(1);
    assert.equal(failureOf(join(3, 'a')), undefined);
  });

  test('a connection that sends too fast is told to go, and may wait instead', () => {
    const rig = new Rig({ messages: { perSecond: 2, burst: 3 } });
    rig.connect(1);
    const charged = () => rig.swarms.charge(1, rig.nowMs);
    assert.deepEqual([charged(), charged(), charged()], [undefined, undefined, undefined]);
    assert.equal(charged()?.code, 1008);
    assert.deepEqual(rig.counted, ['limited']);
    rig.nowMs += 500;
    assert.equal(charged(), undefined);
    assert.equal(charged()?.code, 1008);
  });

  test('what is no JSON ends the connection, what is only wrong is answered', () => {
    const rig = new Rig();
    rig.connect(1);
    assert.equal(rig.swarms.receive(1, 'hello', 0)?.code, 1007);
    const [failure] = rig.say(1, { action: 'announce', info_hash: torrent });
    assert.equal(failure!.message.action, 'announce');
    assert.equal(failure!.message.info_hash, torrent);
    assert.match(String(failure!.message['failure reason']), /^peer_id/);
    assert.deepEqual(rig.counted, ['invalid', 'invalid']);
  });

  test('hooks see an announce like any other, and a refused peer leaves', () => {
    const asked: AnnounceRequest[] = [];
    let refuses = false;
    const rig = new Rig(
      {},
      {
        announce: [
          (request) => {
            asked.push(request);
            return refuses ? { reason: 'not here' } : undefined;
          },
        ],
        scrape: [(infoHash) => infoHash[0] !== 'T'.charCodeAt(0)],
      },
    );
    rig.connect(1);
    rig.announce(1, { uploaded: 5, downloaded: 6, left: 0, event: 'started', offers: offers(1) });
    assert.deepEqual(asked, [
      {
        transport: 'websocket',
        infoHash: encodeLatin1(torrent),
        peerId: encodeLatin1(peer(1)),
        address: Uint8Array.of(192, 0, 2, 1),
        port: 5001,
        uploadedBytes: 5,
        downloadedBytes: 6,
        leftBytes: 0,
        event: 'started',
        numWant: 1,
        wantsBothFamilies: false,
        wantsPeerIds: false,
        urlData: '/announce',
      },
    ]);
    const scrape = { action: 'scrape', info_hash: torrent };
    const hidden = { complete: 0, incomplete: 0, downloaded: 0 };
    assert.deepEqual(rig.say(1, scrape)[0]!.message.files, { [torrent]: hidden });
    refuses = true;
    assert.equal(failureOf(rig.announce(1)), 'not here');
    assert.deepEqual(rig.totals(), [0, 0, 0]);
    assert.deepEqual(rig.counted, ['announces', 'scrapes', 'announces', 'refused']);
  });

  test('pages see swarms and peers as those of a store', () => {
    const rig = new Rig();
    rig.connect(1, 2);
    rig.announce(1, { left: 0 });
    rig.announce(2);
    rig.announce(2, { info_hash: otherTorrent });
    rig.nowMs += 500;
    const found = rig.snapshots();
    assert.deepEqual(
      found.map(({ infoHash, seeders, leechers }) => [infoHash, seeders, leechers]),
      [
        [encodeLatin1(torrent), 1, 1],
        [encodeLatin1(otherTorrent), 0, 1],
      ],
    );
    assert.deepEqual(found[0]!.peers(1), [
      {
        address: Uint8Array.of(192, 0, 2, 1),
        port: 5001,
        client: encodeLatin1('-XX0000-'),
        isSeeder: true,
        ageMs: 500,
      },
    ]);
    assert.equal(rig.swarms.peers(encodeLatin1(torrent), 10, rig.nowMs).length, 2);
    assert.deepEqual(rig.swarms.peers(new Uint8Array(20), 10, rig.nowMs), []);
  });
});
