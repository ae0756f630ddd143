import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Pacer } from './pacer.ts';
import { firstRows, swarmOrders } from './swarm-order.ts';
import { swarmState } from './swarm-state.ts';
import { knownFacts, SwarmTable } from './swarm-table.ts';

const swarm = fc.record({
  infoHash: fc.uint8Array({ minLength: 20, maxLength: 20 }),
  seeders: fc.nat(4),
  leechers: fc.nat(40),
  downloads: fc.nat(3),
  name: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
  lengthBytes: fc.option(fc.nat(3), { nil: undefined }),
});

type Swarm = typeof swarm extends fc.Arbitrary<infer T> ? T : never;

function tableOf(swarms: readonly Swarm[]): SwarmTable {
  const table = new SwarmTable();
  for (const { infoHash, name, lengthBytes, ...counts } of swarms) {
    const size = lengthBytes === undefined ? {} : { lengthBytes };
    const facts = { infoHash: '', name: name ?? '', ...size };
    table.add(infoHash, counts, name === undefined ? undefined : knownFacts(facts));
  }
  return table;
}

test('a table gives back what was put in', () => {
  fc.assert(
    fc.property(fc.array(swarm, { maxLength: 200 }), (swarms) => {
      const table = tableOf(swarms);
      assert.equal(table.length, swarms.length);
      for (const [row, one] of swarms.entries()) {
        assert.deepEqual(Buffer.from(table.infoHash(row)), Buffer.from(one.infoHash));
        assert.deepEqual(
          [table.seeders(row), table.leechers(row), table.downloads(row)],
          [one.seeders, one.leechers, one.downloads],
        );
      }
    }),
  );
});

test('the beginning of a hash is found as in its hex text', () => {
  fc.assert(
    fc.property(swarm, fc.nat(40), fc.boolean(), (one, length, spoil) => {
      const table = tableOf([one]);
      const digits = [...table.hex(0).slice(0, length)];
      if (spoil && length > 0) digits[length - 1] = digits[length - 1] === '0' ? '1' : '0';
      const prefix = digits.join('');
      assert.equal(table.hashStartsWith(0, prefix), table.hex(0).startsWith(prefix));
    }),
  );
});

test('the first rows are those of sorting everything, in a total order', async () => {
  const orders = fc.constantFrom(...swarmOrders);
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(swarm, { maxLength: 60, selector: ({ infoHash }) => String(infoHash) }),
      orders,
      fc.boolean(),
      fc.integer({ min: 1, max: 70 }),
      async (swarms, order, descending, limit) => {
        const sorting = { order, descending };
        const first = await firstRows(tableOf(swarms), sorting, limit, new Pacer());
        const all = await firstRows(tableOf(swarms), sorting, 1000, new Pacer());
        assert.deepEqual(first, all.slice(0, limit));
        // The order does not depend on where the rows stood.
        const turned = await firstRows(tableOf(swarms.toReversed()), sorting, 1000, new Pacer());
        assert.deepEqual(
          turned,
          all.map((row) => swarms.length - 1 - row),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('what has no name stands last in both directions', async () => {
  const make = (name: Swarm['name'], seeders: number): Swarm => ({
    infoHash: new Uint8Array(20).fill(seeders),
    seeders,
    leechers: 0,
    downloads: 0,
    name,
    lengthBytes: undefined,
  });
  const table = tableOf([make(undefined, 1), make('b', 2), make('a', 3)]);
  const by = (descending: boolean) =>
    firstRows(table, { order: 'name', descending }, 9, new Pacer());
  assert.deepEqual(await by(false), [2, 1, 0]);
  assert.deepEqual(await by(true), [1, 2, 0]);
});

test('numbers in names are compared as numbers', () => {
  const keys = ['Part 10', 'part 9', 'Part 1b', 'part'].map(
    (name) => knownFacts({ infoHash: '', name }).sortKey,
  );
  assert.deepEqual(keys.toSorted(), [keys[3], keys[2], keys[1], keys[0]]);
});

test('health is said in words', () => {
  const word = (seeders: number, leechers: number) => swarmState({ seeders, leechers }).word;
  assert.equal(word(0, 0), 'no peers');
  assert.equal(word(0, 1), 'no seeder');
  assert.equal(word(1, 1), 'one seeder');
  assert.equal(word(1, 0), 'good');
  assert.equal(word(2, 21), 'few seeders');
  assert.equal(word(2, 20), 'good');
});
