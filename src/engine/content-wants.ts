/**
 * What is wanted of a torrent's content: the priorities of its files, and the places that readers are
 * waiting for; from both, the priority of each piece and the window that is fetched first.
 * Invariant: a piece has the highest priority of its files; one of files that are all skipped is wanted
 * exactly while it lies in the window of a reader.
 */
import { assert } from '../base/assert.ts';
import type { Layout } from './layout.ts';
import { normalPriority } from './piece-ledger.ts';
import type { PiecePicker } from './piece-picker.ts';

/** Of a file: 0 is not fetched, then rising. */
export const filePriority = { skip: 0, low: 1, normal: normalPriority, high: 7 } as const;

/** Pieces from `first` to `last` that a reader comes to next, and the last of all it will come to. */
export interface ReadWindow {
  readonly first: number;
  readonly last: number;
  readonly end: number;
}

export class ContentWants {
  readonly #layout: Layout;
  readonly #picker: PiecePicker;
  #files: Uint8Array;
  readonly #windows = new Map<object, ReadWindow>();
  /** Pieces that are wanted for readers only. */
  readonly #lifted = new Set<number>();

  /** Without `priorities` every file has the normal one. */
  constructor(layout: Layout, picker: PiecePicker, priorities?: Uint8Array) {
    this.#layout = layout;
    this.#picker = picker;
    this.#files = new Uint8Array(layout.files.length).fill(filePriority.normal);
    if (priorities !== undefined) this.setFiles(priorities);
  }

  /** By file. Not to be changed. */
  get files(): Uint8Array {
    return this.#files;
  }

  setFiles(priorities: Uint8Array): void {
    assert(priorities.length === this.#files.length, 'one priority a file');
    this.#files = priorities.slice();
    const pieces = piecePriorities(this.#layout, this.#files);
    for (let piece = 0; piece < pieces.length; piece++) {
      const isLifted = pieces[piece] === 0 && this.#lifted.has(piece);
      this.#picker.setPiecePriority(piece, isLifted ? normalPriority : pieces[piece]!);
      if (!isLifted) this.#lifted.delete(piece);
    }
    this.#review();
  }

  /** Where a reader stands, and again whenever it moved; undefined when it is gone. */
  setWindow(reader: object, window: ReadWindow | undefined): void {
    if (window === undefined) this.#windows.delete(reader);
    else this.#windows.set(reader, window);
    this.#review();
  }

  /** A reader will come to a piece that is not here. */
  get isHungry(): boolean {
    const { verified } = this.#picker;
    for (const { first, end } of this.#windows.values()) {
      for (let piece = first; piece <= end; piece++) if (!verified.has(piece)) return true;
    }
    return false;
  }

  #review(): void {
    const windows = [...this.#windows.values()];
    const isRead = (piece: number) => windows.some((w) => w.first <= piece && piece <= w.last);
    for (const piece of this.#lifted) {
      if (isRead(piece)) continue;
      this.#lifted.delete(piece);
      this.#picker.setPiecePriority(piece, filePriority.skip);
    }
    for (const { first, last } of windows) {
      for (let piece = first; piece <= last; piece++) {
        if (this.#picker.piecePriority(piece) > 0) continue;
        this.#lifted.add(piece);
        this.#picker.setPiecePriority(piece, normalPriority);
      }
    }
    this.#picker.setDeadlines(windows);
  }
}

/** Padding goes with the file before it, whose last piece it fills. */
function piecePriorities(layout: Layout, files: Uint8Array): Uint8Array {
  const pieces = new Uint8Array(layout.pieceCount);
  let before: number = filePriority.normal;
  for (let file = 0; file < files.length; file++) {
    const priority = layout.files[file]!.padding === true ? before : files[file]!;
    before = priority;
    const span = layout.piecesOfFile(file);
    if (span === undefined || priority === 0) continue;
    for (let piece = span.first; piece <= span.last; piece++) {
      if (pieces[piece]! < priority) pieces[piece] = priority;
    }
  }
  return pieces;
}
