/** Opens the dialog that gets torrents for `#/get?source=LINK`: where the browser leads magnet links to. */
import { useEffect } from 'react';
import { hrefOf, sourceIn } from '../router.ts';
import { type PageState, usePage } from './page-state.tsx';

export function useMagnetAddress(): void {
  const page = usePage();
  useEffect(() => {
    const look = (): void => take(page);
    look();
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, [page]);
}

function take(page: PageState): void {
  const source = sourceIn(location.hash);
  if (source === undefined) return;
  // Left in the address, the link would be offered again with every reload.
  history.replaceState(null, '', hrefOf('torrents'));
  page.openGet([], source);
}
