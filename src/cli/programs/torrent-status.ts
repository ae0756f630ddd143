#!/usr/bin/env node
/** `torrent-status`: the daemon's torrents, how far and how fast. */
import './require-node.ts';
import { exitCodes } from '../exit-codes.ts';
import { addPortOptions, daemonAt, type PortFlags, startProgram } from './start-program.ts';

await startProgram<PortFlags>({
  name: 'torrent-status',
  description: "Lists the daemon's torrents: how far, what they do, how fast.",
  successor: 'ls',
  options: addPortOptions,
  work: async (terminal, flags) => {
    const { numbered } = await import('../named-torrent.ts');
    const { torrentTable } = await import('../torrent-table.ts');
    const { client } = await daemonAt(flags);
    const torrents = numbered(await client.torrents());
    for (const torrent of torrents) terminal.object(torrent);
    if (torrents.length === 0) terminal.note('  no torrents yet; add one with torrent-leech');
    for (const line of torrentTable(torrents, terminal.columns, terminal.style)) {
      terminal.line(line);
    }
    return exitCodes.ok;
  },
});
