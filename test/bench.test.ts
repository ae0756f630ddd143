/** The benchmarks and their document belong together: every one has its section, and only that is replaced. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { markdownTable, replaceSection } from '../bench/document.ts';
import { median, number, parseSize, size } from '../bench/figures.ts';
import { benchNames } from '../bench/report.ts';

describe('bench', () => {
  test('docs/benchmarks.md has a section for each benchmark', () => {
    const text = readFileSync(new URL('../docs/benchmarks.md', import.meta.url), 'utf8');
    for (const name of ['machine', ...benchNames]) {
      const replaced = replaceSection(text, name, '\nnew\n');
      assert.match(
        replaced,
        new RegExp(`<!-- bench:${name} -->\n\nnew\n\n<!-- /bench:${name} -->`),
      );
      assert.equal(replaceSection(replaced, name, 'new'), replaced);
    }
    assert.throws(() => replaceSection(text, 'gone', ''), /no section/);
  });

  test('only the section changes', () => {
    const text = 'a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb <!-- bench:y -->\n';
    const wanted = 'a\n<!-- bench:x -->\n\nnew\n\n<!-- /bench:x -->\nb <!-- bench:y -->\n';
    assert.equal(replaceSection(text, 'x', 'new'), wanted);
  });

  test('a table in Markdown', () => {
    const table = { columns: ['who', 's'], rows: [['a', '1']] };
    assert.equal(markdownTable(table), '| who | s |\n| --- | ---: |\n| a | 1 |');
  });

  test('figures', () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2])], [2, 2.5]);
    const numbers = [0, 0.1234, 1.234, 99.94, 1234.5, undefined].map(number);
    assert.deepEqual(numbers, ['0', '0.12', '1.23', '99.9', '1,235', '–']);
    const sizes = ['2GiB', '64m', '1.5 k', '7', 'x', '-1'].map(parseSize);
    assert.deepEqual(sizes, [2 ** 31, 2 ** 26, 1536, 7, undefined, undefined]);
    assert.deepEqual([2 ** 31, 16_384, 7].map(size), ['2 GiB', '16 KiB', '7 B']);
  });
});
