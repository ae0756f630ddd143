/**
 * The tracker that what is shared here is announced to: its catalog and its statistics, passed on.
 * Invariant: only the server of the configured announce URL is ever asked, redirects are not followed,
 * and what it sends is bounded.
 */
import { boundedFetch, type FetchAnswer, FetchFailure } from '../../api/client/bounded-fetch.ts';
import { CatalogError } from '../../api/client/catalog-error.ts';
import { catalogUrlOf } from '../../api/client/catalog-url.ts';
import { catalogPath, torrentMediaType } from '../../api/contract/catalog.ts';
import type { HomeTrackerAnswer, HomeTrackerPort } from '../../api/service/daemon-ports.ts';
import { DaemonRefusal } from '../../api/service/refusal.ts';

export interface HomeTrackerOptions {
  /** Its announce URL, as it is set now. */
  announceUrl(): string | null;
  /** 15 s unless told. */
  readonly timeoutMs?: number;
}

const maxJsonBytes = 8 * 1024 ** 2;
const maxTorrentBytes = 64 * 1024 ** 2;
const jsonMediaType = 'application/json';

export class HomeTracker implements HomeTrackerPort {
  readonly #options: HomeTrackerOptions;

  constructor(options: HomeTrackerOptions) {
    this.#options = options;
  }

  async catalog(pathAndQuery: string, signal: AbortSignal): Promise<HomeTrackerAnswer> {
    const base = this.#base();
    const url = urlBelow(`${base}${catalogPath}`, pathAndQuery);
    const isTorrent = url.pathname.endsWith('/torrent');
    const answer = await this.#get(url, isTorrent ? maxTorrentBytes : maxJsonBytes, signal);
    const mediaType = mediaTypeOf(answer);
    if (mediaType === jsonMediaType || (isTorrent && mediaType === torrentMediaType)) {
      return passedOn(answer);
    }
    throw answer.status >= 500 ? broken(base, answer) : absent(`${base} keeps no catalog`);
  }

  async statistics(signal: AbortSignal): Promise<HomeTrackerAnswer> {
    const base = this.#base();
    const answer = await this.#get(new URL(`${base}/stats.json`), maxJsonBytes, signal);
    if (answer.status === 200 && mediaTypeOf(answer) === jsonMediaType) return passedOn(answer);
    throw answer.status >= 500 ? broken(base, answer) : absent(`${base} tells no statistics`);
  }

  /** `http://host:port`. */
  #base(): string {
    const announceUrl = this.#options.announceUrl();
    if (announceUrl === null) throw absent('No tracker is set');
    try {
      return catalogUrlOf(announceUrl);
    } catch (error) {
      if (!(error instanceof CatalogError)) throw error;
      throw absent(`The tracker that is set is none: ${error.message}`);
    }
  }

  async #get(url: URL, maxBytes: number, signal: AbortSignal): Promise<FetchAnswer> {
    const { timeoutMs = 15_000 } = this.#options;
    let answer: FetchAnswer;
    try {
      answer = await boundedFetch({
        method: 'GET',
        url: url.href,
        headers: { accept: `${jsonMediaType}, ${torrentMediaType}` },
        timeoutMs,
        maxBytes,
        signal,
      });
    } catch (error) {
      if (!(error instanceof FetchFailure)) throw error;
      throw new DaemonRefusal(
        'TRACKER_UNREACHABLE',
        `The tracker at ${url.origin} cannot be asked: ${error.message}. Check the setting "tracker", and whether it runs`,
      );
    }
    if (answer.status < 300 || answer.status >= 400) return answer;
    throw new DaemonRefusal(
      'TRACKER_UNREACHABLE',
      `The tracker at ${url.origin} points elsewhere (status ${answer.status}). Set "tracker" to where it is now`,
    );
  }
}

/** Throws DaemonRefusal for what would lead out of it. */
function urlBelow(whole: string, pathAndQuery: string): URL {
  const isBelow = /^(?:\/[^/\\#\s][^\\#\s]*)?(?:\?[^#\s]*)?$/.test(pathAndQuery);
  const url = isBelow ? new URL(whole + pathAndQuery) : undefined;
  const root = new URL(whole);
  if (url !== undefined && url.origin === root.origin) {
    if (url.pathname === root.pathname || url.pathname.startsWith(`${root.pathname}/`)) return url;
  }
  throw new DaemonRefusal('NOT_FOUND', 'The catalog has no such page. List it for others');
}

function passedOn(answer: FetchAnswer): HomeTrackerAnswer {
  return { status: answer.status, mediaType: mediaTypeOf(answer) ?? '', body: answer.body };
}

function mediaTypeOf({ headers }: FetchAnswer): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}

function absent(what: string): DaemonRefusal {
  const message = `${what}. Set "tracker" to the announce URL of a tracker of Shoal that keeps a catalog`;
  return new DaemonRefusal('TRACKER_ABSENT', message);
}

function broken(base: string, { status }: FetchAnswer): DaemonRefusal {
  const message = `The tracker at ${base} answered with status ${status}. Try again later; its operator finds the cause in its log`;
  return new DaemonRefusal('TRACKER_UNREACHABLE', message);
}
