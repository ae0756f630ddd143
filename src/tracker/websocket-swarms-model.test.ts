/** Any course of announces, ends and waits, against a naive model; and any JSON at all. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isOffer, offers, peer, Rig, torrent } from './websocket-rig-fixture.test.ts';

describe('any course of events', () => {
  type Step =
    | {
        readonly kind: 'announce';
        id: number;
        as: number;
        torrent: number;
        left: number;
        event: number;
      }
    | { readonly kind: 'close'; id: number }
    | { readonly kind: 'wait' };
  const id = fc.integer({ min: 1, max: 5 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('announce' as const),
        id,
        as: id,
        torrent: fc.nat(2),
        left: fc.nat(1),
        event: fc.nat(3),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), id }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
  );

  test('counts match a naive model, and offers stay between others of one swarm', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const rig = new Rig({ maxOffers: 5, maxOffersMade: 1000, maxOffersGot: 1000 });
        const model = new Map<string, { holder: number; isSeeder: boolean }>();
        rig.connect(1, 2, 3, 4, 5);
        let name = 0;
        for (const each of steps) {
          if (each.kind === 'wait') {
            rig.nowMs += 20_000;
            rig.swarms.tick(rig.nowMs);
          } else if (each.kind === 'close') {
            rig.swarms.disconnect(each.id);
            rig.connect(each.id);
            for (const [key, { holder }] of model) if (holder === each.id) model.delete(key);
          } else {
            runAnnounce(rig, model, each, [name++, name++, name++]);
          }
          const seeders = [...model.values()].filter(({ isSeeder }) => isSeeder).length;
          const swarms = new Set([...model.keys()].map((key) => key.split(' ')[0])).size;
          assert.deepEqual(rig.totals(), [swarms, seeders, model.size - seeders]);
        }
      }),
      { numRuns: 200 },
    );
  });

  function runAnnounce(
    rig: Rig,
    model: Map<string, { holder: number; isSeeder: boolean }>,
    { id, as, torrent: at, left, event: eventAt }: Extract<Step, { kind: 'announce' }>,
    names: number[],
  ): void {
    const infoHash = String(at).repeat(20);
    const key = `${at} ${as}`;
    const event = ['update', 'started', 'stopped', 'completed'][eventAt]!;
    const fields = { info_hash: infoHash, peer_id: peer(as), left, event };
    const passed = rig.announce(id, { ...fields, offers: offers(...names) }).filter(isOffer);
    const holder = model.get(key)?.holder ?? id;
    if (holder !== id) {
      assert.deepEqual(passed, []);
      return;
    }
    if (event === 'stopped') model.delete(key);
    else model.set(key, { holder: id, isSeeder: left === 0 });
    const others = [...model].filter(([other, { isSeeder }]) => {
      return other !== key && other.startsWith(`${at} `) && !(left === 0 && isSeeder);
    });
    assert.equal(passed.length, event === 'stopped' ? 0 : Math.min(names.length, others.length));
    for (const { to, message } of passed) {
      assert.ok(others.some(([, other]) => other.holder === to));
      assert.equal(message.peer_id, peer(as));
      assert.equal(message.info_hash, infoHash);
    }
  }

  test('nothing that is said throws, and nobody but the speaker is told of wrong messages', () => {
    const rig = new Rig();
    rig.connect(1, 2);
    rig.announce(2);
    const field = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>(torrent, peer(2), peer(1), 'announce', 'scrape'),
    );
    const name = fc.constantFrom(
      'action',
      'info_hash',
      'peer_id',
      'answer',
      'offers',
      'to_peer_id',
    );
    fc.assert(
      fc.property(fc.dictionary(name, field), (message) => {
        rig.sent.length = 0;
        rig.swarms.receive(1, JSON.stringify(message), rig.nowMs);
        for (const { to } of rig.sent) assert.equal(to, 1);
      }),
    );
  });
});
