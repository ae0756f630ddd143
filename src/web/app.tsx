/** The page: who is not logged in is asked; then the shell with the view that the address names. */
import { lazy, Suspense } from 'react';
import { LoginGate } from './login/login-gate.tsx';
import { FaultGuard } from './parts/fault-guard.tsx';
import { useView, type View } from './router.ts';
import { SharingProvider } from './share/share-context.tsx';
import { ShareView } from './share/share-view.tsx';
import { Shell } from './shell/shell.tsx';
import { TorrentsView } from './torrents/torrents-view.tsx';

// What most visits do not open is loaded when it is.
const CatalogView = lazy(() =>
  import('./catalog/catalog-view.tsx').then((module) => ({ default: module.CatalogView })),
);
const TrackerView = lazy(() =>
  import('./tracker/tracker-view.tsx').then((module) => ({ default: module.TrackerView })),
);
const SettingsView = lazy(() =>
  import('./settings/settings-view.tsx').then((module) => ({ default: module.SettingsView })),
);

export function App() {
  return (
    <LoginGate>
      <SharingProvider>
        <Shell>
          <Suspense fallback={null}>
            <ViewInGuard />
          </Suspense>
        </Shell>
      </SharingProvider>
    </LoginGate>
  );
}

function ViewInGuard() {
  const view = useView();
  return (
    <FaultGuard key={view}>
      <CurrentView view={view} />
    </FaultGuard>
  );
}

function CurrentView({ view }: { readonly view: View }) {
  switch (view) {
    case 'share':
      return <ShareView />;
    case 'catalog':
      return <CatalogView />;
    case 'tracker':
      return <TrackerView />;
    case 'settings':
      return <SettingsView />;
    case 'torrents':
      return <TorrentsView />;
  }
}
