/** A torrent in three short lines, for a phone. */
import type { TorrentInfo } from '../../api/contract/torrents.ts';
import { formatBytesOf } from '../../base/amounts.ts';
import { Bar } from '../parts/bar.tsx';
import { Untrusted } from '../parts/untrusted.tsx';
import {
  etaText,
  percentText,
  rateText,
  ratioText,
  reasonOf,
  sizeText,
  stateText,
} from './torrent-words.ts';

export function PhoneRow({ torrent }: { readonly torrent: TorrentInfo }) {
  const isMoving = torrent.state === 'downloading' || torrent.state === 'checking';
  // While it moves, how it goes says more than what holds it back.
  const reason = torrent.downRate > 0 ? undefined : reasonOf(torrent);
  return (
    <span role="gridcell" className={isMoving ? 'phone-row moving' : 'phone-row'}>
      <span className="phone-line">
        <span className="name cut">
          <Untrusted text={torrent.name} />
        </span>
        <span className="percent">{percentText(torrent.progress)}</span>
      </span>
      <Bar share={torrent.progress} />
      <span className="phone-line quiet">
        {reason === undefined ? (
          <>
            <span className="cut">{factsOf(torrent)}</span>
            <span>{ratesOf(torrent)}</span>
          </>
        ) : (
          <span className={torrent.state === 'error' ? 'cut trouble' : 'cut'}>
            <Untrusted text={reason} />
          </span>
        )}
      </span>
    </span>
  );
}

function factsOf(torrent: TorrentInfo): string {
  const { state, doneBytes, wantedBytes, lengthBytes } = torrent;
  if (state !== 'downloading') {
    const ratio = ratioText(torrent.ratio);
    const facts = [stateText(torrent), lengthBytes > 0 ? sizeText(lengthBytes) : ''];
    if (ratio !== '') facts.push(`ratio ${ratio}`);
    return facts.filter(Boolean).join(' · ');
  }
  const left = etaText(torrent);
  return `${formatBytesOf(doneBytes, wantedBytes)}${left && ` · ${left} left`}`;
}

function ratesOf({ downRate, upRate }: TorrentInfo): string {
  const down = rateText(downRate) && `↓ ${rateText(downRate)}`;
  const up = rateText(upRate) && `↑ ${rateText(upRate)}`;
  return [down, up].filter(Boolean).join('  ');
}
