import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { factsOf } from './catalog-facts-fixture.test.ts';
import type { CatalogStore, StoredQuery } from './catalog-store.ts';

export const everything: StoredQuery = {
  text: '',
  sort: 'published',
  isDescending: true,
  limit: 200,
  offset: 0,
};
const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff })
  .map((code) => String.fromCodePoint(code));
const letter = fc
  .oneof(
    fc.integer({ min: 1, max: 0x2ff }),
    fc.integer({ min: 0x300, max: 0xd7ff }),
    fc.integer({ min: 0xf900, max: 0x1ffff }),
  )
  .map((code) => String.fromCodePoint(code));
const torrent = new Uint8Array(9);
const publishedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5);

export async function names(store: CatalogStore, query: Partial<StoredQuery>): Promise<string[]> {
  const { entries } = await store.page({ ...everything, ...query });
  return entries.map(({ name }) => name);
}

/** What every store finds, and in which order. `open` gives an empty one. */
export function searchConformance(open: (t: TestContext) => Promise<CatalogStore>): void {
  test('words are found in names and file names', async (t) => {
    const store = await open(t);
    const library: Record<string, readonly string[]> = {
      'Ubuntu 24.04 Desktop.iso': [],
      'my_holiday-photos': ['Sea/IMG_0001.jpg', 'Größe/Straße.txt'],
      東京タワーの写真: [],
      'Café résumé': ['naïve plan.pdf'],
      'Песня о ёлке': [],
      'party 🎉 mix': [],
      'C++ (2nd edition)': [],
      '한국어 문서': [],
    };
    for (const [name, files] of Object.entries(library)) {
      await store.publish(factsOf({ name, files }), torrent, 1);
    }
    const [ubuntu, photos, tokyo, cafe, song, party, book, korean] = Object.keys(library);
    const expected: Record<string, readonly (string | undefined)[]> = {
      ubuntu: [ubuntu],
      UBUN: [ubuntu],
      'ubun desk': [],
      'desktop ubuntu': [ubuntu],
      '24.04': [ubuntu],
      buntu: [],
      'holiday pho': [photos],
      img_0001: [photos],
      'holiday sea': [photos],
      grösse: [photos],
      strasse: [photos],
      東京: [tokyo],
      タワー: [tokyo],
      写真: [tokyo],
      京東: [],
      cafe: [cafe],
      'Resume naive': [cafe],
      'песня елке': [song],
      ПЕСН: [song],
      '🎉': [party],
      'party 🎉': [party],
      'c++ edition': [book],
      '2nd': [book],
      국어: [korean],
      'iso jpg': [],
      '!!!': [],
      '"': [],
    };
    for (const [text, wanted] of Object.entries(expected)) {
      assert.deepEqual(await names(store, { text, sort: 'relevance' }), wanted, text);
      const { total } = await store.page({ ...everything, text, limit: 1 });
      assert.equal(total, wanted.length, text);
    }
    assert.equal((await store.page({ ...everything, text: ' \n' })).total, 8);
  });

  test("a person's words are never syntax", async (t) => {
    const store = await open(t);
    await store.publish(factsOf({ name: 'near and or not name' }), torrent, 1);
    const texts = [
      '"',
      '""" OR "',
      'a" OR name:*',
      'near(a b)',
      'NOT near',
      'name : near',
      '^near',
      '{name files}: near',
      'a AND',
      '* * *',
      '-near',
      "'a' & 'b' | !c <-> d:*",
      "\\' \\",
      ':*',
      '%_',
      '\0',
      '\ud800\udfff\udfff',
      '🎉'.repeat(500),
      '漢'.repeat(10_000),
      'x'.repeat(10_000),
      'word '.repeat(2000),
      '\u0300\u0316'.repeat(500),
      '\u0300'.repeat(1000),
      'ﷺ'.repeat(1000),
    ];
    for (const text of texts) {
      for (const sort of ['relevance', 'name'] as const) {
        await assert.doesNotReject(store.page({ ...everything, text, sort }), JSON.stringify(text));
      }
    }
    for (const text of ['near', 'NOT', 'or and', '"near" (and', 'name:near']) {
      assert.equal((await names(store, { text })).length, 1, text);
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: anyCharacter, maxLength: 60 }), async (text) => {
        await store.page({ ...everything, text, sort: 'relevance' });
        await store.match(text);
      }),
      { numRuns: 40 },
    );
  });

  test('whatever a name is, its words find it', async (t) => {
    const store = await open(t);
    const name = fc.string({ unit: letter, minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        const facts = factsOf({ name: text });
        const { entry } = await store.publish(facts, torrent, 1);
        if (facts.nameTokens === '') return;
        const { entries } = await store.page({ ...everything, text, sort: 'relevance' });
        assert.ok(
          entries.some(({ id }) => id === entry.id),
          JSON.stringify(text),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('a match in the name counts more than one in file names', async (t) => {
    const store = await open(t);
    await store.publish(factsOf({ name: 'whale songs' }), torrent, 1);
    await store.publish(
      factsOf({ name: 'sea', files: ['whale/whale.txt', 'whale 2'] }),
      torrent,
      2,
    );
    await store.publish(factsOf({ name: 'more', files: ['songs of a whale'] }), torrent, 3);
    const [first, ...rest] = await names(store, { text: 'whale', sort: 'relevance' });
    assert.equal(first, 'whale songs');
    assert.equal(rest.length, 2);
  });

  test('pages are stable and complete in every order', async (t) => {
    const store = await open(t);
    const all: string[] = [];
    for (let i = 0; i < 23; i++) {
      const name = `item ${String.fromCharCode(97 + ((i * 7) % 23))}${i % 2 ? 'X' : 'x'}`;
      all.push(name);
      const facts = factsOf({ name, lengthBytes: (i * 5) % 4 });
      await store.publish(facts, torrent, publishedAtMs + ((i * 3) % 5));
    }
    for (const sort of ['published', 'name', 'size', 'relevance'] as const) {
      for (const isDescending of [true, false]) {
        for (const text of ['', 'item']) {
          const pages: string[] = [];
          for (let offset = 0; offset < 25; offset += 5) {
            pages.push(...(await names(store, { text, sort, isDescending, limit: 5, offset })));
          }
          const label = `${sort} ${isDescending} ${text}`;
          assert.deepEqual(pages.toSorted(), all.toSorted(), label);
          assert.deepEqual(await names(store, { text, sort, isDescending }), pages, label);
        }
      }
    }
    assert.deepEqual(
      await names(store, { sort: 'name', isDescending: false }),
      all.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
    );
    const sizes = (await store.page({ ...everything, sort: 'size' })).entries;
    assert.deepEqual(
      sizes.map((entry) => entry.lengthBytes),
      sizes.map((entry) => entry.lengthBytes).toSorted((a, b) => b - a),
    );
    assert.deepEqual(await store.page({ ...everything, offset: 99 }), { entries: [], total: 23 });
  });
}
