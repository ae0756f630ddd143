/** The view `#/`: the table of torrents, and below it the detail of one. */
import { DetailPane } from '../detail/detail-pane.tsx';
import { useSession, useTorrents } from '../live/live-context.tsx';
import { useObservable } from '../parts/observable.ts';
import { Problem } from '../parts/problem.tsx';
import { usePage } from '../shell/page-state.tsx';
import { EmptyPage } from './empty-page.tsx';
import { TableShape } from './table-shape.tsx';
import { TorrentTable } from './torrent-table.tsx';
import './torrents.css';
import { TorrentBar } from './torrent-bar.tsx';
import { useOrder } from './use-order.ts';

export function TorrentsView() {
  const page = usePage();
  const order = useOrder();
  const isKnown = useSession() !== undefined;
  const isEmpty = useTorrents().size === 0;
  const detail = useObservable(page.detail);
  const problem = useObservable(page.problem);
  return (
    <div className="torrents-view">
      <h1 className="unseen">Torrents</h1>
      {!(isKnown && isEmpty) && <TorrentBar order={order} />}
      {problem && (
        <Problem
          message={problem.message}
          onRetry={problem.retry}
          onDismiss={() => page.problem.set(undefined)}
        />
      )}
      {!isKnown && <TableShape />}
      {isKnown && isEmpty && <EmptyPage />}
      {isKnown && !isEmpty && <TorrentTable order={order} />}
      {detail !== undefined && <DetailPane key={detail} hash={detail} />}
    </div>
  );
}
