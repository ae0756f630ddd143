/** The bar over everything: name, search, how fast it goes, theme and settings. */
import { useRef } from 'react';
import { formatRate } from '../../base/amounts.ts';
import { markPath } from '../../look/icon.ts';
import { useSession } from '../live/live-context.tsx';
import { Icon } from '../parts/icon.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { useObservable } from '../parts/observable.ts';
import { useIsPhone } from '../parts/use-media.ts';
import { hrefOf, showView, useView } from '../router.ts';
import { usePage } from './page-state.tsx';
import { type Theme, themes } from './theme.ts';

export function TopBar() {
  const page = usePage();
  const isPhone = useIsPhone();
  return (
    <header className="top-bar">
      {isPhone && (
        <IconButton
          icon="menu"
          label="Views and filters"
          onClick={() => page.dialog.set({ kind: 'navigation' })}
        />
      )}
      <a className="brand" href={hrefOf('torrents')}>
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d={markPath} />
        </svg>
        Shoal
      </a>
      <Search />
      <Rates />
      <ThemeButton />
      {!isPhone && (
        <>
          <IconButton
            icon="keys"
            label="Keyboard"
            shortcut="?"
            onClick={() => page.dialog.set({ kind: 'keys' })}
          />
          <IconButton icon="gear" label="Settings" onClick={() => showView('settings')} />
        </>
      )}
    </header>
  );
}

function Search() {
  const page = usePage();
  const search = useObservable(page.search);
  const view = useView();
  const input = useRef<HTMLInputElement>(null);
  // The catalog has a search of its own.
  if (view !== 'torrents') return <span className="search-space" />;
  return (
    <search className="search">
      <Icon name="search" />
      <input
        ref={input}
        id="search"
        type="search"
        className="input"
        aria-label="Search the torrents"
        aria-keyshortcuts="/"
        placeholder="Search"
        autoComplete="off"
        spellCheck={false}
        value={search}
        onChange={(event) => page.search.set(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            if (search === '') input.current?.blur();
            page.search.set('');
          }
          if (event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault();
            document.querySelector<HTMLElement>('[data-list]')?.focus();
          }
        }}
      />
      {search === '' && <kbd>/</kbd>}
    </search>
  );
}

function Rates() {
  const page = usePage();
  const session = useSession();
  return (
    <button
      type="button"
      className="rates"
      title="Speed over time"
      onClick={() => page.dialog.set({ kind: 'speed' })}
    >
      <span>
        <span className="unseen">Down</span>
        <span aria-hidden="true">↓</span> {session ? formatRate(session.downRate) : '–'}
      </span>{' '}
      <span>
        <span className="unseen">Up</span>
        <span aria-hidden="true">↑</span> {session ? formatRate(session.upRate) : '–'}
      </span>
    </button>
  );
}

const themeWords: Readonly<Record<Theme, string>> = {
  auto: 'Colours: as the system',
  light: 'Colours: light',
  dark: 'Colours: dark',
};

function ThemeButton() {
  const { theme } = usePage();
  const current = useObservable(theme);
  const next = themes[(themes.indexOf(current) + 1) % themes.length] as Theme;
  return (
    <IconButton
      icon={current === 'auto' ? 'theme' : current}
      label={themeWords[current]}
      onClick={() => theme.set(next)}
    />
  );
}
