/** What a key means in a tree of files, as the ARIA practices have it for trees. */
import { type FilePriority, filePriorities } from '../../api/contract/torrents.ts';
import type { FileTree } from './file-tree.ts';

export type TreeMove =
  | { readonly do: 'go'; readonly row: number }
  | { readonly do: 'open'; readonly isOpen: boolean }
  | { readonly do: 'tick' }
  /** Shows the file, where that can be done. */
  | { readonly do: 'show' }
  | { readonly do: 'priority'; readonly priority: FilePriority };

export interface TreePlace {
  readonly tree: FileTree;
  /** The nodes that are drawn. */
  readonly rows: Int32Array;
  /** The row that the keys are for. */
  readonly at: number;
  /** Rows in sight. */
  readonly page: number;
  readonly isOpen: boolean;
  /** Undefined where files below differ. */
  readonly priority: FilePriority | undefined;
}

interface Key {
  readonly key: string;
  readonly ctrlKey?: boolean;
  readonly metaKey?: boolean;
  readonly altKey?: boolean;
}

export function treeMove(event: Key, place: TreePlace): TreeMove | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const { rows, at, page } = place;
  const go = (row: number): TreeMove => ({
    do: 'go',
    row: Math.min(rows.length - 1, Math.max(0, row)),
  });
  switch (event.key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'PageDown':
      return go(at + page);
    case 'PageUp':
      return go(at - page);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.length - 1);
    case 'ArrowRight':
    case 'ArrowLeft':
      return sideways(event.key === 'ArrowRight', place, go);
    case ' ':
      return { do: 'tick' };
    case 'Enter':
      return enter(place);
    case '+':
    case '-':
      return nextPriority(event.key === '+', place.priority);
  }
  return undefined;
}

/** Right opens, then goes in; left closes, then goes out. */
function sideways(
  isRight: boolean,
  { tree, rows, at, isOpen }: TreePlace,
  go: (row: number) => TreeMove,
): TreeMove {
  const node = rows[at] as number;
  const isFolder = tree.file[node] === -1;
  if (isRight) {
    if (!isFolder) return go(at);
    return isOpen ? go(at + 1) : { do: 'open', isOpen: true };
  }
  if (isFolder && isOpen) return { do: 'open', isOpen: false };
  const up = tree.parent[node] as number;
  return go(up < 0 ? at : rows.indexOf(up));
}

function enter({ tree, rows, at, isOpen }: TreePlace): TreeMove {
  const isFolder = tree.file[rows[at] as number] === -1;
  return isFolder ? { do: 'open', isOpen: !isOpen } : { do: 'show' };
}

function nextPriority(isUp: boolean, priority: FilePriority | undefined): TreeMove {
  const at = filePriorities.indexOf(priority ?? 'normal') + (isUp ? 1 : -1);
  const next = filePriorities[Math.min(filePriorities.length - 1, Math.max(0, at))] as FilePriority;
  return { do: 'priority', priority: next };
}
