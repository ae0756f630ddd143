/**
 * The files of a torrent as a tree that is cheap to walk with 100,000 files.
 * Invariant: nodes are numbered depth first, folders before files and both by name, so that everything
 * below node `n` is `n + 1` up to but without `end[n]`, and a node comes after its parent.
 */

export interface TreeFile {
  /** Untrusted text; steps joined by `/`. */
  readonly path: string;
  readonly lengthBytes: number;
}

export interface FileTree {
  /** Of nodes. */
  readonly size: number;
  readonly fileCount: number;
  readonly names: readonly string[];
  readonly depth: Uint16Array;
  /** -1 at the top. */
  readonly parent: Int32Array;
  readonly end: Int32Array;
  /** Place in the list of files; -1 for a folder. */
  readonly file: Int32Array;
  readonly lengthBytes: Float64Array;
  /** Files at or below. */
  readonly files: Int32Array;
}

interface Folder {
  readonly name: string;
  readonly folders: Map<string, Folder>;
  readonly files: [name: string, index: number][];
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
/** Deeper folders are shown as one step, so that a path of slashes costs no more than its length. */
const maxDepth = 64;

export function makeFileTree(files: readonly TreeFile[]): FileTree {
  const top: Folder = { name: '', folders: new Map(), files: [] };
  let folderCount = 0;
  files.forEach(({ path }, index) => {
    const steps = path.split('/', maxDepth);
    const known = steps.join('/').length;
    if (known < path.length) steps.push(path.slice(known + 1));
    let folder = top;
    for (const step of steps.slice(0, -1)) {
      let next = folder.folders.get(step);
      if (next === undefined) {
        next = { name: step, folders: new Map(), files: [] };
        folder.folders.set(step, next);
        folderCount++;
      }
      folder = next;
    }
    folder.files.push([steps.at(-1) ?? path, index]);
  });
  return flatten(top, files, folderCount + files.length);
}

function flatten(top: Folder, files: readonly TreeFile[], size: number): FileTree {
  const tree = {
    size,
    fileCount: files.length,
    names: new Array<string>(size),
    depth: new Uint16Array(size),
    parent: new Int32Array(size),
    end: new Int32Array(size),
    file: new Int32Array(size).fill(-1),
    lengthBytes: new Float64Array(size),
    files: new Int32Array(size),
  };
  let next = 0;
  const place = (name: string, parent: number): number => {
    const node = next++;
    tree.names[node] = name;
    tree.parent[node] = parent;
    tree.depth[node] = parent < 0 ? 0 : (tree.depth[parent] as number) + 1;
    return node;
  };
  // At most as deep as the paths are cut to.
  const put = (folder: Folder, at: number): void => {
    const folders = [...folder.folders.values()].sort((a, b) => byName.compare(a.name, b.name));
    for (const one of folders) {
      const node = place(one.name, at);
      put(one, node);
      tree.end[node] = next;
    }
    for (const [name, index] of folder.files.sort((a, b) => byName.compare(a[0], b[0]))) {
      const node = place(name, at);
      tree.file[node] = index;
      tree.lengthBytes[node] = files[index]?.lengthBytes ?? 0;
      tree.files[node] = 1;
      tree.end[node] = next;
    }
  };
  put(top, -1);
  addUp(tree.parent, tree.lengthBytes);
  addUp(tree.parent, tree.files);
  return tree;
}

/** Adds every node's value to its folder's, from the deepest up. */
export function addUp(parent: Int32Array, values: Float64Array | Int32Array): void {
  for (let node = parent.length - 1; node >= 0; node--) {
    const up = parent[node] as number;
    if (up >= 0) values[up] = (values[up] as number) + (values[node] as number);
  }
}

/** The places in the list of files of all that is at or below `node`, ascending. */
export function filesBelow(tree: FileTree, node: number, shown?: Uint8Array): number[] {
  const found: number[] = [];
  const end = tree.end[node] ?? node;
  for (let at = node; at < end; at++) {
    const file = tree.file[at] as number;
    if (file >= 0 && (shown === undefined || shown[at] === 1)) found.push(file);
  }
  return found.sort((a, b) => a - b);
}

/** The nodes to draw: those whose folders are all open; with `shown` only those, in open folders. */
export function visibleNodes(tree: FileTree, open: Uint8Array, shown?: Uint8Array): Int32Array {
  const rows = new Int32Array(tree.size);
  let count = 0;
  for (let node = 0; node < tree.size; ) {
    if (shown !== undefined && shown[node] === 0) {
      node = tree.end[node] as number;
      continue;
    }
    rows[count++] = node;
    const isClosed = tree.file[node] === -1 && open[node] === 0;
    node = isClosed && shown === undefined ? (tree.end[node] as number) : node + 1;
  }
  return rows.subarray(0, count);
}

/** Marks what has the words in its name, all below such a folder, and the folders above. */
export function findNodes(tree: FileTree, query: string): Uint8Array {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = new Uint8Array(tree.size);
  for (let node = 0; node < tree.size; ) {
    const name = (tree.names[node] as string).toLowerCase();
    if (!words.every((word) => name.includes(word))) {
      node++;
      continue;
    }
    const end = tree.end[node] as number;
    shown.fill(1, node, end);
    for (let up = tree.parent[node] as number; up >= 0 && shown[up] === 0; ) {
      shown[up] = 1;
      up = tree.parent[up] as number;
    }
    node = end;
  }
  return shown;
}

/** Everything when there is little of it, else the folders at the top. */
export function openAtFirst(tree: FileTree): Uint8Array {
  const open = new Uint8Array(tree.size);
  if (tree.size <= 60) return open.fill(1);
  let onlyTop = 0;
  // A chain of single folders is opened down to where there is something to choose.
  while (onlyTop < tree.size && tree.file[onlyTop] === -1) {
    open[onlyTop] = 1;
    if (tree.end[onlyTop + 1] !== tree.end[onlyTop]) break;
    onlyTop++;
  }
  return open;
}
