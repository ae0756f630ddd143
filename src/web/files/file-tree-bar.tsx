/** What is above a tree of files: search, what is chosen, and one choice for all that is shown. */

import type { FilePriority } from '../../api/contract/torrents.ts';
import { formatBytes } from '../../base/amounts.ts';
import { TickBox } from '../parts/tick-box.tsx';
import type { FileTree } from './file-tree.ts';
import { PrioritySelect } from './priority-select.tsx';
import type { Tick, TreeMarks } from './tree-marks.ts';

interface FileTreeBarProps {
  readonly tree: FileTree;
  readonly marks: TreeMarks;
  /** What the search found; undefined without one. */
  readonly shown: Uint8Array | undefined;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly onAll: (priority: FilePriority) => void;
  readonly isSimple: boolean;
}

interface Totals {
  readonly files: number;
  readonly wanted: number;
  readonly wantedBytes: number;
}

export function FileTreeBar(props: FileTreeBarProps) {
  const { tree, marks, shown, query, onQuery, onAll, isSimple } = props;
  const found = totalsOf(tree, marks, shown);
  const all = totalsOf(tree, marks, undefined);
  const tick: Tick = found.wanted === 0 ? 'off' : found.wanted === found.files ? 'on' : 'mixed';
  const which = shown === undefined ? 'all files' : `the ${found.files} found`;
  return (
    <div className="files-bar">
      <TickBox
        tick={tick}
        label={`Get ${which}`}
        onTick={() => onAll(tick === 'on' ? 'skip' : 'normal')}
      />
      <input
        type="search"
        className="input files-search"
        aria-label="Search in the files"
        placeholder="Search in the files"
        value={query}
        onChange={(event) => onQuery(event.target.value)}
      />
      <span className="files-sum" aria-live="polite">
        {shown !== undefined && `${found.files} found · `}
        {all.wanted === all.files
          ? `${count(all.files)}, ${formatBytes(all.wantedBytes)}`
          : `${all.wanted} of ${count(all.files)}, ${formatBytes(all.wantedBytes)}`}
      </span>
      {!isSimple && (
        <PrioritySelect
          value={undefined}
          emptyName="Priority"
          label={`Priority of ${which}`}
          onChange={onAll}
        />
      )}
    </div>
  );
}

function count(files: number): string {
  return files === 1 ? '1 file' : `${files.toLocaleString('en')} files`;
}

function totalsOf(tree: FileTree, marks: TreeMarks, shown: Uint8Array | undefined): Totals {
  const totals = { files: 0, wanted: 0, wantedBytes: 0 };
  for (let node = 0; node < tree.size; ) {
    const isWhole = shown === undefined && tree.depth[node] === 0;
    const isFound = shown !== undefined && shown[node] === 1 && tree.file[node] !== -1;
    if (isWhole || isFound) {
      totals.files += tree.files[node] ?? 0;
      totals.wanted += marks.wanted[node] ?? 0;
      totals.wantedBytes += marks.wantedBytes[node] ?? 0;
    }
    node = isWhole ? (tree.end[node] as number) : node + 1;
  }
  return totals;
}
