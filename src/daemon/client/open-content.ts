/**
 * Decides what a torrent starts from: which pieces are trusted because nothing changed since they
 * were verified, which are hashed first because data is there, and which are simply missing.
 */
import { Bitfield } from '../../base/bitfield.ts';
import type { StartingPoint } from '../../engine/content.ts';
import { filePriority } from '../../engine/content-wants.ts';
import type { Layout } from '../../engine/layout.ts';
import type { StorageError, StorageSink } from '../../engine/ports.ts';
import type { ResumeState } from '../../engine/resume.ts';
import { trustResume } from '../../engine/resume-trust.ts';
import { type FileFacts, readFileFacts } from '../../node/disk/file-facts.ts';
import type { FileStorage } from '../../node/disk/file-storage.ts';
import type { IndexRange } from '../../protocol/magnet.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';
import type { AddOptions, FilePriority } from './client-contract.ts';
import { openStorage, prepareFolder, type StoragePlace } from './content-storage.ts';
import { priorityNumbers } from './file-priorities.ts';
import { contentFiles } from './placed-files.ts';

export interface ContentSource extends StoragePlace {
  readonly metainfo: Metainfo;
  readonly options: AddOptions;
  readonly layout: Layout;
  readonly saved: ResumeState | undefined;
  /** What was told since the torrent was added; goes before everything else. */
  readonly priorities: readonly FilePriority[] | undefined;
  /** What the magnet link selects (BEP 53). */
  readonly selected: readonly IndexRange[] | undefined;
  onFileProblem(file: number | undefined, error: StorageError): void;
}

export interface OpenedContent {
  readonly layout: Layout;
  readonly start: StartingPoint;
  /** As the engine has them; undefined is the normal one for all. */
  readonly filePriorities: Uint8Array | undefined;
  openStorage(sink: StorageSink): FileStorage;
}

/** Rejects with ClientError when the folder cannot be used. */
export async function openContent(source: ContentSource): Promise<OpenedContent> {
  const { metainfo, options, dir } = source;
  await prepareFolder(dir, options.seedInPlace !== true);
  const { layout } = source;
  const files = contentFiles(metainfo, options.paths);
  const states = new Int32Array(files.length);
  const facts = await readFileFacts({ rootDir: dir, files, states });
  const chosen = chosenPriorities(source);
  const selected = chosen && Array.from(chosen, (priority) => priority > 0);
  // The user's own data is served as it is; what is missing there is not fetched into it.
  const inPlace = options.seedInPlace === true;
  const filePriorities = inPlace ? new Uint8Array(files.length) : chosen;
  return {
    layout,
    start: startingPoint(source, facts, inPlace ? files.map(() => false) : selected),
    filePriorities,
    openStorage: (sink) =>
      openStorage(source, {
        info: metainfo,
        layout,
        sink,
        files,
        wanted: selected,
        finished: facts.map((fact) => inPlace || fact?.finished === true),
        onFileProblem: (file, error) => source.onFileProblem(file, error),
      }),
  };
}

function chosenPriorities(source: ContentSource): Uint8Array | undefined {
  const { metainfo, options, priorities = options.priorities } = source;
  if (priorities !== undefined) return priorityNumbers(priorities, metainfo.files.length);
  const wanted = options.selectFiles?.(metainfo) ?? filesOfLink(metainfo, source.selected);
  return wanted && Uint8Array.from(wanted, (is) => (is ? filePriority.normal : filePriority.skip));
}

/** A selection that fits no file selects nothing away, so that no download waits for nothing. */
function filesOfLink(
  { files }: Metainfo,
  ranges: readonly IndexRange[] | undefined,
): readonly boolean[] | undefined {
  const isMeant = (index: number) =>
    ranges?.some(({ first, last }) => first <= index && index <= last) === true;
  const wanted = files.map((_, index) => isMeant(index));
  return wanted.includes(true) ? wanted : undefined;
}

function startingPoint(
  { options, saved, layout, metainfo }: ContentSource,
  facts: readonly (FileFacts | undefined)[],
  wanted: readonly boolean[] | undefined,
): StartingPoint {
  if (options.alreadyVerified === true) {
    const verified = Bitfield.full(layout.pieceCount);
    return { verified, toCheck: [], partial: [], unfinishedFiles: [] };
  }
  const { trusted, check, partial } = trustResume(
    options.recheck === true ? undefined : saved,
    { files: facts },
    layout,
  );
  const unfinishedFiles: number[] = [];
  facts.forEach((fact, file) => {
    // No piece brings an empty file: it is whole from the start, and made then.
    const isMissingEmpty = fact === undefined && metainfo.files[file]?.lengthBytes === 0;
    const mayMake = options.seedInPlace !== true && wanted?.[file] !== false;
    if (fact?.finished === false || (isMissingEmpty && mayMake)) unfinishedFiles.push(file);
  });
  return {
    verified: trusted,
    toCheck: check,
    partial: partial.map(({ piece, blocks }) => ({ piece, blocks: blockFlags(blocks) })),
    unfinishedFiles,
  };
}

function blockFlags(blocks: Bitfield): Uint8Array {
  return Uint8Array.from({ length: blocks.length }, (_, block) => (blocks.has(block) ? 1 : 0));
}
