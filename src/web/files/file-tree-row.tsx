/** One row of a tree of files. Keys go to the tree; what is in a row is for the pointer. */

import type { FilePriority } from '../../api/contract/torrents.ts';
import { formatBytes } from '../../base/amounts.ts';
import { displayText } from '../../base/display-text.ts';
import { Bar } from '../parts/bar.tsx';
import { Icon } from '../parts/icon.tsx';
import { TickBox } from '../parts/tick-box.tsx';
import type { FileTree } from './file-tree.ts';
import { PrioritySelect } from './priority-select.tsx';
import { priorityOf, type TreeMarks, tickOf } from './tree-marks.ts';

interface FileTreeRowProps {
  readonly id: string;
  readonly tree: FileTree;
  readonly marks: TreeMarks;
  readonly node: number;
  readonly top: number;
  readonly isOpen: boolean;
  readonly isActive: boolean;
  readonly isSimple: boolean;
  readonly hasProgress: boolean;
  /** Opens the file. */
  readonly href?: string | undefined;
  readonly onActive: (node: number) => void;
  readonly onToggle: (node: number) => void;
  readonly onTick: (node: number) => void;
  readonly onPriority: (node: number, priority: FilePriority) => void;
}

/** Deeper steps are drawn no further in, so that names keep their room. */
const deepestIndent = 12;

export function FileTreeRow(props: FileTreeRowProps) {
  const { id, tree, marks, node, top, isOpen, isActive, isSimple, hasProgress } = props;
  const isFolder = tree.file[node] === -1;
  const name = displayText(tree.names[node] ?? '', 500) || 'a file without a name';
  const lengthBytes = tree.lengthBytes[node] ?? 0;
  const tick = tickOf(tree, marks, node);
  const done = lengthBytes === 0 ? 1 : (marks.doneBytes[node] ?? 0) / lengthBytes;
  const depth = tree.depth[node] ?? 0;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names its active row.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys.
    <div
      id={id}
      className="files-row"
      role="treeitem"
      aria-level={depth + 1}
      aria-checked={tick === 'mixed' ? 'mixed' : tick === 'on'}
      aria-expanded={isFolder ? isOpen : undefined}
      aria-selected={isActive}
      data-skipped={tick === 'off' || undefined}
      style={{
        transform: `translateY(${top}px)`,
        paddingLeft: `calc(${Math.min(depth, deepestIndent)} * var(--indent) + 4px)`,
      }}
      onClick={() => props.onActive(node)}
      onDoubleClick={() => isFolder && props.onToggle(node)}
    >
      {isFolder ? (
        <button
          type="button"
          className="files-turn"
          aria-label={isOpen ? `Close ${name}` : `Open ${name}`}
          tabIndex={-1}
          onClick={() => props.onToggle(node)}
        >
          <Icon name="unfold" />
        </button>
      ) : (
        <span className="files-turn" />
      )}
      <TickBox tick={tick} label={`Get ${name}`} onTick={() => props.onTick(node)} isInside />
      <span className="files-name" title={name}>
        {props.href === undefined ? (
          <bdi>{name}</bdi>
        ) : (
          <a href={props.href} target="_blank" rel="noreferrer" tabIndex={-1}>
            <bdi>{name}</bdi>
          </a>
        )}
        {isFolder && <span className="files-count"> {tree.files[node]}</span>}
      </span>
      {hasProgress && <FileProgress done={done} isSkipped={tick === 'off' && done === 0} />}
      <span className="files-size">{formatBytes(lengthBytes)}</span>
      {!isSimple && (
        <PrioritySelect
          value={priorityOf(marks, node)}
          label={`Priority of ${name}`}
          onChange={(priority) => props.onPriority(node, priority)}
          isInside
        />
      )}
    </div>
  );
}

function FileProgress({ done, isSkipped }: { done: number; isSkipped: boolean }) {
  const percent = done >= 1 ? 100 : Math.min(99, Math.floor(done * 100));
  return (
    <span className="files-progress">
      <Bar share={done} />
      <span className="files-percent">{isSkipped ? '' : `${percent}%`}</span>
    </span>
  );
}
