/**
 * What a tree of files shows of each node: how much is here, and which priority it has, where a folder
 * shows what all of its files have. Invariant: made in one pass over the files and one over the nodes.
 */
import { type FilePriority, filePriorities } from '../../api/contract/torrents.ts';
import { addUp, type FileTree } from './file-tree.ts';

export interface TreeMarks {
  readonly doneBytes: Float64Array;
  /** Bytes that are not skipped. */
  readonly wantedBytes: Float64Array;
  /** Files at or below that are not skipped. */
  readonly wanted: Int32Array;
  /** Bit `1 << place of the priority in filePriorities`, of all files at or below. */
  readonly priorities: Uint8Array;
}

export interface FileMark {
  readonly doneBytes: number;
  readonly priority: FilePriority;
}

const bits: Readonly<Record<FilePriority, number>> = { skip: 1, low: 2, normal: 4, high: 8 };

/** `markOf` is asked once for each place in the list of files. */
export function markTree(tree: FileTree, markOf: (file: number) => FileMark): TreeMarks {
  const marks = {
    doneBytes: new Float64Array(tree.size),
    wantedBytes: new Float64Array(tree.size),
    wanted: new Int32Array(tree.size),
    priorities: new Uint8Array(tree.size),
  };
  for (let node = tree.size - 1; node >= 0; node--) {
    const file = tree.file[node] as number;
    if (file >= 0) {
      const { doneBytes, priority } = markOf(file);
      marks.doneBytes[node] = doneBytes;
      marks.priorities[node] = bits[priority];
      if (priority !== 'skip') {
        marks.wanted[node] = 1;
        marks.wantedBytes[node] = tree.lengthBytes[node] as number;
      }
    }
    const up = tree.parent[node] as number;
    if (up >= 0) marks.priorities[up] = (marks.priorities[up] ?? 0) | (marks.priorities[node] ?? 0);
  }
  addUp(tree.parent, marks.doneBytes);
  addUp(tree.parent, marks.wantedBytes);
  addUp(tree.parent, marks.wanted);
  return marks;
}

export type Tick = 'on' | 'off' | 'mixed';

export function tickOf(tree: FileTree, marks: TreeMarks, node: number): Tick {
  const wanted = marks.wanted[node] as number;
  if (wanted === 0) return 'off';
  return wanted === tree.files[node] ? 'on' : 'mixed';
}

/** Undefined where its files differ. */
export function priorityOf(marks: TreeMarks, node: number): FilePriority | undefined {
  return filePriorities.find((priority) => bits[priority] === marks.priorities[node]);
}
