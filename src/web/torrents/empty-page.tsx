/** What a person sees who has no torrents yet: what to do, in two sentences and two buttons. */
import { Icon } from '../parts/icon.tsx';
import { showView } from '../router.ts';
import { usePage } from '../shell/page-state.tsx';

export function EmptyPage() {
  const page = usePage();
  return (
    <div className="empty-page">
      <p>
        Share a file or folder, and others get it with a link. Or get what others share: paste a
        magnet link, or drop a .torrent file here.
      </p>
      <div>
        <button type="button" className="button primary" onClick={() => page.openGet()}>
          <Icon name="plus" /> Get a torrent
        </button>
        <button type="button" className="button" onClick={() => showView('share')}>
          <Icon name="share" /> Share files
        </button>
      </div>
    </div>
  );
}
