/** Who gets which offers, and who may answer them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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

describe('offers', () => {
  test('each goes to another peer of the swarm, as it was made', () => {
    const rig = new Rig();
    rig.connect(1, 2, 3, 4);
    rig.announce(2);
    rig.announce(3);
    rig.announce(4, { info_hash: otherTorrent });
    const [reply, ...passed] = rig.announce(1, { numwant: 5, offers: offers(1, 2, 3, 4, 5) });
    assert.equal(reply!.to, 1);
    assert.deepEqual(passed.map(({ to }) => to).sort(), [2, 3]);
    for (const [at, { message }] of passed.entries()) {
      assert.deepEqual(message, {
        action: 'announce',
        offer: { type: 'offer', sdp: `offer ${at + 1}` },
        offer_id: offerId(at + 1),
        peer_id: peer(1),
        info_hash: torrent,
      });
    }
    assert.deepEqual(rig.swarms.relayed(), { offers: 2, answers: 0 });
  });

  test("a seeder's offers go to leechers only, a leecher's to all", () => {
    const rig = new Rig();
    rig.connect(1, 2, 3, 4);
    for (const id of [1, 2]) rig.announce(id, { left: 0 });
    for (const id of [3, 4]) rig.announce(id);
    const receivers = (id: number, left: number, names: number[]): number[] =>
      rig
        .announce(id, { left, offers: offers(...names) })
        .filter(isOffer)
        .map(({ to }) => to)
        .sort();
    assert.deepEqual(receivers(1, 0, [1, 2, 3, 4]), [3, 4]);
    assert.deepEqual(receivers(3, 1, [5, 6, 7, 8]), [1, 2, 4]);
  });

  test('all others are chosen alike', () => {
    const rig = new Rig({ maxOffersMade: 1e6, maxOffersGot: 1e6 });
    const ids = [1, 2, 3, 4, 5, 6];
    rig.connect(...ids);
    for (const id of ids) rig.announce(id);
    const times = new Map<number, number>();
    for (let round = 0; round < 1000; round++) {
      for (const { to } of rig.announce(3, { offers: offers(2 * round, 2 * round + 1) }).slice(1)) {
        times.set(to, (times.get(to) ?? 0) + 1);
      }
    }
    assert.deepEqual([...times.keys()].sort(), [1, 2, 4, 5, 6]);
    for (const count of times.values()) assert.ok(count > 320 && count < 480, String(count));
  });

  test('there is a limit on how many a peer makes in a while', () => {
    const rig = new Rig({ maxOffersMade: 3, offerLifeMs: 1000 });
    rig.connect(1, 2, 3);
    for (const id of [1, 2, 3]) rig.announce(id);
    let name = 0;
    const passed = () => rig.announce(1, { offers: offers(name++, name++) }).filter(isOffer).length;
    assert.deepEqual([passed(), passed(), passed()], [2, 1, 0]);
    rig.nowMs += 999;
    rig.swarms.tick(rig.nowMs);
    assert.equal(passed(), 0);
    rig.nowMs += 1;
    rig.swarms.tick(rig.nowMs);
    assert.equal(passed(), 2);
  });

  test('there is a limit on how many a peer gets in a while, answered or not', () => {
    const rig = new Rig({ maxOffersGot: 2, offerLifeMs: 1000 });
    rig.connect(1, 2);
    rig.announce(2);
    const passed = (name: number) =>
      rig.announce(1, { offers: offers(name) }).filter(isOffer).length;
    assert.equal(passed(1), 1);
    assert.equal(rig.answer(2, 1, offerId(1)).length, 1);
    assert.deepEqual([passed(2), passed(3)], [1, 0]);
    rig.nowMs += 1000;
    rig.swarms.tick(rig.nowMs);
    assert.equal(passed(4), 1);
  });

  test('when too many wait for answers on the whole, the oldest are forgotten', () => {
    const rig = new Rig({ maxOffers: 2 });
    rig.connect(1, 2);
    rig.announce(2);
    for (const name of [1, 2, 3]) rig.announce(1, { offers: offers(name) });
    assert.match(String(failureOf(rig.answer(2, 1, offerId(1)))), /no offer/);
    for (const name of [2, 3]) assert.equal(rig.answer(2, 1, offerId(name))[0]!.to, 1);
  });

  test('an id used twice is passed on once', () => {
    const rig = new Rig();
    rig.connect(1, 2, 3);
    for (const id of [2, 3]) rig.announce(id);
    assert.equal(rig.announce(1, { offers: offers(5, 5) }).filter(isOffer).length, 1);
  });
});

describe('answers', () => {
  function offered(): Rig {
    const rig = new Rig({ offerLifeMs: 1000 });
    rig.connect(1, 2, 3);
    rig.announce(2);
    assert.equal(rig.announce(1, { offers: offers(7) }).filter(isOffer).length, 1);
    rig.announce(3);
    return rig;
  }

  test('the answer goes back to the peer that made the offer, once', () => {
    const rig = offered();
    assert.deepEqual(rig.answer(2, 1, offerId(7)), [
      {
        to: 1,
        message: {
          action: 'announce',
          answer: { type: 'answer', sdp: 'answer of 2' },
          offer_id: offerId(7),
          peer_id: peer(2),
          info_hash: torrent,
        },
      },
    ]);
    assert.match(String(failureOf(rig.answer(2, 1, offerId(7)))), /no offer/);
    assert.deepEqual(rig.swarms.relayed(), { offers: 1, answers: 1 });
  });

  test('a seeder that answers stays a seeder', () => {
    const rig = offered();
    rig.announce(2, { left: 0 });
    rig.answer(2, 1, offerId(7));
    assert.deepEqual(rig.totals(), [1, 1, 2]);
  });

  test('only who got the offer may answer, and only with an offer of that peer', () => {
    const rig = offered();
    for (const sent of [
      rig.answer(3, 1, offerId(7)),
      rig.answer(2, 3, offerId(7)),
      rig.answer(2, 1, offerId(8)),
      rig.answer(1, 2, offerId(7)),
      rig.answer(2, 1, offerId(7), { info_hash: otherTorrent }),
    ]) {
      assert.equal(typeof failureOf(sent), 'string');
    }
    assert.equal(rig.swarms.relayed().answers, 0);
  });

  test("nobody answers under another's id", () => {
    const rig = offered();
    const [failure, ...more] = rig.answer(3, 1, offerId(7), { peer_id: peer(2) });
    assert.equal(more.length, 0);
    assert.equal(failure!.to, 3);
    assert.equal(rig.answer(2, 1, offerId(7))[0]!.to, 1);
  });

  test('too late, or after either has left', () => {
    const late = offered();
    late.nowMs += 1000;
    assert.match(String(failureOf(late.answer(2, 1, offerId(7)))), /no offer/);
    const left = offered();
    left.swarms.disconnect(1);
    assert.match(String(failureOf(left.answer(2, 1, offerId(7)))), /no offer/);
    const back = offered();
    back.announce(1, { event: 'stopped' });
    back.announce(1);
    assert.match(String(failureOf(back.answer(2, 1, offerId(7)))), /no offer/);
  });
});
