/** The catalog as a table: aligned, within the window, and nothing of a name obeyed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogEntry } from '../api/contract/catalog.ts';
import { catalogTable } from './catalog-table.ts';
import { textWidth } from './text-width.ts';

function entry(id: number, name: string, more: Partial<CatalogEntry> = {}): CatalogEntry {
  return {
    id,
    infoHash: 'ab'.repeat(20),
    name,
    lengthBytes: 3_650_722_201,
    fileCount: 214,
    pieceLength: 1 << 20,
    publishedAt: '2026-11-20T10:00:00.000Z',
    seeders: 12,
    leechers: 3,
    downloads: 1234,
    ...more,
  };
}

test('a wide window has every column', () => {
  assert.deepEqual(catalogTable([entry(1, 'holiday'), entry(12, 'ä')], 120), [
    '  id   name         size   files   seeders   leechers   completed    published',
    '   1   holiday   3.4 GiB     214        12          3       1,234   2026-11-20',
    '  12   ä         3.4 GiB     214        12          3       1,234   2026-11-20',
  ]);
});

test('columns leave as the window narrows, and a long name is cut in the middle', () => {
  const entries = [entry(7, `${'long '.repeat(30)}end`), entry(8, '日本語'.repeat(20))];
  for (let width = 24; width < 140; width += 5) {
    const lines = catalogTable(entries, width);
    for (const line of lines)
      assert.ok(textWidth(line) <= Math.max(width, 36), `${width}: ${line}`);
  }
  assert.match(catalogTable(entries, 60)[1]!, /long.*….*end/);
});

test('a hostile name moves nothing', () => {
  const [, line] = catalogTable([entry(1, 'a\u001b[2J\u202eb\nc')], 100);
  for (const obeyed of ['\u001b', '\u202e', '\n']) assert.ok(!line!.includes(obeyed));
  assert.deepEqual(catalogTable([], 80), []);
});
