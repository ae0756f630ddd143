/** What `get` is asked for, looked up in a tracker's catalog when it is no file, link or URL. */
import { stat } from 'node:fs/promises';
import type { DaemonClient } from '../api/client/daemon-client.ts';
import type { LoadedTorrent } from '../daemon/torrent-files/load-source.ts';
import { defaultTracker, openCatalog } from './catalog-options.ts';
import { CliError, presentError } from './cli-error.ts';

export interface CatalogFind {
  readonly loaded: LoadedTorrent;
  /** Whose catalog had it: this tracker knows the peers. */
  readonly tracker: string;
}

export interface CatalogSearch {
  /** Announce URLs from the command line; with none of HTTP the tracker of this machine is asked. */
  readonly trackers: readonly string[];
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** An id or a name, which only a catalog can resolve; info-hashes and everything else are not. */
export async function isCatalogName(source: string): Promise<boolean> {
  const { isInfoHash } = await import('../daemon/torrent-files/load-source.ts');
  if (source === '-' || source === '' || isInfoHash(source)) return false;
  if (/^(magnet:|[a-z][a-z0-9+.-]*:\/\/)/i.test(source) || /[/\\]|\.torrent$/i.test(source)) {
    return false;
  }
  return !(await stat(source).then(
    () => true,
    () => false,
  ));
}

/** Rejects with a CliError that names every tracker asked and what it said. */
export async function findInCatalog(source: string, search: CatalogSearch): Promise<CatalogFind> {
  const asked = httpTrackers(search.trackers);
  const answers: string[] = [];
  let code = 'SOURCE_NOT_FOUND';
  for (const tracker of asked) {
    try {
      return await fetchFrom(tracker, source, search);
    } catch (error) {
      if (search.signal.aborted) throw error;
      const presented = presentError(error);
      if (presented.code !== 'CATALOG_NOT_FOUND') code = presented.code;
      answers.push(presented.message);
    }
  }
  throw new CliError(
    code,
    `${source} is no file here, and no catalog gave it: ${answers.join(' ')} Name a tracker with -a URL, or see shoal search.`,
  );
}

/**
 * The same in the catalog of the daemon's own tracker, asked through the daemon; undefined when it has no
 * such tracker.
 */
export async function findThroughDaemon(
  client: DaemonClient,
  source: string,
): Promise<CatalogFind | undefined> {
  const { tracker } = await client.settings();
  if (tracker === null) return undefined;
  const { readTorrent } = await import('../daemon/torrent-files/load-source.ts');
  try {
    const bytes = await client.homeTracker.torrent(source);
    return { loaded: readTorrent(bytes, `the catalog of ${tracker}`), tracker };
  } catch (error) {
    const { code, message } = presentError(error);
    throw new CliError(
      code === 'DAEMON_NOT_FOUND' ? 'SOURCE_NOT_FOUND' : code,
      `${source} is no file here, and the catalog of the daemon's tracker, ${tracker}, did not give it: ${message} Name another tracker with -a URL, or see shoal search.`,
    );
  }
}

/** Peers and trackers find a torrent without a catalog as well. */
const patienceMs = 3000;

/** The same for an info-hash, which can do without a catalog: undefined when none has it soon. */
export async function lookInCatalog(
  infoHash: string,
  search: CatalogSearch,
): Promise<CatalogFind | undefined> {
  const signal = AbortSignal.any([search.signal, AbortSignal.timeout(patienceMs)]);
  for (const tracker of httpTrackers(search.trackers)) {
    try {
      return await fetchFrom(tracker, infoHash, { ...search, signal });
    } catch (error) {
      if (search.signal.aborted) throw error;
    }
  }
  return undefined;
}

async function fetchFrom(
  tracker: string,
  source: string,
  { token, signal }: CatalogSearch,
): Promise<CatalogFind> {
  const { readTorrent } = await import('../daemon/torrent-files/load-source.ts');
  const catalog = await openCatalog(tracker, token);
  const bytes = await catalog.torrent(source, signal);
  return { loaded: readTorrent(bytes, `what ${catalog.baseUrl} sent`), tracker };
}

function httpTrackers(trackers: readonly string[]): readonly string[] {
  const http = trackers.filter((url) => /^https?:\/\//i.test(url));
  return http.length > 0 ? http : [defaultTracker];
}
