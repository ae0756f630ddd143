import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../base/hex.ts';
import { SeededRandom } from '../../base/random.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import type { StoreFailure, SwarmSnapshot } from '../../tracker/swarm-store.ts';
import { catalogWith, infoHashOf, itemOf, makeRig } from './pages-rig-fixture.test.ts';
import { maxReached, type TorrentQuery, TorrentSearch } from './torrent-search.ts';
import type { ExtraSwarms, TrackerView } from './tracker-view.ts';

const bySeeders: TorrentQuery = { order: 'seeders', descending: true, search: '', page: 1 };

interface FakeSwarm extends SwarmCounts {
  readonly infoHash: Uint8Array;
}

/** Hands out one buffer again and again, as a store may: what is kept has to be copied. */
function scanOf(swarms: Iterable<FakeSwarm>, failure?: StoreFailure) {
  const iterator = swarms[Symbol.iterator]();
  const shared = new Uint8Array(20);
  return {
    next(limit: number, done: (swarms: readonly SwarmSnapshot[] | StoreFailure) => void): void {
      const batch: SwarmSnapshot[] = [];
      const { value } = limit > 0 ? iterator.next() : { value: undefined };
      if (value !== undefined) {
        shared.set(value.infoHash);
        batch.push({ ...value, infoHash: shared, peers: () => [] });
      }
      done(batch.length === 0 && failure !== undefined ? failure : batch);
    },
  };
}

function viewOf(more: Partial<TrackerView>, scan?: () => ReturnType<typeof scanOf>): TrackerView {
  const { logic } = makeRig();
  if (scan !== undefined) logic.scan = scan;
  const settings = { showAddresses: false, version: '1' };
  return { logic, announceUrls: [], settings, ...more };
}

const swarm = (seed: number, seeders: number, leechers = 0): FakeSwarm => ({
  infoHash: infoHashOf(seed),
  seeders,
  leechers,
  downloads: 0,
});

test('swarms outside the store are added to those in it', async () => {
  const outside = [swarm(1, 2, 3), swarm(9, 50)];
  const extraSwarms: ExtraSwarms = {
    totals: () => ({ swarms: 2, seeders: 52, leechers: 3 }),
    scan: () => scanOf(outside),
    counts: (infoHashes) => infoHashes.map(() => swarm(0, 0)),
    peers: () => [],
  };
  const view = viewOf({ extraSwarms }, () => scanOf([swarm(1, 1, 1), swarm(2, 4)]));
  const found = await new TorrentSearch(view).find(bySeeders);
  assert.deepEqual(
    found.rows.map(({ infoHash, seeders, leechers }) => [infoHash, seeders, leechers]),
    [
      [toHex(infoHashOf(9)), 50, 0],
      [toHex(infoHashOf(2)), 4, 0],
      [toHex(infoHashOf(1)), 3, 4],
    ],
  );
});

test('a store that fails half-way leaves what was read, and a sentence', async () => {
  const failure = { code: 'STORE_UNREACHABLE', reason: 'Redis is away' } as const;
  const view = viewOf({}, () => scanOf([swarm(1, 1)], failure));
  const found = await new TorrentSearch(view).find(bySeeders);
  assert.equal(found.rows.length, 1);
  assert.equal(found.isComplete, false);
  assert.deepEqual(found.problems, ['Not all torrents can be read: Redis is away']);
});

test('a search that the catalog answers brings in torrents that are shared, and no others', async () => {
  const items = [itemOf(toHex(infoHashOf(1)), 'alpha'), itemOf(toHex(infoHashOf(2)), 'beta')];
  const view = viewOf({ catalog: catalogWith(items) }, () => scanOf([swarm(1, 1)]));
  const search = new TorrentSearch(view);
  assert.deepEqual((await search.find({ ...bySeeders, search: 'one.bin' })).rows, []);
  view.logic.swarmCounts = (infoHashes, done) =>
    done(infoHashes.map((hash) => (hash[0] === infoHashOf(1)[0] ? swarm(1, 1) : swarm(2, 0))));
  const found = await new TorrentSearch(view).find({ ...bySeeders, search: 'one.bin' });
  assert.deepEqual(
    found.rows.map(({ name }) => name),
    ['alpha'],
  );
});

test('many swarms: the event loop goes on, and the table says where it ends', async () => {
  const random = new SeededRandom(3);
  function* many(): Generator<FakeSwarm> {
    for (let i = 0; i < 30_000; i++) {
      const infoHash = Uint8Array.from({ length: 20 }, () => random.below(256));
      yield { infoHash, seeders: random.below(1000), leechers: 1, downloads: 0 };
    }
  }
  const search = new TorrentSearch(viewOf({}, () => scanOf(many())));
  let turns = 0;
  let isRunning = true;
  const turn = () => {
    turns++;
    if (isRunning) setImmediate(turn);
  };
  setImmediate(turn);
  const found = await search.find({ ...bySeeders, page: 10_000 });
  isRunning = false;
  assert.ok(turns > 5, `the event loop had ${turns} turns`);
  assert.equal(found.matching, 30_000);
  assert.equal(found.isComplete, false);
  assert.equal(found.skipped + found.rows.length, maxReached);
});

test('many who ask at once cost one walk', async () => {
  let walks = 0;
  const search = new TorrentSearch(
    viewOf({}, () => {
      walks++;
      return scanOf([swarm(1, 1)]);
    }),
  );
  await Promise.all([search.find(bySeeders), search.find({ ...bySeeders, order: 'name' })]);
  await search.find({ ...bySeeders, search: 'x' });
  assert.equal(walks, 1);
});

test('too many different searches at once: the last are told so, none is lost', async () => {
  const search = new TorrentSearch(viewOf({}, () => scanOf([swarm(1, 1)])));
  await search.find(bySeeders);
  const asked = Array.from({ length: 40 }, (_, i) =>
    search.find({ ...bySeeders, search: `x${i}` }),
  );
  const answers = await Promise.all(asked);
  const refused = answers.filter(({ problems }) => problems.length > 0);
  assert.equal(refused.length, 8);
  assert.match(refused[0]!.problems[0]!, /Load the page again/);
  assert.deepEqual((await search.find({ ...bySeeders, search: 'x39' })).problems, []);
});
