/** `shoal ls`: the daemon's torrents. */
import type { Command } from 'commander';
import { daemonCommand } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addLs(program: Command): void {
  daemonCommand(program, {
    usage: 'ls [torrent...]',
    summary: "list the daemon's torrents",
    description:
      'Lists the torrents in the order they were added: how far, what they do, how fast, and why one stands still. Their numbers name them for the other commands until one is removed.',
    examples: [
      ['ls', 'all of them'],
      ['ls --json', 'one JSON object a line'],
      ['ls 7c1b holiday', 'only these'],
    ],
    work: async ({ terminal, client, args }) => {
      const { numbered, torrentsNamed } = await import('../named-torrent.ts');
      const { torrentTable } = await import('../torrent-table.ts');
      const torrents =
        args.length === 0 ? numbered(await client.torrents()) : await torrentsNamed(client, args);
      for (const torrent of torrents) terminal.object(torrent);
      if (torrents.length === 0) terminal.note('  no torrents yet; add one with shoal add');
      for (const line of torrentTable(torrents, terminal.columns, terminal.style)) {
        terminal.line(line);
      }
      return exitCodes.ok;
    },
  });
}
