/** What the person at the page has chosen and opened; none of it is the daemon's. */
import { createContext, type ReactNode, useContext, useState } from 'react';
import { keptObservable } from '../parts/kept.ts';
import { Observable } from '../parts/observable.ts';
import { nothing, type Selection } from '../torrents/selection.ts';
import { everything, type Filter } from '../torrents/torrent-filter.ts';
import { type Sort, sortKeys } from '../torrents/torrent-order.ts';
import { makeTheme } from './theme.ts';

export type OpenDialog =
  | {
      readonly kind: 'remove' | 'move' | 'limits' | 'labels' | 'actions';
      readonly hashes: readonly string[];
    }
  | { readonly kind: 'rename'; readonly hash: string }
  | { readonly kind: 'get' | 'keys' | 'navigation' | 'speed' };

export interface ActionProblem {
  readonly message: string;
  readonly retry: (() => void) | undefined;
}

export interface Offered {
  /** .torrent files that were dropped or picked. */
  readonly files: readonly File[];
  readonly links: string;
}

export class PageState {
  readonly theme = makeTheme();
  readonly filter = new Observable<Filter>(everything);
  readonly search = new Observable('');
  readonly sort = keptObservable<Sort>('sort', { key: 'added', isDescending: true }, readSort);
  /** Shown or not, where a person chose. */
  readonly columns = keptObservable<Readonly<Record<string, boolean>>>('columns', {}, readFlags);
  readonly widths = keptObservable<Readonly<Record<string, number>>>('widths', {}, readNumbers);
  readonly isCompact = keptObservable('compact', false, readFlag);
  readonly detailTab = new Observable('general');
  readonly detailHeight = keptObservable('detail', 320, readNumber);
  readonly selection = new Observable<Selection>(nothing);
  /** The torrent whose detail is open. */
  readonly detail = new Observable<string | undefined>(undefined);
  readonly dialog = new Observable<OpenDialog | undefined>(undefined);
  /** What the dialog that gets torrents begins with. */
  readonly offered = new Observable<Offered>({ files: [], links: '' });
  /** Why the last action failed. */
  readonly problem = new Observable<ActionProblem | undefined>(undefined);
  /** Read out by screen readers. */
  readonly said = new Observable('');
  /** How often the daemon said that its settings changed. */
  readonly settingsChanges = new Observable(0);

  /** Opens the dialog, or adds to what it has already. */
  openGet(files: readonly File[] = [], links = ''): void {
    const isOpen = this.dialog.get()?.kind === 'get';
    this.offered.update((old) => ({
      files: isOpen ? [...old.files, ...files] : files,
      links: isOpen && links === '' ? old.links : links,
    }));
    this.dialog.set({ kind: 'get' });
  }

  closeDialog(): void {
    this.dialog.set(undefined);
  }
}

const PageContext = createContext<PageState | undefined>(undefined);

export function PageStateProvider({ children }: { readonly children: ReactNode }) {
  const [state] = useState(() => new PageState());
  return <PageContext value={state}>{children}</PageContext>;
}

export function usePage(): PageState {
  const state = useContext(PageContext);
  if (state === undefined) throw new Error('there is no PageStateProvider around this');
  return state;
}

function readFlag(stored: unknown): boolean | undefined {
  return typeof stored === 'boolean' ? stored : undefined;
}

function readNumber(stored: unknown): number | undefined {
  return typeof stored === 'number' && Number.isFinite(stored) ? stored : undefined;
}

function readFlags(stored: unknown): Record<string, boolean> | undefined {
  return readRecord(stored, readFlag);
}

function readNumbers(stored: unknown): Record<string, number> | undefined {
  return readRecord(stored, readNumber);
}

function readRecord<T>(
  stored: unknown,
  read: (value: unknown) => T | undefined,
): Record<string, T> | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const result: Record<string, T> = {};
  for (const [key, value] of Object.entries(stored)) {
    const one = read(value);
    if (one !== undefined) result[key] = one;
  }
  return result;
}

function readSort(stored: unknown): Sort | undefined {
  const { key, isDescending } = (stored ?? {}) as Partial<Sort>;
  const known = sortKeys.find((one) => one === key);
  return known === undefined ? undefined : { key: known, isDescending: isDescending === true };
}
