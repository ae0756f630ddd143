/** One share: how far it is, then its link, and who has it. */
import { formatBytes, formatBytesOf } from '../../base/amounts.ts';
import { useTorrent } from '../live/live-context.tsx';
import { Bar } from '../parts/bar.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { Problem } from '../parts/problem.tsx';
import { QrCode } from '../parts/qr-code.tsx';
import { Untrusted, untrustedText } from '../parts/untrusted.tsx';
import { useShare } from './share-context.tsx';
import { SharePeers } from './share-peers.tsx';
import type { ShareItem } from './share-uploads.ts';

export function ShareCard({ item }: { readonly item: ShareItem }) {
  const { uploads } = useShare();
  const { phase, name, lengthBytes, fileCount, share, problem, key } = item;
  const isDone = phase === 'sharing';
  const label = isDone ? 'Take off this list; it is still shared' : 'Take back';
  return (
    <li className="share-card" aria-label={untrustedText(name)}>
      <div className="share-title">
        <h2 className="cut">
          <Untrusted text={name} />
        </h2>
        <span className="quiet">
          {formatBytes(lengthBytes)}
          {fileCount !== undefined && fileCount > 1 && `, ${fileCount} files`}
        </span>
        <IconButton icon="close" label={label} onClick={() => void uploads.remove(key)} />
      </div>
      {problem !== undefined && (
        <Problem
          message={problem}
          onRetry={
            phase === 'failed' && uploads.canRetry(key) ? () => void uploads.retry(key) : undefined
          }
        />
      )}
      {(phase === 'waiting' || phase === 'sending' || phase === 'hashing') && (
        <ShareProgress item={item} />
      )}
      {isDone && share?.magnet !== undefined && (
        <Shared magnet={share.magnet} hash={share.hash} listed={share.listed} />
      )}
    </li>
  );
}

const phaseWords = { waiting: 'Waiting', sending: 'Sending', hashing: 'Hashing' } as const;

function ShareProgress({ item }: { readonly item: ShareItem }) {
  const { phase, doneBytes, lengthBytes } = item;
  const share = lengthBytes === 0 ? 1 : doneBytes / lengthBytes;
  const words = phaseWords[phase as keyof typeof phaseWords];
  return (
    <div className="share-progress">
      <span aria-live="polite">{words}</span>
      <Bar share={share} />
      <span className="share-amount">{formatBytesOf(doneBytes, lengthBytes)}</span>
    </div>
  );
}

interface SharedProps {
  readonly magnet: string;
  readonly hash: string | undefined;
  readonly listed: string | undefined;
}

function Shared({ magnet, hash, listed }: SharedProps) {
  return (
    <div className="share-done">
      <div className="share-ways">
        <LinkLine name="Link" value={magnet} what="link" />
        {listed !== undefined && <Listed url={listed} />}
        {hash !== undefined && <Given hash={hash} />}
      </div>
      <QrCode text={magnet} label="The link as a QR code" />
    </div>
  );
}

interface LinkLineProps {
  readonly name: string;
  readonly value: string;
  readonly what: string;
}

function LinkLine({ name, value, what }: LinkLineProps) {
  return (
    <div className="share-line">
      <span className="field-label">{name}</span>
      <input
        className="input mono"
        readOnly
        aria-label={name}
        value={value}
        onFocus={(event) => event.target.select()}
      />
      <CopyButton text={value} what={what} />
    </div>
  );
}

function Listed({ url }: { readonly url: string }) {
  const isWeb = /^https?:\/\//i.test(url);
  return (
    <div className="share-line">
      <span className="field-label">Listed</span>
      {isWeb ? (
        <a className="cut" href={url} target="_blank" rel="noreferrer">
          {url}
        </a>
      ) : (
        <span className="cut">{untrustedText(url)}</span>
      )}
      {isWeb && <CopyButton text={url} what="address in the catalog" />}
    </div>
  );
}

function Given({ hash }: { readonly hash: string }) {
  const torrent = useTorrent(hash);
  if (torrent === undefined) return <p className="quiet">It is no longer on this daemon.</p>;
  return <SharePeers torrent={torrent} />;
}
