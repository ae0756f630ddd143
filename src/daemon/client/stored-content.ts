/**
 * The content of torrents that do not run, read from what was kept: the metadata and the resume state.
 * Invariant: at most `mostKept` metadata are held, and of every torrent that was asked for its few facts;
 * a torrent that runs is not asked for here.
 */
import { Bitfield } from '../../base/bitfield.ts';
import type { InfoHash } from '../../base/ids.ts';
import { FileProgress } from '../../engine/file-progress.ts';
import type { Layout } from '../../engine/layout.ts';
import { pieceMapState } from '../../engine/piece-map.ts';
import { nodeHashes } from '../../node/hashes.ts';
import { type Metainfo, parseInfo, type TorrentInfo } from '../../protocol/metainfo.ts';
import type { SessionStore } from '../session/session-store.ts';
import { type ContentFacts, contentFacts } from '../torrents/content-facts.ts';
import { priorityOf } from '../torrents/file-wishes.ts';
import type { TorrentSource } from './client-contract.ts';
import { layoutOf } from './content-storage.ts';
import { withKeptLayers } from './kept-layers.ts';
import type { ResumeFiles } from './resume-files.ts';
import { describeSource, pathRules, type SourceDescription } from './source-description.ts';

const mostKept = 8;

/** What is verified of a torrent that does not run. */
export interface ContentState {
  readonly layout: Layout;
  readonly verified: Bitfield;
}

export class StoredContent {
  readonly #store: SessionStore;
  readonly #resume: ResumeFiles;
  readonly #described = new Map<InfoHash, SourceDescription>();
  readonly #facts = new Map<InfoHash, ContentFacts>();
  readonly #trackers = new Map<InfoHash, SourceDescription['trackers']>();

  constructor(store: SessionStore, resume: ResumeFiles) {
    this.#store = store;
    this.#resume = resume;
  }

  /** What was added, as it came. */
  source(infoHash: InfoHash): TorrentSource {
    const source = this.#store.source(infoHash);
    if (source === undefined) throw new Error('the session has no source of this torrent');
    return source;
  }

  describe(infoHash: InfoHash): SourceDescription {
    let described = this.#described.get(infoHash);
    described ??= describeSource(this.source(infoHash), nodeHashes);
    this.#described.delete(infoHash);
    this.#described.set(infoHash, described);
    const [oldest] = this.#described.keys();
    if (this.#described.size > mostKept && oldest !== undefined) this.#described.delete(oldest);
    return described;
  }

  forget(infoHash: InfoHash): void {
    this.#described.delete(infoHash);
    this.#facts.delete(infoHash);
    this.#trackers.delete(infoHash);
  }

  /** The announce URLs of the source, by tier. */
  trackers(infoHash: InfoHash): SourceDescription['trackers'] {
    const known = this.#trackers.get(infoHash);
    if (known !== undefined) return known;
    const { trackers } = this.describe(infoHash);
    this.#trackers.set(infoHash, trackers);
    return trackers;
  }

  /** Undefined until the metadata of a magnet link is here. `running` is asked when nothing is kept. */
  async facts(
    infoHash: InfoHash,
    running: () => Metainfo | undefined,
  ): Promise<ContentFacts | undefined> {
    const known = this.#facts.get(infoHash);
    if (known !== undefined) return known;
    const metainfo = running() ?? (await this.metainfo(infoHash));
    if (metainfo === undefined) return undefined;
    const facts = contentFacts(metainfo);
    this.#facts.set(infoHash, facts);
    return facts;
  }

  /** Undefined until the metadata of a magnet link is here. */
  async metainfo(infoHash: InfoHash): Promise<Metainfo | undefined> {
    const described = this.describe(infoHash);
    if (described.metainfo !== undefined) return described.metainfo;
    const bytes = await this.#resume.loadInfo(infoHash);
    if (bytes === undefined || !described.isInfo(bytes)) return undefined;
    const info = parseInfo(bytes, nodeHashes, { pathRules });
    const metainfo = { ...info, trackers: described.trackers, webSeeds: [], nodes: [] };
    return withKeptLayers(metainfo, this.#resume, nodeHashes, () => undefined);
  }

  /** As `metainfo`, at once; without the hashes of version 2 that peers sent. */
  metainfoNow(infoHash: InfoHash): TorrentInfo | undefined {
    const described = this.describe(infoHash);
    if (described.metainfo !== undefined) return described.metainfo;
    const bytes = this.#resume.loadInfoNow(infoHash);
    if (bytes === undefined || !described.isInfo(bytes)) return undefined;
    return parseInfo(bytes, nodeHashes, { pathRules });
  }

  state(info: TorrentInfo): ContentState {
    const layout = layoutOf(info);
    const saved = this.#resume.loadNow(info.infoHash, layout);
    return { layout, verified: saved?.verified ?? new Bitfield(layout.pieceCount) };
  }
}

/** By file of the metainfo. */
export function fileBytes({ layout, verified }: ContentState): readonly number[] {
  return new FileProgress(layout, verified).verifiedBytes;
}

/** A byte a piece, as the client has it. */
export function pieceStates(
  { layout, verified }: ContentState,
  priorities: Uint8Array | undefined,
): Uint8Array {
  const states = new Uint8Array(layout.pieceCount).fill(pieceMapState.notWanted);
  layout.files.forEach((_, file) => {
    const span = layout.piecesOfFile(file);
    if (span === undefined || priorityOf(priorities, file) === 'skip') return;
    states.fill(pieceMapState.missing, span.first, span.last + 1);
  });
  for (let piece = 0; piece < layout.pieceCount; piece++) {
    if (verified.has(piece)) states[piece] = pieceMapState.here;
  }
  return states;
}

/** As the client counts them. */
export function wantedCounts(
  state: ContentState,
  priorities: Uint8Array | undefined,
): { readonly doneBytes: number; readonly wantedBytes: number } {
  const states = pieceStates(state, priorities);
  let doneBytes = 0;
  let missingBytes = 0;
  states.forEach((pieceState, piece) => {
    const bytes = state.layout.contentOf(piece);
    if (pieceState === pieceMapState.here) doneBytes += bytes;
    else if (pieceState === pieceMapState.missing) missingBytes += bytes;
  });
  return { doneBytes, wantedBytes: doneBytes + missingBytes };
}
