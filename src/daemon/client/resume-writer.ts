/**
 * Keeps one torrent's resume state up to date: now and then while it grows, and whenever it is told to.
 * Invariants: one write at a time; what the state vouches for is on the disk before the state is.
 */
import { Bitfield } from '../../base/bitfield.ts';
import type { Content } from '../../engine/content.ts';
import type { LogEntry } from '../../engine/ports.ts';
import type { ResumeState } from '../../engine/resume.ts';
import type { FileStorage } from '../../node/disk/file-storage.ts';
import type { ResumeFiles } from './resume-files.ts';
import { syncFiles } from './sync-files.ts';

const saveEveryMs = 30_000;
/** Progress worth saving earlier; seldom, because the data is forced to the disk first. */
const saveEveryBytes = 16 * 1024 ** 3;

/** What the torrent's owner counts. */
export type CountedState = Pick<
  ResumeState,
  'infoHash' | 'uploadedBytes' | 'downloadedBytes' | 'seedingForMs' | 'completedOnce'
>;

export interface ResumeSubject {
  readonly content: Content;
  readonly storage: FileStorage;
  counted(): CountedState;
}

export class ResumeWriter {
  readonly #resume: ResumeFiles;
  readonly #subject: () => ResumeSubject | undefined;
  readonly #log: (entry: LogEntry) => void;
  #unsavedPieces: number[] = [];
  #savedAtMs = performance.now();
  #saving: Promise<void> = Promise.resolve();

  /** `subject`: undefined while there is nothing to save. */
  constructor(
    resume: ResumeFiles,
    subject: () => ResumeSubject | undefined,
    log: (entry: LogEntry) => void,
  ) {
    this.#resume = resume;
    this.#subject = subject;
    this.#log = log;
  }

  onPieceVerified(piece: number): void {
    this.#unsavedPieces.push(piece);
  }

  /** Saves when it is time. */
  look(pieceLength: number): void {
    const unsaved = this.#unsavedPieces.length;
    const due = unsaved > 0 && performance.now() - this.#savedAtMs >= saveEveryMs;
    if (due || unsaved * pieceLength >= saveEveryBytes) this.saveSoon();
  }

  /** Behind what is being saved; a failure is logged. */
  saveSoon(): void {
    this.#saving = this.#saving
      .then(() => this.#saveNow())
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        const infoHash = this.#subject()?.counted().infoHash;
        const entry = { level: 'warn', code: 'RESUME_SAVE', message } as const;
        this.#log(infoHash === undefined ? entry : { ...entry, infoHash });
      });
  }

  /** Rejects when it cannot be written. */
  async saveLast(): Promise<void> {
    await this.#saving;
    await this.#saveNow();
  }

  async #saveNow(): Promise<void> {
    const subject = this.#subject();
    if (subject === undefined || subject.content.checking) return;
    const { content, storage } = subject;
    this.#savedAtMs = performance.now();
    const { verified, partial } = content.snapshot();
    const pieces = this.#unsavedPieces;
    this.#unsavedPieces = [];
    await syncFiles(storage.namesOfPieces(pieces));
    const files = await storage.facts();
    await this.#resume.save({
      ...subject.counted(),
      savedAtMs: Date.now(),
      verified,
      files,
      partial: partial.map(({ piece, blocks }) => ({ piece, blocks: bitsOf(blocks) })),
      corruptBytes: content.downloads.wastedBytes,
    });
  }
}

function bitsOf(flags: Uint8Array): Bitfield {
  const bits = new Bitfield(flags.length);
  flags.forEach((flag, block) => {
    if (flag === 1) bits.set(block);
  });
  return bits;
}
