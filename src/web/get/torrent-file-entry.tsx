/** A .torrent that is about to be added: what it is, and its files to choose from. */
import { useEffect, useMemo, useState } from 'react';
import type { FilePriority } from '../../api/contract/torrents.ts';
import { formatBytes } from '../../base/amounts.ts';
import { problemOf } from '../api.ts';
import { FileTree } from '../detail/file-tree.tsx';
import { Icon } from '../parts/icon.tsx';
import { IconButton } from '../parts/icon-button.tsx';
import { Untrusted } from '../parts/untrusted.tsx';
import { readTorrent, type TorrentPreview } from './read-torrent.ts';

interface TorrentFileEntryProps {
  readonly file: File;
  /** Its files are laid open from the beginning. */
  readonly isOpen: boolean;
  readonly skip: readonly number[];
  /** What the daemon said against it. */
  readonly problem: string | undefined;
  readonly onSkip: (skip: readonly number[]) => void;
  readonly onUnreadable: () => void;
  readonly onRemove: () => void;
}

export function TorrentFileEntry(props: TorrentFileEntryProps) {
  const { file, isOpen, skip, onSkip, onUnreadable, onRemove } = props;
  const [preview, setPreview] = useState<TorrentPreview>();
  const [problem, setProblem] = useState<string>();
  const [isUnfolded, setUnfolded] = useState(isOpen);
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once; what to tell may be another function each time
  useEffect(() => {
    let isOver = false;
    readTorrent(file).then(
      (read) => {
        if (!isOver) setPreview(read);
      },
      (error: unknown) => {
        if (isOver) return;
        setProblem(problemOf(error));
        onUnreadable();
      },
    );
    return () => {
      isOver = true;
    };
  }, [file]);
  const said = problem ?? props.problem;
  const skipped = useMemo(() => new Set(skip), [skip]);
  const files = useMemo(
    () =>
      preview?.files.map((one) => ({
        ...one,
        priority: (skipped.has(one.index) ? 'skip' : 'normal') as FilePriority,
      })) ?? [],
    [preview, skipped],
  );
  const change = (indexes: readonly number[], priority: FilePriority) => {
    const next = new Set(skip);
    for (const index of indexes) {
      if (priority === 'skip') next.add(index);
      else next.delete(index);
    }
    onSkip([...next]);
  };
  const wantedBytes = files.reduce(
    (sum, one) => (one.priority === 'skip' ? sum : sum + one.lengthBytes),
    0,
  );
  return (
    <li className="get-file">
      <div className="get-file-head">
        <Icon name="file" />
        <span className="cut get-file-name">
          <Untrusted text={preview?.name ?? file.name} />
        </span>
        {preview && (
          <span className="quiet get-file-size">
            {skip.length > 0 && `${formatBytes(wantedBytes)} of `}
            {formatBytes(preview.lengthBytes)}
          </span>
        )}
        {preview && preview.files.length > 1 && (
          <button
            type="button"
            className="button small plain"
            aria-expanded={isUnfolded}
            onClick={() => setUnfolded(!isUnfolded)}
          >
            {preview.files.length} files <Icon name={isUnfolded ? 'fold' : 'unfold'} />
          </button>
        )}
        <IconButton icon="close" label="Leave it out" className="small" onClick={onRemove} />
      </div>
      {said !== undefined && (
        <p className="field-problem" role="alert">
          {said}
        </p>
      )}
      {preview && preview.files.length > 1 && isUnfolded && (
        <div className="get-tree">
          <FileTree files={files} label="Files to get" onPriority={change} isSimple />
        </div>
      )}
    </li>
  );
}
