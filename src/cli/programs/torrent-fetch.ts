#!/usr/bin/env node
/** `torrent-fetch`: lists what the daemon's tracker offers. */
import './require-node.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount } from '../format.ts';
import { addPortOptions, daemonAt, type PortFlags, startProgram } from './start-program.ts';

const mostListed = 200;

await startProgram<PortFlags>({
  name: 'torrent-fetch',
  description:
    "Lists what the catalog of the daemon's tracker offers, with ids, seeders and leechers.",
  successor: 'search',
  options: addPortOptions,
  work: async (terminal, flags) => {
    const { catalogTable } = await import('../catalog-table.ts');
    const { client } = await daemonAt(flags);
    const { entries, total } = await client.homeTracker.catalog({ limit: mostListed });
    for (const entry of entries) terminal.object(entry);
    if (entries.length === 0) terminal.note('  the catalog is empty');
    for (const line of catalogTable(entries, terminal.columns)) terminal.line(line);
    if (total > entries.length) {
      terminal.note(
        `  ${formatCount(total - entries.length, 'further torrent')}; see shoal search`,
      );
    }
    return exitCodes.ok;
  },
});
