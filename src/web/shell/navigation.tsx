/** Where a person can go: the torrents by state, label, category and tracker; and the other views. */
import { type ReactNode, useMemo } from 'react';
import { useSession, useTorrents } from '../live/live-context.tsx';
import { useObservable } from '../parts/observable.ts';
import { Untrusted } from '../parts/untrusted.tsx';
import { hrefOf, showView, useView, type View } from '../router.ts';
import { countTorrents, type Filter, type Group, groups } from '../torrents/torrent-filter.ts';
import { usePage } from './page-state.tsx';

const groupWords: Readonly<Record<Group, string>> = {
  all: 'All',
  active: 'Active',
  downloading: 'Downloading',
  seeding: 'Seeding',
  complete: 'Complete',
  stopped: 'Stopped',
  stalled: 'Stalled',
  queued: 'Queued',
  checking: 'Checking',
  moving: 'Moving',
  error: 'Errors',
};
/** The others only while there are some. */
const always: readonly Group[] = ['all', 'active', 'downloading', 'seeding', 'complete', 'stopped'];

const otherViews: readonly (readonly [View, string])[] = [
  ['share', 'Share'],
  ['catalog', 'Catalog'],
  ['tracker', 'Tracker'],
  ['settings', 'Settings'],
];

/** `onGo` when something was chosen. */
export function Navigation({ onGo }: { readonly onGo?: (() => void) | undefined }) {
  const torrents = useTorrents();
  const isKnown = useSession() !== undefined;
  const counts = useMemo(() => countTorrents(torrents.values()), [torrents]);
  const view = useView();
  return (
    <div className="navigation">
      <Section title="Torrents">
        {groups
          .filter((group) => always.includes(group) || counts.groups[group] > 0)
          .map((group) => (
            <FilterLink
              key={group}
              filter={{ kind: 'group', value: group }}
              text={groupWords[group]}
              count={isKnown ? counts.groups[group] : undefined}
              onGo={onGo}
            />
          ))}
      </Section>
      <Names title="Labels" kind="label" names={counts.labels} onGo={onGo} />
      <Names title="Categories" kind="category" names={counts.categories} onGo={onGo} />
      <Names title="Trackers" kind="tracker" names={counts.trackers} onGo={onGo} />
      <ul className="nav-views">
        {otherViews.map(([name, text]) => (
          <li key={name}>
            <a
              className="nav-link"
              href={hrefOf(name)}
              aria-current={view === name ? 'page' : undefined}
              onClick={onGo}
            >
              {text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface NamesProps {
  readonly title: string;
  readonly kind: 'label' | 'category' | 'tracker';
  readonly names: ReadonlyMap<string, number>;
  readonly onGo: (() => void) | undefined;
}

function Names({ title, kind, names, onGo }: NamesProps) {
  if (names.size === 0) return null;
  const sorted = [...names].sort(([a], [b]) => a.localeCompare(b));
  return (
    <Section title={title}>
      {sorted.map(([name, count]) => (
        <FilterLink
          key={name}
          filter={{ kind, value: name }}
          text={name}
          count={count}
          onGo={onGo}
        />
      ))}
    </Section>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h2 className="nav-title">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

interface FilterLinkProps {
  readonly filter: Filter;
  readonly text: string;
  readonly count: number | undefined;
  readonly onGo: (() => void) | undefined;
}

function FilterLink({ filter, text, count, onGo }: FilterLinkProps) {
  const page = usePage();
  const current = useObservable(page.filter);
  const view = useView();
  const isCurrent =
    view === 'torrents' && current.kind === filter.kind && current.value === filter.value;
  return (
    <li>
      <button
        type="button"
        className="nav-link"
        aria-current={isCurrent ? 'true' : undefined}
        onClick={() => {
          page.filter.set(filter);
          showView('torrents');
          onGo?.();
        }}
      >
        <span className={filter.value === 'error' ? 'cut trouble' : 'cut'}>
          <Untrusted text={text} />
        </span>
        <span className="count">{count ?? ''}</span>
      </button>
    </li>
  );
}
