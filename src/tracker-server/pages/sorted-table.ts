/** What tables of many pages share: heads that sort through links, the search form, turning pages. */
import { type Html, html } from './html.ts';
import { countText } from './number-text.ts';
import { addressOf, type Place } from './page-address.ts';

export interface Column {
  readonly order: string;
  readonly text: string;
  readonly descendingFirst: boolean;
  /** What stands first, ascending and descending. */
  readonly ways: readonly [string, string];
  /** `name`, `number` or what else the style sheet knows. */
  readonly kind: string;
}

/** `more` heads stand behind the columns that sort. */
export function tableHead(columns: readonly Column[], place: Place, more?: Html): Html {
  const heads = columns.map((column) => {
    const sorted = column.order === place.order && (place.descending ? 'descending' : 'ascending');
    return html`<th scope="col" class="${column.kind}"${sorted && html` aria-sort="${sorted}"`}>${sortLink(column, place)}</th>`;
  });
  return html`<thead><tr>${heads}${more}</tr></thead>`;
}

/** For narrow windows, where some columns are not shown. */
export function sortList(columns: readonly Column[], place: Place): Html {
  return html`<nav class="sorts" aria-label="Sort by">Sort: ${columns.map((column) => sortLink(column, place))}</nav>`;
}

function sortLink(column: Column, place: Place): Html {
  const isSorted = column.order === place.order;
  const descending = isSorted ? !place.descending : column.descendingFirst;
  const href = addressOf({ ...place, order: column.order, descending, page: 1 });
  const how = column.ways[descending ? 1 : 0];
  const arrow =
    isSorted &&
    html`<svg class="arrow" viewBox="0 0 8 8" aria-hidden="true"><path d="${place.descending ? 'M1 2.5h6L4 6.5Z' : 'M1 5.5h6L4 1.5Z'}"/></svg>`;
  return html`<a href="${href}" title="Sort by ${column.text.toLowerCase()}, ${how}"${isSorted && html` class="sorted"`}>${column.text}${arrow}</a>`;
}

export function searchForm(place: Place, label: string): Html {
  return html`<form class="search" role="search" action="${place.path}" method="get">
<span data-live="search-state"><input type="hidden" name="sort" value="${place.order}"><input type="hidden" name="order" value="${place.descending ? 'descending' : 'ascending'}">${place.search !== '' && html`<a class="clear" href="${addressOf({ ...place, search: '', page: 1 })}">Show all</a>`}</span>
<input type="search" id="search" name="q" value="${place.search}" maxlength="100" aria-label="${label}" placeholder="${label}" autocomplete="off" spellcheck="false"><kbd hidden>/</kbd>
<button>Search</button>
</form>`;
}

export function pageLinks(
  place: Place,
  pages: number,
  first: number,
  last: number,
  of: number,
): Html | undefined {
  if (pages <= 1) return undefined;
  const to = (page: number, text: string, rel: string) =>
    page >= 1 && page <= pages
      ? html`<a href="${addressOf({ ...place, page })}" rel="${rel}">${text}</a>`
      : html`<span>${text}</span>`;
  return html`<nav class="pages" aria-label="Pages of the table">${to(place.page - 1, 'Previous', 'prev')} <span class="range">${countText(first)}–${countText(last)} of ${countText(of)}</span> ${to(place.page + 1, 'Next', 'next')}</nav>`;
}
