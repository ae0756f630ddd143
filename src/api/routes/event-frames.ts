/**
 * Server-sent events as bytes (HTML standard, section 9.2). Invariant: those who know the same revision get
 * the same bytes, which are made once.
 */
import type { Notice, TorrentChanges } from '../contract/torrents.ts';
import type { TorrentTexts } from './torrent-texts.ts';

export interface ChangesFrame {
  readonly revision: number;
  /** Torrents changed; otherwise at most the session did. */
  readonly isNew: boolean;
  /** To be compared with the last one sent. */
  readonly session: string;
  readonly bytes: Buffer;
}

export const heartbeat = ': still here\n\n';

export function noticeFrame(notice: Notice): Buffer {
  return Buffer.from(`event: notice\ndata: ${JSON.stringify(notice)}\n\n`);
}

/** Of one moment; to be thrown away when it is over. */
export class ChangesFrames {
  readonly #changes: (since: number | undefined) => TorrentChanges;
  readonly #bySince = new Map<number | undefined, ChangesFrame>();

  readonly #texts: TorrentTexts;

  constructor(changes: (since: number | undefined) => TorrentChanges, texts: TorrentTexts) {
    this.#changes = changes;
    this.#texts = texts;
  }

  after(since: number | undefined): ChangesFrame {
    let frame = this.#bySince.get(since);
    if (frame === undefined) {
      frame = frameOf(this.#changes(since), this.#texts);
      this.#bySince.set(since, frame);
    }
    return frame;
  }
}

function frameOf(changes: TorrentChanges, texts: TorrentTexts): ChangesFrame {
  const { revision, full, torrents, removed } = changes;
  const session = JSON.stringify(changes.session);
  const data = `{"revision":${revision},"full":${full},"torrents":${texts.textOf(torrents)},"removed":${JSON.stringify(removed)},"session":${session}}`;
  return {
    revision,
    isNew: full || torrents.length + removed.length > 0,
    session,
    bytes: Buffer.from(`event: changes\nid: ${revision}\ndata: ${data}\n\n`),
  };
}
