/** `shoal files`: the files of one of the daemon's torrents. */
import type { Command } from 'commander';
import { daemonCommand } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addFiles(program: Command): void {
  daemonCommand(program, {
    usage: 'files <torrent>',
    summary: "list the files of one of the daemon's torrents",
    description:
      'Lists number, size, how much is here, priority and path of each file, without padding. The numbers are those that shoal set takes.',
    examples: [['files holiday', 'by name, number or info-hash']],
    work: async ({ terminal, client, args }) => {
      const { torrentsNamed } = await import('../named-torrent.ts');
      const { fileTable } = await import('../file-table.ts');
      for (const { hash } of await torrentsNamed(client, args)) {
        const files = await client.files(hash);
        for (const file of files) terminal.object(file);
        if (files.length === 0) terminal.note('  not known before the metadata is here');
        for (const line of fileTable(files, terminal.columns)) terminal.line(line);
      }
      return exitCodes.ok;
    },
  });
}
