/** The view `#/catalog`: what the home tracker lists, to search and get. */
import { useEffect, useRef, useState } from 'react';
import type { CatalogEntry, CatalogPage } from '../../api/contract/catalog.ts';
import type { ApiError } from '../api.ts';
import { useSteady } from '../folders/use-steady.ts';
import { Problem } from '../parts/problem.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { hrefOf } from '../router.ts';
import { isOverlaid, isTyping } from '../shell/use-global-keys.ts';
import './catalog.css';
import { addressOf, firstLook, pageLength, rangeWords, sortedBy } from './catalog-address.ts';
import { CatalogDetailDialog } from './catalog-detail.tsx';
import { CatalogTable } from './catalog-table.tsx';

const typingMs = 200;
const lookMs = 10_000;

export function CatalogView() {
  const [look, setLook] = useState(firstLook);
  const [opened, setOpened] = useState<CatalogEntry>();
  const address = useSteady(addressOf(look), typingMs);
  const { data, error, refresh } = useAnswer<CatalogPage>(address, lookMs);
  const kept = useRef(data);
  if (data !== undefined) kept.current = data;
  // What was found before stays while the next is asked for, so that nothing jumps.
  const page = data ?? (error === undefined ? kept.current : undefined);
  const isAbsent = error?.code === 'TRACKER_ABSENT';
  return (
    <div className="view catalog">
      <div className="view-head">
        <h1>Catalog</h1>
        {!isAbsent && (
          <Search query={look.query} onQuery={(query) => setLook({ ...look, query, page: 0 })} />
        )}
        <span className="catalog-count quiet" role="status">
          {page !== undefined && countWords(page.total, look.query)}
        </span>
      </div>
      {error !== undefined && data === undefined && <Trouble error={error} onRetry={refresh} />}
      {page === undefined && error === undefined && <div className="shape catalog-shape" />}
      {page?.total === 0 && <Nothing query={look.query} />}
      {page !== undefined && page.total > 0 && (
        <>
          <CatalogTable
            entries={page.entries}
            look={look}
            onSort={(sort) => setLook(sortedBy(look, sort))}
            onOpen={setOpened}
          />
          <Pages
            page={look.page}
            shown={page.entries.length}
            total={page.total}
            onPage={(next) => setLook({ ...look, page: next })}
          />
        </>
      )}
      {opened !== undefined && (
        <CatalogDetailDialog entry={opened} onClose={() => setOpened(undefined)} />
      )}
    </div>
  );
}

function Search(props: { readonly query: string; readonly onQuery: (query: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Ahead of the page's own meaning of the key, which is to search the torrents.
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || isOverlaid()) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', onKey, true);
    return () => removeEventListener('keydown', onKey, true);
  }, []);
  return (
    <input
      ref={input}
      type="search"
      className="input catalog-search"
      aria-label="Search the catalog"
      aria-keyshortcuts="/"
      placeholder="Words of a name or of its files"
      value={props.query}
      onChange={(event) => props.onQuery(event.target.value)}
    />
  );
}

function Trouble({ error, onRetry }: { readonly error: ApiError; readonly onRetry: () => void }) {
  if (error.code !== 'TRACKER_ABSENT') {
    return (
      <div className="section">
        <Problem message={error.message} onRetry={onRetry} />
      </div>
    );
  }
  return (
    <div className="blank">
      <h2>There is no catalog yet</h2>
      <p>{error.message}.</p>
      <a className="button" href={hrefOf('settings')}>
        Set a tracker
      </a>
    </div>
  );
}

function Nothing({ query }: { readonly query: string }) {
  if (query.trim() !== '') {
    return (
      <div className="blank">
        <h2>Nothing found</h2>
        <p>No torrent in the catalog has “{query.trim()}” in its name or its files.</p>
      </div>
    );
  }
  return (
    <div className="blank">
      <h2>The catalog is empty</h2>
      <p>What is shared with this tracker is listed here, for all who use it.</p>
      <a className="button" href={hrefOf('share')}>
        Share something
      </a>
    </div>
  );
}

interface PagesProps {
  readonly page: number;
  readonly shown: number;
  readonly total: number;
  readonly onPage: (page: number) => void;
}

function Pages({ page, shown, total, onPage }: PagesProps) {
  if (total <= pageLength && page === 0) return null;
  return (
    <nav className="catalog-pages" aria-label="Pages">
      <span className="quiet">{rangeWords(page, shown, total)}</span>
      <button
        type="button"
        className="button small"
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        Back
      </button>
      <button
        type="button"
        className="button small"
        disabled={(page + 1) * pageLength >= total}
        onClick={() => onPage(page + 1)}
      >
        Next
      </button>
    </nav>
  );
}

function countWords(total: number, query: string): string {
  const count = `${total.toLocaleString('en')} ${total === 1 ? 'torrent' : 'torrents'}`;
  return query.trim() === '' ? count : `${count} found`;
}
