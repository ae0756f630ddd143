/** The peers that a torrent is connected to. */
import { useMemo, useState } from 'react';
import { type PeerList, type TorrentPeer, torrentsPath } from '../../api/contract/torrents.ts';
import { Bar } from '../parts/bar.tsx';
import { Problem } from '../parts/problem.tsx';
import { Untrusted } from '../parts/untrusted.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { percentText, rateText, sizeText } from '../torrents/torrent-words.ts';
import { peerFlags } from './peer-flags.ts';

const lookMs = 1000;

interface PeerColumn {
  readonly key: string;
  readonly label: string;
  readonly isNumber?: true;
  readonly width: string;
  readonly value: (peer: TorrentPeer) => number | string;
}

const columns: readonly PeerColumn[] = [
  { key: 'address', label: 'Address', width: '22%', value: ({ address }) => address },
  { key: 'client', label: 'Client', width: '22%', value: ({ client }) => client },
  { key: 'flags', label: 'Flags', width: '72px', value: (peer) => flagsText(peer) },
  { key: 'progress', label: 'Has', width: '128px', value: ({ progress }) => progress },
  { key: 'down', label: 'Down', isNumber: true, width: '96px', value: ({ downRate }) => downRate },
  { key: 'up', label: 'Up', isNumber: true, width: '96px', value: ({ upRate }) => upRate },
  {
    key: 'got',
    label: 'Got',
    isNumber: true,
    width: '88px',
    value: ({ downloadedBytes }) => downloadedBytes,
  },
  {
    key: 'given',
    label: 'Given',
    isNumber: true,
    width: '88px',
    value: ({ uploadedBytes }) => uploadedBytes,
  },
];

function flagsText(peer: TorrentPeer): string {
  return peerFlags(peer)
    .map(({ letter }) => letter)
    .join('');
}

export function PeersTab({ hash }: { readonly hash: string }) {
  const { data, error, refresh } = useAnswer<PeerList>(`${torrentsPath}/${hash}/peers`, lookMs);
  const [sort, setSort] = useState({ key: 'down', isDescending: true });
  const peers = useMemo(() => {
    const { value } = columns.find(({ key }) => key === sort.key) as PeerColumn;
    const sign = sort.isDescending ? -1 : 1;
    return [...(data?.peers ?? [])].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      return x === y ? (a.address < b.address ? -1 : 1) : sign * (x < y ? -1 : 1);
    });
  }, [data, sort]);
  if (data === undefined) {
    return error ? <Problem message={error.message} onRetry={refresh} /> : null;
  }
  if (peers.length === 0) return <p className="tab-note">No peer is connected.</p>;
  return (
    <table className="grid peers" aria-label="Peers">
      <thead>
        <tr>
          {columns.map(({ key, label, isNumber, width }) => (
            <th
              key={key}
              style={{ width }}
              className={isNumber ? 'number' : undefined}
              aria-sort={sort.key !== key ? 'none' : sort.isDescending ? 'descending' : 'ascending'}
            >
              <button
                type="button"
                className={sort.key === key ? 'sort sorted' : 'sort'}
                onClick={() =>
                  setSort((old) => ({
                    key,
                    isDescending: old.key === key ? !old.isDescending : isNumber === true,
                  }))
                }
              >
                {label}
                {sort.key === key && (
                  <span aria-hidden="true">{sort.isDescending ? '↓' : '↑'}</span>
                )}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {peers.map((peer) => (
          <PeerRow key={peer.address} peer={peer} />
        ))}
      </tbody>
    </table>
  );
}

function PeerRow({ peer }: { readonly peer: TorrentPeer }) {
  const flags = peerFlags(peer);
  const words = flags.map(({ letter, words }) => `${letter}: ${words}`).join('\n');
  return (
    <tr>
      <td className="address">
        <Untrusted text={peer.address} />
      </td>
      <td className="client">
        <Untrusted text={peer.client} max={60} none="Unknown" />
      </td>
      <td className="flags" title={words}>
        <span aria-hidden="true">{flagsText(peer)}</span>
        <span className="unseen">{flags.map(({ words }) => words).join('; ')}</span>
      </td>
      <td className="has">
        <span className="progress-cell">
          <Bar share={peer.progress} />
          <span className="percent">{percentText(peer.progress)}</span>
        </span>
      </td>
      <td className="number down">{rateText(peer.downRate)}</td>
      <td className="number up">{rateText(peer.upRate)}</td>
      <td className="number total">{peer.downloadedBytes > 0 && sizeText(peer.downloadedBytes)}</td>
      <td className="number total">{peer.uploadedBytes > 0 && sizeText(peer.uploadedBytes)}</td>
    </tr>
  );
}
