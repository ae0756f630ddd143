/** One entry of the catalog: its files, who has it, and the choice of what to get. */
import { type ReactNode, useMemo, useState } from 'react';
import { type CatalogDetail, type CatalogEntry, catalogPath } from '../../api/contract/catalog.ts';
import { formatBytes } from '../../base/amounts.ts';
import { problemOf } from '../api.ts';
import { FileList } from '../files/file-list.tsx';
import { useTorrent } from '../live/live-context.tsx';
import { Dialog, DialogBody, DialogFoot } from '../parts/dialog.tsx';
import { Problem } from '../parts/problem.tsx';
import { Untrusted, untrustedText } from '../parts/untrusted.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { usePage } from '../shell/page-state.tsx';
import { exactTime } from '../torrents/torrent-words.ts';
import { GetButton } from './get-button.tsx';
import { torrentOf } from './get-entry.ts';
import '../parts/fact-list.css';

interface CatalogDetailDialogProps {
  readonly entry: CatalogEntry;
  readonly onClose: () => void;
}

export function CatalogDetailDialog({ entry, onClose }: CatalogDetailDialogProps) {
  const { data, error, refresh } = useAnswer<CatalogDetail>(`${catalogPath}/${entry.id}`, 5000);
  return (
    <Dialog title={untrustedText(entry.name, 120)} size="wide" onClose={onClose}>
      <DialogBody>
        <Facts entry={data ?? entry} detail={data} />
        {error !== undefined && data === undefined && (
          <Problem message={error.message} onRetry={refresh} />
        )}
        {data === undefined ? <div className="shape catalog-files" /> : <Files detail={data} />}
      </DialogBody>
      <DialogFoot>
        <ChooseButton entry={entry} onDone={onClose} />
        <GetButton entry={entry} isPrimary />
      </DialogFoot>
    </Dialog>
  );
}

interface FactsProps {
  readonly entry: CatalogEntry;
  readonly detail: CatalogDetail | undefined;
}

function Facts({ entry, detail }: FactsProps) {
  const { lengthBytes, fileCount, pieceLength, publishedAt, infoHash } = entry;
  return (
    <dl className="fact-list catalog-facts">
      <Fact name="Size">
        {formatBytes(lengthBytes)} in {fileCount} {fileCount === 1 ? 'file' : 'files'},{' '}
        {formatBytes(pieceLength)} pieces
      </Fact>
      <Fact name="Published">{exactTime(publishedAt)}</Fact>
      <Fact name="Who has it">
        {entry.seeders} {entry.seeders === 1 ? 'seeder' : 'seeders'}, {entry.leechers}{' '}
        {entry.leechers === 1 ? 'leecher' : 'leechers'}, {entry.downloads} downloads so far
        {detail?.seederAddresses?.map((address) => (
          <span key={address} className="fact-line quiet">
            <Untrusted text={address} />
          </span>
        ))}
      </Fact>
      {detail?.comment !== undefined && detail.comment !== '' && (
        <Fact name="Comment">
          <Untrusted text={detail.comment} max={1000} />
        </Fact>
      )}
      <Fact name="Info-hash">
        <code>{infoHash}</code>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Files({ detail }: { readonly detail: CatalogDetail }) {
  const { files, fileCount } = detail;
  const left = fileCount - files.length;
  const listed = useMemo(() => files, [files]);
  return (
    <div className="catalog-files">
      <FileList files={listed} label="Files" />
      {left > 0 && <p className="field-hint">and {left.toLocaleString('en')} more files</p>}
    </div>
  );
}

/** Into the dialog that adds torrents, where files, folder and labels are chosen. */
function ChooseButton({
  entry,
  onDone,
}: {
  readonly entry: CatalogEntry;
  readonly onDone: () => void;
}) {
  const page = usePage();
  const torrent = useTorrent(entry.infoHash);
  const [problem, setProblem] = useState<string>();
  const choose = async (): Promise<void> => {
    try {
      const file = await torrentOf(entry);
      onDone();
      page.openGet([file]);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  if (torrent !== undefined) return <span className="spread" />;
  return (
    <>
      <span className="spread trouble">{problem}</span>
      <button type="button" className="button" onClick={() => void choose()}>
        Choose files and folder
      </button>
    </>
  );
}
