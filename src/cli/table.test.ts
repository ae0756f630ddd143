/** Tables: columns leave, widths fit, colour is put on after measuring. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { styleFor } from './style.ts';
import { type Column, tableLines } from './table.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly word: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'name', isText: true, isElastic: true, from: 0, cell: ({ name }) => name },
  {
    title: 'count',
    from: 30,
    cell: ({ count }) => String(count),
    paint: ({ count }) => (count > 9 ? 'red' : undefined),
  },
  { title: 'word', isText: true, from: 50, cell: ({ word }) => word },
];
const rows: readonly Row[] = [
  { name: 'short', count: 5, word: 'yes' },
  { name: 'quite a long name it is', count: 12_345, word: 'maybe' },
];

test('numbers stand at the right, text at the left, and no line ends in spaces', () => {
  assert.deepEqual(tableLines(columns, rows, 80), [
    '  name                      count   word',
    '  short                         5   yes',
    '  quite a long name it is   12345   maybe',
  ]);
});

test('a narrow window has fewer columns and cuts only the elastic one', () => {
  assert.deepEqual(tableLines(columns, rows, 30), [
    '  name                   count',
    '  short                      5',
    '  quite a lo…ame it is   12345',
  ]);
  assert.deepEqual(tableLines(columns, rows, 10)[2], '  quite …it is');
});

test('colour does not count as width', () => {
  const style = styleFor('always', { isTerminal: false, env: {} });
  const [, plain, painted] = tableLines(columns, rows, 80, style);
  assert.ok(!plain!.includes('\u001b'));
  assert.equal(painted, '  quite a long name it is   \u001b[31m12345\u001b[39m   maybe');
});

test('no rows, no lines', () => {
  assert.deepEqual(tableLines(columns, [], 80), []);
});
