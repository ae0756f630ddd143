/** `shoal trackers`: what the trackers of one of the daemon's torrents said. */
import type { Command } from 'commander';
import { daemonCommand } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addTrackers(program: Command): void {
  daemonCommand(program, {
    usage: 'trackers <torrent>',
    summary: "list the trackers of one of the daemon's torrents",
    description:
      'Lists the trackers with their state, their counts, when they are asked next, and what they said when something is wrong.',
    examples: [['trackers holiday', 'by name, number or info-hash']],
    work: async ({ terminal, client, args }) => {
      const { torrentsNamed } = await import('../named-torrent.ts');
      const { trackerTable } = await import('../tracker-table.ts');
      for (const { hash, state } of await torrentsNamed(client, args)) {
        const trackers = await client.trackers(hash);
        for (const tracker of trackers) terminal.object(tracker);
        if (trackers.length === 0) {
          const stopped = state === 'stopped' ? '; a stopped torrent asks none' : '';
          terminal.note(`  no trackers${stopped}`);
        }
        for (const line of trackerTable(trackers, terminal.columns, terminal.style)) {
          terminal.line(line);
        }
      }
      return exitCodes.ok;
    },
  });
}
