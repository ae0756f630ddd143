/**
 * The state folder of a client: per torrent what was verified, and what peers sent of its metadata: the
 * info dictionary that a magnet link led to, and piece layers (BEP 52). Files are replaced whole, so that each is the old one or the new one.
 * Invariant: a file that cannot be read or understood costs a recheck and a line in the log, never
 * the start.
 */
import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InfoHash } from '../../base/ids.ts';
import type { Layout } from '../../engine/layout.ts';
import type { LogEntry } from '../../engine/ports.ts';
import {
  decodeResume,
  encodeResume,
  mostResumeBytes,
  type ResumeState,
} from '../../engine/resume.ts';
import { readFileCapped, writeFileAtomically } from '../../node/atomic-file.ts';
import { makeFolders } from '../../node/make-folders.ts';
import { MAX_METADATA_BYTES } from '../../protocol/extension.ts';

/** 2^21 pieces, which is the most, and the roots of as many files as an info dictionary holds. */
const mostLayersBytes = 128 * 1024 * 1024;

const kinds = ['resume', 'info', 'layers'] as const;
type Kind = (typeof kinds)[number];

export class ResumeFiles {
  readonly #folder: string;
  readonly #log: (entry: LogEntry) => void;

  constructor(folder: string, log: (entry: LogEntry) => void) {
    this.#folder = folder;
    this.#log = log;
  }

  async load(infoHash: InfoHash, layout: Layout): Promise<ResumeState | undefined> {
    const bytes = await this.#read(infoHash, 'resume', mostResumeBytes);
    if (bytes === undefined) return undefined;
    const result = decodeResume(bytes, infoHash, layout);
    if (result.state === undefined) this.#complain(infoHash, result.code, result.reason);
    return result.state;
  }

  /** At once, for whoever cannot wait; not for torrents that run. */
  loadNow(infoHash: InfoHash, layout: Layout): ResumeState | undefined {
    const bytes = readNow(this.#path(infoHash, 'resume'), mostResumeBytes);
    return bytes === undefined ? undefined : decodeResume(bytes, infoHash, layout).state;
  }

  loadInfoNow(infoHash: InfoHash): Uint8Array | undefined {
    return readNow(this.#path(infoHash, 'info'), MAX_METADATA_BYTES);
  }

  async save(state: ResumeState): Promise<void> {
    await this.#write(state.infoHash, 'resume', encodeResume(state));
  }

  loadInfo(infoHash: InfoHash): Promise<Uint8Array | undefined> {
    return this.#read(infoHash, 'info', MAX_METADATA_BYTES);
  }

  async saveInfo(infoHash: InfoHash, info: Uint8Array): Promise<void> {
    await this.#write(infoHash, 'info', info);
  }

  /** As `encodePieceLayers` wrote them. */
  loadLayers(infoHash: InfoHash): Promise<Uint8Array | undefined> {
    return this.#read(infoHash, 'layers', mostLayersBytes);
  }

  async saveLayers(infoHash: InfoHash, layers: Uint8Array): Promise<void> {
    await this.#write(infoHash, 'layers', layers);
  }

  /** For a torrent that is not to come back. */
  async forget(infoHash: InfoHash): Promise<void> {
    for (const kind of kinds) await rm(this.#path(infoHash, kind), { force: true });
  }

  #path(infoHash: InfoHash, kind: Kind): string {
    return join(this.#folder, `${infoHash}.${kind}`);
  }

  async #read(infoHash: InfoHash, kind: Kind, maxBytes: number) {
    try {
      return await readFileCapped(this.#path(infoHash, kind), maxBytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#complain(infoHash, 'RESUME_UNREADABLE', reason);
      return undefined;
    }
  }

  async #write(infoHash: InfoHash, kind: Kind, bytes: Uint8Array): Promise<void> {
    await makeFolders(this.#folder, 0o700);
    await writeFileAtomically(this.#path(infoHash, kind), bytes);
  }

  #complain(infoHash: InfoHash, code: string, reason: string): void {
    const message = `${this.#path(infoHash, 'resume')} is not used: ${reason}. The data is checked instead.`;
    this.#log({ level: 'warn', code, message, infoHash });
  }
}

/** Undefined for what is not there, cannot be read or is too long. */
function readNow(path: string, maxBytes: number): Uint8Array | undefined {
  try {
    return statSync(path).size > maxBytes ? undefined : readFileSync(path);
  } catch {
    return undefined;
  }
}
