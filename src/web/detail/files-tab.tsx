/** A torrent's files with their priorities. */
import { useState } from 'react';
import {
  type FileList,
  type FilePriority,
  type TorrentInfo,
  torrentsPath,
} from '../../api/contract/torrents.ts';
import { ask, problemOf } from '../api.ts';
import { requestsOf } from '../files/priority-ranges.ts';
import { Problem } from '../parts/problem.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { FileTree } from './file-tree.tsx';

const lookMs = 2000;
const quietLookMs = 15_000;
/** A list of 100,000 files is no small thing to send. */
const filesPerMs = 5;

export function FilesTab({ torrent }: { readonly torrent: TorrentInfo }) {
  const path = `${torrentsPath}/${torrent.hash}/files`;
  const isMoving = torrent.state === 'downloading' || torrent.state === 'metadata';
  const [count, setCount] = useState(0);
  const everyMs = Math.max(isMoving ? lookMs : quietLookMs, Math.ceil(count / filesPerMs));
  const { data, error, refresh, replace } = useAnswer<FileList>(path, everyMs);
  if (data !== undefined && data.files.length !== count) setCount(data.files.length);
  const [failure, setFailure] = useState<{ message: string; retry: () => void }>();
  const change = async (indexes: readonly number[], priority: FilePriority): Promise<void> => {
    const chosen = new Set(indexes);
    // Shown at once; the daemon's answer says what it came to.
    replace({
      files: (data?.files ?? []).map((file) =>
        chosen.has(file.index) ? { ...file, priority } : file,
      ),
    });
    try {
      for (const body of requestsOf(indexes, priority)) {
        replace(await ask<FileList>(path, { method: 'PATCH', body }));
      }
      setFailure(undefined);
    } catch (caught) {
      refresh();
      setFailure({ message: problemOf(caught), retry: () => void change(indexes, priority) });
    }
  };
  if (data === undefined) {
    return error ? (
      <Problem message={error.message} onRetry={refresh} />
    ) : (
      <p className="tab-note">Loading the files</p>
    );
  }
  if (data.files.length === 0) {
    return (
      <p className="tab-note">
        The files are known once a peer has sent what the magnet link stands for.
      </p>
    );
  }
  return (
    <>
      {failure && <Problem message={failure.message} onRetry={failure.retry} />}
      <FileTree
        files={data.files}
        label="Files of the torrent"
        hrefOf={(index) => `${path}/${index}`}
        onPriority={(indexes, priority) => void change(indexes, priority)}
      />
    </>
  );
}
