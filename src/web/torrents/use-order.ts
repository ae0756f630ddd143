/** The hashes that the table shows, in order; the same array as long as no row is in another place. */
import { useEffect, useMemo, useRef } from 'react';
import { useTorrents } from '../live/live-context.tsx';
import { useObservable } from '../parts/observable.ts';
import { usePage } from '../shell/page-state.tsx';
import { keepShown } from './selection.ts';
import { orderTorrents } from './torrent-order.ts';

export function useOrder(): readonly string[] {
  const page = usePage();
  const torrents = useTorrents();
  const filter = useObservable(page.filter);
  const search = useObservable(page.search);
  const sort = useObservable(page.sort);
  const before = useRef<readonly string[]>([]);
  const order = useMemo(
    () => orderTorrents(torrents, { filter, search, sort }, before.current),
    [torrents, filter, search, sort],
  );
  useEffect(() => {
    before.current = order;
    page.selection.update((selection) => keepShown(selection, order));
  }, [order, page]);
  return order;
}
