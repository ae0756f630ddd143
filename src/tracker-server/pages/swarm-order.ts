/** The orders of the table of torrents, and the first rows of a table in one of them. */
import { type Compare, firstOf } from './first-rows.ts';
import type { Pacer } from './pacer.ts';
import { swarmState } from './swarm-state.ts';
import type { SwarmTable } from './swarm-table.ts';

export const swarmOrders = [
  'name',
  'size',
  'seeders',
  'leechers',
  'downloads',
  'health',
  'peers',
] as const;
export type SwarmOrder = (typeof swarmOrders)[number];

export interface Sorting {
  readonly order: SwarmOrder;
  readonly descending: boolean;
}

/** How an order is first shown: most first, but names from A and the worst health. */
export function isDescendingFirst(order: SwarmOrder): boolean {
  return order !== 'name' && order !== 'health';
}

/** The first `limit` rows, sorted; lets the event loop run. */
export function firstRows(
  table: SwarmTable,
  sorting: Sorting,
  limit: number,
  pacer: Pacer,
): Promise<number[]> {
  return firstOf(table.length, comparison(table, sorting), limit, pacer);
}

/** Total: equal rows are ordered by info-hash, so that they keep their place from one look to the next. */
function comparison(table: SwarmTable, { order, descending }: Sorting): Compare {
  const sign = descending ? -1 : 1;
  const ascending = ascendingComparison(table, order);
  return (a, b) => {
    const unknown = unknownLast(table, order, a, b);
    return unknown || sign * ascending(a, b) || table.compareHashes(a, b);
  };
}

function ascendingComparison(table: SwarmTable, order: SwarmOrder): Compare {
  switch (order) {
    case 'name':
      return (a, b) => compareText(sortKey(table, a), sortKey(table, b));
    case 'size':
      return (a, b) => (sizeOf(table, a) ?? 0) - (sizeOf(table, b) ?? 0);
    case 'seeders':
      return (a, b) => table.seeders(a) - table.seeders(b) || table.leechers(a) - table.leechers(b);
    case 'leechers':
      return (a, b) => table.leechers(a) - table.leechers(b) || table.seeders(a) - table.seeders(b);
    case 'downloads':
      return (a, b) => table.downloads(a) - table.downloads(b);
    case 'health':
      return (a, b) => rank(table, a) - rank(table, b) || peers(table, b) - peers(table, a);
    case 'peers':
      return (a, b) => peers(table, a) - peers(table, b);
  }
}

/** What has no name or size stands behind what has, in both directions. */
function unknownLast(table: SwarmTable, order: SwarmOrder, a: number, b: number): number {
  if (order === 'name')
    return Number(table.facts(a) === undefined) - Number(table.facts(b) === undefined);
  if (order === 'size')
    return Number(sizeOf(table, a) === undefined) - Number(sizeOf(table, b) === undefined);
  return 0;
}

function sortKey(table: SwarmTable, row: number): string {
  return table.facts(row)?.sortKey ?? '';
}

function sizeOf(table: SwarmTable, row: number): number | undefined {
  return table.facts(row)?.facts.lengthBytes;
}

function peers(table: SwarmTable, row: number): number {
  return table.seeders(row) + table.leechers(row);
}

function rank(table: SwarmTable, row: number): number {
  return swarmState({ seeders: table.seeders(row), leechers: table.leechers(row) }).rank;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
