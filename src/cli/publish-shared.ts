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

/** Whether the torrent is listed is told and decides nothing: the seeding goes on. */
export async function publishShared(terminal: Terminal, shared: PublishShared): Promise<void> {
  for (const tracker of shared.trackers) {
    if (!/^https?:\/\//i.test(tracker)) continue;
    try {
      const catalog = await openCatalog(tracker, shared.token);
      const { entry, isNew } = await catalog.publish(shared.bytes, shared.signal);
      const page = catalog.pageOf(entry.infoHash);
      terminal.object({ event: 'listed', tracker, isNew, id: entry.id, url: page });
      const state = isNew ? 'published to the catalog' : 'in the catalog already';
      terminal.field('listed', `${page} (${state}, id ${entry.id})`);
    } catch (error) {
      if (shared.signal.aborted) throw error;
      const { code, message } = presentError(error);
      // Most trackers have no catalog; that is nothing to hear about.
      if (code === 'CATALOG_ABSENT') continue;
      terminal.object({ event: 'notListed', tracker, error: { code, message } });
      terminal.field('listed', `not on ${tracker}: ${message}`);
    }
  }
}
