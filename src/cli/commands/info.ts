/** `shoal info`: everything the daemon says of a torrent. */
import type { Command } from 'commander';
import { daemonCommand } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addInfo(program: Command): void {
  daemonCommand(program, {
    usage: 'info <torrent...>',
    summary: 'everything the daemon says of a torrent',
    description:
      'A torrent is named by its number in shoal ls, its exact name, its info-hash or the first digits of it, four at least.',
    examples: [
      ['info 2', 'by its number in shoal ls'],
      ['info 7c1b', 'by the beginning of its info-hash'],
      ['info holiday --json', 'by name, one JSON object'],
    ],
    work: async ({ terminal, client, args }) => {
      const { torrentsNamed } = await import('../named-torrent.ts');
      const { printInfo } = await import('../torrent-info.ts');
      for (const [index, torrent] of (await torrentsNamed(client, args)).entries()) {
        if (index > 0) terminal.line('');
        terminal.object(torrent);
        printInfo(terminal, torrent);
      }
      return exitCodes.ok;
    },
  });
}
