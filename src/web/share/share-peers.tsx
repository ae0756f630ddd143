/** Who has a share so far: the peers that are connected, with how much of it they have. */
import { type PeerList, type TorrentInfo, torrentsPath } from '../../api/contract/torrents.ts';
import { formatBytes, formatRate } from '../../base/amounts.ts';
import { Bar } from '../parts/bar.tsx';
import { Untrusted } from '../parts/untrusted.tsx';
import { useAnswer } from '../parts/use-answer.ts';

const lookMs = 2000;
const mostShown = 8;

export function SharePeers({ torrent }: { readonly torrent: TorrentInfo }) {
  const { data } = useAnswer<PeerList>(`${torrentsPath}/${torrent.hash}/peers`, lookMs);
  const peers = [...(data?.peers ?? [])].sort((a, b) => b.progress - a.progress);
  const whole = peers.filter(({ progress }) => progress === 1).length;
  return (
    <div className="share-line share-who">
      <span className="field-label">Who has it</span>
      <div>
        <p>
          {summaryOf(peers.length, whole, torrent)}
          {torrent.uploadedBytes > 0 && (
            <span className="quiet"> {formatBytes(torrent.uploadedBytes)} given</span>
          )}
          {torrent.upRate > 0 && <span className="quiet">, {formatRate(torrent.upRate)}</span>}
        </p>
        {peers.length > 0 && (
          <ul className="share-peers">
            {peers.slice(0, mostShown).map(({ address, client, progress }) => (
              <li key={address}>
                <span className="cut">
                  <Untrusted text={address} />{' '}
                  <span className="quiet">{<Untrusted text={client} />}</span>
                </span>
                <Bar share={progress} />
                <span>{progress === 1 ? 'all' : `${Math.floor(progress * 100)}%`}</span>
              </li>
            ))}
            {peers.length > mostShown && (
              <li className="quiet">and {peers.length - mostShown} more</li>
            )}
          </ul>
        )}
      </div>
    </div>
  );
}

/** Peers with all of it leave soon when they only download, so the tracker's count is told too. */
function summaryOf(connected: number, whole: number, { swarmSeeders }: TorrentInfo): string {
  const others = swarmSeeders === undefined ? whole : Math.max(whole, swarmSeeders - 1);
  if (connected === 0 && others === 0) return 'Only you, so far.';
  const has =
    others === 0
      ? 'nobody else has all of it yet'
      : `${others} ${others === 1 ? 'other has' : 'others have'} all of it`;
  if (connected === 0) return `${has[0]?.toUpperCase()}${has.slice(1)}.`;
  return `${connected} ${connected === 1 ? 'peer is' : 'peers are'} connected; ${has}.`;
}
