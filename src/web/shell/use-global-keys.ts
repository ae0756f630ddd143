/** The keys that work in every view, unless the focus is where text is written or in a dialog. */
import { useEffect } from 'react';
import { showView } from '../router.ts';
import { type PageState, usePage } from './page-state.tsx';

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]') !== null;
}

export function isOverlaid(): boolean {
  return document.querySelector('[role=dialog], [role=menu]') !== null;
}

const keys: Readonly<Record<string, (page: PageState) => void>> = {
  '/': () => {
    showView('torrents');
    // The search appears with its view.
    requestAnimationFrame(() => document.getElementById('search')?.focus());
  },
  n: (page) => page.openGet(),
  s: () => showView('share'),
  '?': (page) => page.dialog.set({ kind: 'keys' }),
};

export function useGlobalKeys(): void {
  const page = usePage();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = keys[event.key];
      if (act === undefined || isTyping(event.target) || isOverlaid()) return;
      event.preventDefault();
      act(page);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [page]);
}
