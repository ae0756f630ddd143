import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../base/random.ts';
import { TrackerTiers } from './tracker-tiers.ts';

const urls = (tiers: TrackerTiers) => tiers.inOrder().map((entry) => entry.url);

test('tiers keep their order, their members are shuffled', () => {
  const orders = new Set<string>();
  for (let seed = 0; seed < 30; seed++) {
    const tiers = new TrackerTiers([['a', 'b'], [], ['c', 'd']], new SeededRandom(seed));
    const order = urls(tiers).join('');
    assert.match(order, /^[ab]{2}[cd]{2}$/);
    orders.add(order);
  }
  assert.equal(orders.size, 4);
});

test('a URL is listed once, in the first tier that names it', () => {
  const tiers = new TrackerTiers([['a'], ['a', 'b'], ['b']], new SeededRandom(1));
  assert.deepEqual(urls(tiers), ['a', 'b']);
  assert.equal(tiers.tierOf(tiers.find('b')!), 1);
  assert.ok(!tiers.add('a'));
});

test('who answered leads its tier, and only its tier', () => {
  const tiers = new TrackerTiers([['z'], ['a', 'b', 'c']], new SeededRandom(1));
  const last = tiers.inOrder().at(-1)!;
  tiers.promote(last);
  assert.deepEqual(urls(tiers).slice(0, 2), ['z', last.url]);
  tiers.remove(last);
  tiers.promote(last);
  assert.equal(urls(tiers).length, 3);
});

test('replacing keeps what is known of trackers that stay', () => {
  const tiers = new TrackerTiers([['a'], ['b']], new SeededRandom(1));
  tiers.find('b')!.trackerId = 'x';
  const gone = tiers.replace([['b'], ['c']]);
  assert.deepEqual(
    gone.map((entry) => entry.url),
    ['a'],
  );
  assert.equal(tiers.find('b')!.trackerId, 'x');
  assert.equal(tiers.tierOf(tiers.find('b')!), 0);
});

test('an added tracker makes a tier of its own or joins the one named', () => {
  const tiers = new TrackerTiers([['a']], new SeededRandom(1));
  assert.ok(tiers.add('b', 0));
  assert.ok(tiers.add('c'));
  assert.ok(tiers.add('d', 9));
  assert.deepEqual(
    tiers.inOrder().map((entry) => tiers.tierOf(entry)),
    [0, 0, 1, 2],
  );
});
