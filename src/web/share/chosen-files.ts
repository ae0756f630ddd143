/**
 * What a person chose to share in the browser: dropped on the page, or picked with a button.
 * Invariant: one file is shared as a file; anything else as a folder that has a name.
 */

export interface ChosenFile {
  /** Below the folder, steps joined by `/`; of a single file its name. */
  readonly path: string;
  readonly file: File;
}

export interface Chosen {
  /** Of the folder; absent for a single file. */
  readonly name?: string;
  readonly files: readonly ChosenFile[];
}

/** As many as the daemon takes over the network. */
export const mostFiles = 10_000;

/** What may be said of a choice before a byte is sent; undefined when it can be shared. */
export function choiceProblem({ files, name }: Chosen): string | undefined {
  if (files.length === 0) {
    return name === undefined
      ? 'Nothing to share was in that. Drop files or a folder.'
      : `The folder ${name} has no files. Put something in it first.`;
  }
  if (files.length > mostFiles) {
    return `More than ${mostFiles} files are in that. Share the folder by its path on the daemon's machine instead.`;
  }
  return undefined;
}

export function chosenBytes({ files }: Chosen): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}

/** Of inputs of type file; with `webkitdirectory` every file has its path below the folder. */
export function fromInput(list: Iterable<File>): Chosen {
  const files = Array.from(list, (file) => ({ path: file.webkitRelativePath || file.name, file }));
  return gathered(files);
}

/** Has to be called while the drop is handled; what it holds is gone afterwards. */
export function fromDrop(data: DataTransfer): Promise<Chosen> {
  const entries: FileSystemEntry[] = [];
  const loose: File[] = [];
  for (const item of data.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = entry === null ? item.getAsFile() : null;
    if (entry !== null) entries.push(entry);
    else if (file !== null) loose.push(file);
  }
  return gatherEntries(entries, loose);
}

async function gatherEntries(entries: FileSystemEntry[], loose: File[]): Promise<Chosen> {
  const files: ChosenFile[] = loose.map((file) => ({ path: file.name, file }));
  const folders: [path: string, entry: FileSystemEntry][] = [];
  for (const entry of entries) folders.push([entry.name, entry]);
  for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
    const [path, entry] = next;
    if (files.length > mostFiles) break;
    if (isFile(entry)) files.push({ path, file: await fileOf(entry) });
    else if (isFolder(entry)) {
      for (const child of await entriesOf(entry)) folders.push([`${path}/${child.name}`, child]);
    }
  }
  const only = entries.length === 1 && loose.length === 0 ? entries[0] : undefined;
  if (files.length === 0 && only !== undefined) return { name: only.name, files };
  return gathered(files);
}

/** Takes the folder that all are in for the name; where there is none, makes one up. */
export function gathered(files: readonly ChosenFile[]): Chosen {
  const [first] = files;
  if (first === undefined) return { files };
  const top = first.path.split('/', 1)[0] as string;
  if (files.length === 1 && first.path === top) return { files };
  if (files.every(({ path }) => path.startsWith(`${top}/`))) {
    const within = files.map(({ path, file }) => ({ path: path.slice(top.length + 1), file }));
    return { name: top, files: within };
  }
  const names = new Set(files.map(({ path }) => path.split('/', 1)[0]));
  return { name: `${top} and ${names.size - 1} more`, files };
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader gives some at a time, and none at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0 || all.length > mostFiles) return all;
    all.push(...some);
  }
}
