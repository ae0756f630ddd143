/** What is around every view: the top bar, navigation with counts, and what may happen anywhere. */
import { Tooltip } from 'radix-ui';
import { type ReactNode, useCallback } from 'react';
import type { Notice } from '../../api/contract/torrents.ts';
import { LiveProvider } from '../live/live-context.tsx';
import { useObservable } from '../parts/observable.ts';
import { useIsPhone } from '../parts/use-media.ts';
import { noteCompletion } from '../settings/completion-notes.ts';
import { CurrentDialog } from '../torrents/dialogs/open-dialog.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import { DropZone } from './drop-zone.tsx';
import { Navigation } from './navigation.tsx';
import { PageStateProvider, usePage } from './page-state.tsx';
import './shell.css';
import { TopBar } from './top-bar.tsx';
import { useGlobalKeys } from './use-global-keys.ts';
import { useMagnetAddress } from './use-magnet-address.ts';
import { usePaste } from './use-paste.ts';

export function Shell({ children }: { readonly children: ReactNode }) {
  return (
    <PageStateProvider>
      <Tooltip.Provider delayDuration={400}>
        <Frame>{children}</Frame>
      </Tooltip.Provider>
    </PageStateProvider>
  );
}

function Frame({ children }: { readonly children: ReactNode }) {
  const page = usePage();
  const isPhone = useIsPhone();
  const tell = useCallback(
    (notice: Notice) => {
      noteCompletion(notice);
      if (notice.kind === 'settings') page.settingsChanges.update((count) => count + 1);
      if (notice.kind === 'completed' || notice.kind === 'error') page.said.set(notice.message);
    },
    [page],
  );
  useGlobalKeys();
  useMagnetAddress();
  usePaste();
  return (
    <LiveProvider onNotice={tell}>
      <div className="shell">
        <button type="button" className="skip" onClick={focusMain}>
          Skip to the content
        </button>
        <TopBar />
        <ConnectionBar />
        <div className="shell-body">
          {!isPhone && (
            <nav className="side" aria-label="Views">
              <Navigation />
            </nav>
          )}
          <main id="main" tabIndex={-1}>
            {children}
          </main>
        </div>
      </div>
      <DropZone />
      <CurrentDialog />
      <Said />
    </LiveProvider>
  );
}

function Said() {
  return (
    <p className="unseen" role="status">
      {useObservable(usePage().said)}
    </p>
  );
}

function focusMain(): void {
  const list = document.querySelector<HTMLElement>('[data-list]');
  (list ?? document.getElementById('main'))?.focus();
}
