/**
 * Files as a tree with sizes and tri-state boxes: of a torrent here, or of one that is being added.
 * Invariant: only rows in sight are drawn, so 100,000 files cost no more than a screen of them.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { FilePriority } from '../../api/contract/torrents.ts';
import {
  filesBelow,
  findNodes,
  makeFileTree,
  openAtFirst,
  visibleNodes,
} from '../files/file-tree.ts';
import { FileTreeBar } from '../files/file-tree-bar.tsx';
import { FileTreeRow } from '../files/file-tree-row.tsx';
import '../files/files.css';
import { type TreeMove, treeMove } from '../files/tree-keys.ts';
import { markTree, priorityOf, tickOf } from '../files/tree-marks.ts';

export interface TreeFile {
  /** As the API numbers it. */
  readonly index: number;
  /** Steps joined by `/`; untrusted text. */
  readonly path: string;
  readonly lengthBytes: number;
  /** Absent for what is being added. */
  readonly doneBytes?: number;
  readonly priority: FilePriority;
}

export interface FileTreeProps {
  readonly files: readonly TreeFile[];
  /** A name for screen readers. */
  readonly label: string;
  /** With what the priority of these files is to be; indexes ascend. */
  readonly onPriority: (indexes: readonly number[], priority: FilePriority) => void;
  /** Only want or skip; without the four priorities. */
  readonly isSimple?: boolean;
  /** Where a file is read, also while it is still coming. */
  readonly hrefOf?: (index: number) => string;
}

const usualRowPx = 32;

export function FileTree({ files, label, onPriority, isSimple = false, hrefOf }: FileTreeProps) {
  const structure = useStructure(files);
  const tree = useMemo(() => makeFileTree(structure), [structure]);
  const marks = useMemo(
    () =>
      markTree(tree, (place) => {
        const { doneBytes = 0, priority } = files[place] as TreeFile;
        return { doneBytes, priority };
      }),
    [tree, files],
  );
  const [open, setOpen] = useState(() => openAtFirst(tree));
  const [openFor, setOpenFor] = useState(tree);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  if (openFor !== tree) {
    setOpenFor(tree);
    setOpen(openAtFirst(tree));
    setActive(0);
  }
  const shown = useMemo(
    () => (query.trim() === '' ? undefined : findNodes(tree, query)),
    [tree, query],
  );
  const isFitting = open.length === tree.size;
  const rows = useMemo(
    () => (isFitting ? visibleNodes(tree, open, shown) : new Int32Array()),
    [tree, open, shown, isFitting],
  );

  const scroller = useRef<HTMLDivElement>(null);
  const [rowPx, setRowPx] = useState(usualRowPx);
  useLayoutEffect(() => {
    const text = scroller.current && getComputedStyle(scroller.current).getPropertyValue('--row');
    const px = Number.parseFloat(text ?? '');
    if (px > 0) setRowPx(px);
  });
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are placed anew.
  useLayoutEffect(() => virtual.measure(), [rowPx]);
  const id = useId();
  const hasProgress = files[0]?.doneBytes !== undefined;
  const activeRow = Math.max(0, rows.indexOf(active));

  const give = (node: number, priority: FilePriority): void => {
    const places = filesBelow(tree, node, shown);
    const indexes = places.map((place) => files[place]?.index ?? place);
    onPriority(indexes, priority);
  };
  const giveAll = (priority: FilePriority): void => {
    const isFound = new Uint8Array(files.length).fill(shown === undefined ? 1 : 0);
    shown?.forEach((is, node) => {
      const place = tree.file[node] as number;
      if (is === 1 && place >= 0) isFound[place] = 1;
    });
    const found = files.filter((_, place) => isFound[place] === 1);
    onPriority(
      found.map(({ index }) => index),
      priority,
    );
  };
  const hrefFor = (place: number): string | undefined =>
    place < 0 ? undefined : hrefOf?.(files[place]?.index ?? place);
  const toggle = (node: number, isOpen = open[node] === 0): void => {
    const next = open.slice();
    next[node] = isOpen ? 1 : 0;
    setOpen(next);
  };
  const tick = (node: number): void =>
    give(node, tickOf(tree, marks, node) === 'on' ? 'skip' : 'normal');

  /** A file that cannot be shown is ticked, as it would be in a list. */
  const show = (node: number): void => {
    const href = hrefFor(tree.file[node] as number);
    if (href === undefined) tick(node);
    else window.open(href, '_blank', 'noopener');
  };

  const onKey = (event: KeyboardEvent): void => {
    const node = rows[activeRow];
    if (node === undefined || event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowPx) / rowPx) - 1);
    const move: TreeMove | undefined = treeMove(event, {
      tree,
      rows,
      at: activeRow,
      page,
      isOpen: shown !== undefined || open[node] === 1,
      priority: priorityOf(marks, node),
    });
    if (move === undefined || (isSimple && move.do === 'priority')) return;
    event.preventDefault();
    if (move.do === 'go') {
      setActive(rows[move.row] ?? node);
      virtual.scrollToIndex(move.row);
    } else if (move.do === 'tick') tick(node);
    else if (move.do === 'open') toggle(node, move.isOpen);
    else if (move.do === 'show') show(node);
    else give(node, move.priority);
  };

  return (
    <div className="files">
      <FileTreeBar
        tree={tree}
        marks={marks}
        shown={shown}
        query={query}
        onQuery={setQuery}
        onAll={giveAll}
        isSimple={isSimple}
      />
      <div
        ref={scroller}
        className="files-rows"
        role="tree"
        aria-label={label}
        aria-multiselectable="true"
        aria-activedescendant={rows.length > 0 ? `${id}-${rows[activeRow]}` : undefined}
        tabIndex={0}
        onKeyDown={onKey}
      >
        {rows.length === 0 && query.trim() !== '' && (
          <p className="files-none">No file has “{query.trim()}” in its name.</p>
        )}
        <div className="files-space" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const node = rows[index] as number;
            return (
              <FileTreeRow
                key={node}
                id={`${id}-${node}`}
                tree={tree}
                marks={marks}
                node={node}
                top={start}
                isOpen={shown !== undefined || open[node] === 1}
                isActive={index === activeRow}
                isSimple={isSimple}
                hasProgress={hasProgress}
                href={hrefOf && hrefFor(tree.file[node] as number)}
                onActive={setActive}
                onToggle={toggle}
                onTick={tick}
                onPriority={give}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The same list as long as paths and lengths are the same, so that a look for progress keeps the tree. */
function useStructure(files: readonly TreeFile[]): readonly TreeFile[] {
  const kept = useRef(files);
  const old = kept.current;
  const isSame =
    old.length === files.length &&
    files.every(
      ({ path, lengthBytes }, i) => path === old[i]?.path && lengthBytes === old[i]?.lengthBytes,
    );
  if (!isSame) kept.current = files;
  return kept.current;
}
