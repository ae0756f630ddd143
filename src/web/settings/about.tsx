/** What is running: the daemon's version, where it keeps its things, and what it has moved. */
import { formatBytes } from '../../base/amounts.ts';
import { useSession } from '../live/live-context.tsx';
import { Untrusted } from '../parts/untrusted.tsx';
import { exactTime } from '../torrents/torrent-words.ts';
import '../parts/fact-list.css';

export function About() {
  const session = useSession();
  if (session === undefined) return <div className="shape settings-shape" />;
  return (
    <dl className="fact-list">
      <div>
        <dt>Shoal</dt>
        <dd>{session.version}</dd>
      </div>
      <div>
        <dt>Running since</dt>
        <dd>{exactTime(session.startedAt)}</dd>
      </div>
      <div>
        <dt>Its own folder</dt>
        <dd>
          <Untrusted text={session.dataDir} />
        </dd>
      </div>
      <div>
        <dt>Moved in all</dt>
        <dd>
          {formatBytes(session.allDownloadedBytes)} down, {formatBytes(session.allUploadedBytes)} up
        </dd>
      </div>
      <div>
        <dt>For programs</dt>
        <dd>
          <a href="/api/docs" target="_blank" rel="noreferrer">
            How to use the API
          </a>
        </dd>
      </div>
    </dl>
  );
}
