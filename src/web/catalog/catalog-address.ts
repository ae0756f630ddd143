/** What of the catalog is shown, and how the daemon is asked for it. */
import { type CatalogSort, catalogPath } from '../../api/contract/catalog.ts';

export interface CatalogLook {
  readonly query: string;
  /** Undefined: the best match for a query, the newest without one. */
  readonly sort: CatalogSort | undefined;
  readonly isDescending: boolean;
  /** From 0. */
  readonly page: number;
}

export const firstLook: CatalogLook = { query: '', sort: undefined, isDescending: true, page: 0 };
export const pageLength = 50;

export function addressOf({ query, sort, isDescending, page }: CatalogLook): string {
  const parameters = new URLSearchParams();
  const words = query.trim().toWellFormed();
  if (words !== '') parameters.set('query', words);
  if (sort !== undefined) {
    parameters.set('sort', sort);
    parameters.set('order', isDescending ? 'descending' : 'ascending');
  }
  parameters.set('limit', String(pageLength));
  if (page > 0) parameters.set('offset', String(page * pageLength));
  return `${catalogPath}?${parameters}`;
}

/** A click on a column: the way that is of most use, then the other. */
export function sortedBy(look: CatalogLook, sort: CatalogSort): CatalogLook {
  const isDescending = look.sort === sort ? !look.isDescending : sort !== 'name';
  return { ...look, sort, isDescending, page: 0 };
}

/** `51–100 of 312`; empty when there is one page. */
export function rangeWords(page: number, shown: number, total: number): string {
  if (total <= pageLength && page === 0) return '';
  return `${page * pageLength + 1}–${page * pageLength + shown} of ${total.toLocaleString('en')}`;
}
