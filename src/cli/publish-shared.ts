/** What `seed` shares, put into the catalogs of the trackers that were named on the command line. */
import { openCatalog } from './catalog-options.ts';
import { presentError } from './cli-error.ts';
import type { Terminal } from './terminal.ts';

export interface PublishShared {
  readonly bytes: Uint8Array;
  /** Announce URLs. */
  readonly trackers: readonly string[];
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** A tracker that serves only its catalog has to know the torrent before the first announce. */
const patienceMs = 2000;

/**
 * Whether the torrent is listed is told and decides nothing: seeding begins when all catalogs answered,
 * or after two seconds, and what comes later is told then. Never rejects.
 */
export async function publishShared(terminal: Terminal, shared: PublishShared): Promise<void> {
  const trackers = shared.trackers.filter((url) => /^https?:\/\//i.test(url));
  const publishing = trackers.map((tracker) => publishTo(tracker, terminal, shared));
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([Promise.all(publishing), enough]);
  clearTimeout(timer);
}

async function publishTo(
  tracker: string,
  terminal: Terminal,
  shared: PublishShared,
): Promise<void> {
  try {
    const catalog = await openCatalog(tracker, shared.token);
    const { entry, isNew } = await catalog.publish(shared.bytes, shared.signal);
    const page = catalog.pageOf(entry.infoHash);
    terminal.object({ event: 'listed', tracker, isNew, id: entry.id, url: page });
    const state = isNew ? 'published to the catalog' : 'in the catalog already';
    terminal.field('listed', `${page} (${state}, id ${entry.id})`);
  } catch (error) {
    if (shared.signal.aborted) return;
    const { code, message } = presentError(error);
    // Most trackers have no catalog; that is nothing to hear about.
    if (code === 'CATALOG_ABSENT') return;
    terminal.object({ event: 'notListed', tracker, error: { code, message } });
    terminal.field('listed', `not on ${tracker}: ${message}`);
  }
}
