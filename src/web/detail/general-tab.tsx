/** What a torrent is and how it does, in words and numbers. */
import { type ReactNode, useState } from 'react';
import { type TorrentDetail, type TorrentInfo, torrentsPath } from '../../api/contract/torrents.ts';
import { formatBytes, formatBytesOf, formatDuration, formatRate } from '../../base/amounts.ts';
import { Bar } from '../parts/bar.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Problem } from '../parts/problem.tsx';
import { Untrusted } from '../parts/untrusted.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import {
  etaText,
  exactTime,
  peersText,
  percentText,
  reasonOf,
  stateText,
} from '../torrents/torrent-words.ts';

const lookMs = 2000;

export function GeneralTab({ torrent }: { readonly torrent: TorrentInfo }) {
  const { data, error, refresh } = useAnswer<TorrentDetail>(
    `${torrentsPath}/${torrent.hash}`,
    lookMs,
  );
  const reason = reasonOf(torrent);
  return (
    <div className="general" data-state={torrent.state}>
      <div className="general-state">
        <p className="general-progress">
          <b className={torrent.state === 'error' ? 'trouble' : undefined}>{stateText(torrent)}</b>
          <span>{percentText(torrent.progress)}</span>
          {torrent.lengthBytes > 0 && (
            <span className="quiet">{formatBytesOf(torrent.doneBytes, torrent.wantedBytes)}</span>
          )}
          {torrent.etaSeconds !== undefined && (
            <span className="quiet">{etaText(torrent)} left</span>
          )}
        </p>
        <Bar share={torrent.progress} />
        {reason !== undefined && (
          <p className={torrent.state === 'error' ? 'trouble' : 'quiet'}>
            <Untrusted text={reason} max={1000} />
          </p>
        )}
      </div>
      {error && <Problem message={error.message} onRetry={refresh} />}
      <div className="facts-columns">
        <dl className="facts">
          <Fact name="Down">{formatRate(torrent.downRate)}</Fact>
          <Fact name="Up">{formatRate(torrent.upRate)}</Fact>
          <Fact name="Downloaded">{formatBytes(torrent.downloadedBytes)}</Fact>
          <Fact name="Uploaded">
            {formatBytes(torrent.uploadedBytes)}
            <span className="quiet"> ratio {torrent.ratio.toFixed(2)}</span>
          </Fact>
          <Fact name="Peers">
            {peersText(torrent) || '0'}
            {torrent.seeds > 0 && <span className="quiet"> {torrent.seeds} with all of it</span>}
          </Fact>
          <Fact name="Copies">{data?.availability?.toFixed(2)}</Fact>
        </dl>
        <dl className="facts">
          <Fact name="Size">{torrent.lengthBytes > 0 ? formatBytes(torrent.lengthBytes) : ''}</Fact>
          <Fact name="Pieces">
            {data && data.pieceCount > 0 && (
              <>
                {data.piecesDone} of {data.pieceCount}
                <span className="quiet"> {formatBytes(data.pieceLength)} each</span>
              </>
            )}
          </Fact>
          <Fact name="Added">{exactTime(torrent.addedAt)}</Fact>
          <Fact name="Completed">{exactTime(torrent.completedAt)}</Fact>
          <Fact name="Seeding for">
            {data && data.seedingSeconds > 0 && formatDuration(Math.round(data.seedingSeconds))}
          </Fact>
          <Fact name="Private">
            {torrent.private ? 'Yes: peers come from its trackers only' : 'No'}
          </Fact>
        </dl>
        <dl className="facts wide">
          <Fact name="Folder">
            <Untrusted text={data?.contentPath ?? torrent.dir} max={1000} />
          </Fact>
          <Fact name="Info-hash">
            <span className="mono">{torrent.hash}</span>
          </Fact>
          {data?.infoHashV2 !== undefined && (
            <Fact name="Version 2">
              <span className="mono">{data.infoHashV2}</span>
            </Fact>
          )}
          <Fact name="Link">{data && <CopyButton text={data.magnet} what="magnet link" />}</Fact>
          {data?.createdAt !== undefined && <Fact name="Made">{exactTime(data.createdAt)}</Fact>}
          {data?.createdBy !== undefined && (
            <Fact name="Made with">
              <Untrusted text={data.createdBy} />
            </Fact>
          )}
          {data?.comment !== undefined && (
            <Fact name="Comment">
              <Comment text={data.comment} />
            </Fact>
          )}
        </dl>
      </div>
    </div>
  );
}

/** What is not known yet leaves its room. */
function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children || '–'}</dd>
    </div>
  );
}

const shortComment = 200;

function Comment({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false);
  return (
    <>
      <Untrusted text={text} max={isWhole ? 10_000 : shortComment} none="" />
      {text.length > shortComment && !isWhole && (
        <button type="button" className="link-button" onClick={() => setWhole(true)}>
          … more
        </button>
      )}
    </>
  );
}
