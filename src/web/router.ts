/** Which view the fragment of the address names: `#/catalog`. What names none is the torrents. */
import { useSyncExternalStore } from 'react';

export const views = ['torrents', 'share', 'catalog', 'tracker', 'settings'] as const;
export type View = (typeof views)[number];

export function hrefOf(view: View): string {
  return view === 'torrents' ? '#/' : `#/${view}`;
}

export function viewOf(fragment: string): View {
  const name = /^#\/([a-z]+)/.exec(fragment)?.[1];
  return views.find((view) => view === name) ?? 'torrents';
}

export function showView(view: View): void {
  location.hash = hrefOf(view);
}

function subscribe(onChange: () => void): () => void {
  addEventListener('hashchange', onChange);
  return () => removeEventListener('hashchange', onChange);
}

export function useView(): View {
  return viewOf(useSyncExternalStore(subscribe, () => location.hash));
}

/** The link of `#/get?source=LINK`. */
export function sourceIn(fragment: string): string | undefined {
  const query = /^#\/get\?(.*)$/s.exec(fragment)?.[1];
  const source = query === undefined ? null : new URLSearchParams(query).get('source');
  return source === null || source === '' ? undefined : source;
}
