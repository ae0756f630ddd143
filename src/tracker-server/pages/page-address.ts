/** Addresses of the pages: what a query means, and the links that lead to the same page otherwise sorted. */
import { displayText } from '../../base/display-text.ts';
import { isDescendingFirst, type SwarmOrder, swarmOrders } from './swarm-order.ts';
import type { TorrentQuery } from './torrent-search.ts';
import { type CatalogOrder, catalogOrders } from './tracker-view.ts';

/** As Fastify parses a query; whatever is malformed in it is left out. */
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface CatalogPageQuery {
  readonly search: string;
  readonly order: CatalogOrder;
  readonly descending: boolean;
  readonly page: number;
}

export const defaultOrder: SwarmOrder = 'seeders';
const maxSearchLength = 100;
const maxPage = 100_000;

export function readTorrentQuery(
  raw: RawQuery,
  unlessTold: SwarmOrder = defaultOrder,
): TorrentQuery {
  const order = swarmOrders.find((one) => one === single(raw.sort)) ?? unlessTold;
  return { order, ...readRest(raw, isDescendingFirst(order)) };
}

export function readCatalogQuery(raw: RawQuery): CatalogPageQuery {
  const order = catalogOrders.find((one) => one === single(raw.sort)) ?? 'published';
  return { order, ...readRest(raw, order !== 'name') };
}

function readRest(raw: RawQuery, descendingFirst: boolean) {
  const direction = single(raw.order);
  const page = Number(single(raw.page));
  return {
    search: displayText(single(raw.q) ?? '', maxSearchLength),
    descending: direction === 'descending' || (direction !== 'ascending' && descendingFirst),
    page: Number.isInteger(page) && page >= 1 && page <= maxPage ? page : 1,
  };
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

export interface Place {
  readonly path: string;
  readonly search: string;
  readonly order: string;
  readonly descending: boolean;
  readonly page: number;
}

export function addressOf({ path, search, order, descending, page }: Place): string {
  const parameters = new URLSearchParams();
  if (search !== '') parameters.set('q', search);
  parameters.set('sort', order);
  parameters.set('order', descending ? 'descending' : 'ascending');
  if (page > 1) parameters.set('page', String(page));
  // Without JavaScript the page loads anew, and then the table should be in sight.
  return `${path}?${parameters}#table`;
}
