/** The page: who is not logged in is asked; then the shell with the view that the address names. */
import { CatalogView } from './catalog/catalog-view.tsx';
import { LoginGate } from './login/login-gate.tsx';
import { useView } from './router.ts';
import { SettingsView } from './settings/settings-view.tsx';
import { SharingProvider } from './share/share-context.tsx';
import { ShareView } from './share/share-view.tsx';
import { Shell } from './shell/shell.tsx';
import { TorrentsView } from './torrents/torrents-view.tsx';
import { TrackerView } from './tracker/tracker-view.tsx';

export function App() {
  return (
    <LoginGate>
      <SharingProvider>
        <Shell>
          <CurrentView />
        </Shell>
      </SharingProvider>
    </LoginGate>
  );
}

function CurrentView() {
  const view = useView();
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
