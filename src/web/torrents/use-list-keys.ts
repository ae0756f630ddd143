/**
 * The keys of the table: arrows, space, enter, del and what goes with them. They work while the focus is
 * on the table or nowhere, never while something else has it.
 */
import { type RefObject, useEffect } from 'react';
import { type PageState, usePage } from '../shell/page-state.tsx';
import { moveCursor, nothing, selectAll, toggleOne } from './selection.ts';
import { type TorrentActions, useTorrentActions } from './use-torrent-actions.ts';

interface ListKeys {
  readonly page: PageState;
  readonly actions: TorrentActions;
  readonly order: readonly string[];
  readonly pageRows: number;
}

/** True when the key was one of the table's. */
function handleKey(event: KeyboardEvent, { page, actions, order, pageRows }: ListKeys): boolean {
  const { selection } = page;
  const chosen = order.filter((hash) => selection.get().hashes.has(hash));
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const move = (steps: number) => {
    selection.update((old) => moveCursor(old, order, steps, event.shiftKey));
    const { cursor } = selection.get();
    if (page.detail.get() !== undefined && cursor !== undefined) page.detail.set(cursor);
  };
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
    selection.update((old) => selectAll(old, order));
    return true;
  }
  if (event.ctrlKey && event.key === ' ') {
    const { cursor } = selection.get();
    if (cursor !== undefined) selection.update((old) => toggleOne(old, cursor));
    return true;
  }
  if (!isPlain) return false;
  const moves: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: pageRows,
    PageUp: -pageRows,
    Home: -order.length,
    End: order.length,
  };
  const steps = moves[event.key];
  if (steps !== undefined) {
    move(steps);
    return true;
  }
  switch (event.key) {
    case ' ':
      void actions.toggle(chosen);
      return chosen.length > 0;
    case 'Enter':
      if (chosen[0] === undefined) return false;
      page.detail.set(selection.get().cursor ?? chosen[0]);
      return true;
    case 'Delete':
    case 'Backspace':
      if (chosen.length === 0) return false;
      page.dialog.set({ kind: 'remove', hashes: chosen });
      return true;
    case 'F2':
      if (chosen.length !== 1 || chosen[0] === undefined) return false;
      page.dialog.set({ kind: 'rename', hash: chosen[0] });
      return true;
    case 'Escape':
      if (page.detail.get() !== undefined) page.detail.set(undefined);
      else if (chosen.length > 0) selection.set(nothing);
      else return false;
      return true;
    default:
      return false;
  }
}

export function useListKeys(
  order: readonly string[],
  list: RefObject<HTMLElement | null>,
  rowPx: number,
): void {
  const page = usePage();
  const actions = useTorrentActions();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.defaultPrevented || (target !== document.body && target !== list.current)) return;
      const pageRows = Math.max(1, Math.floor((list.current?.clientHeight ?? 0) / rowPx) - 2);
      if (!handleKey(event, { page, actions, order, pageRows })) return;
      event.preventDefault();
      list.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [page, actions, order, list, rowPx]);
}
