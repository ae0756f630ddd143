/** `shoal rename`: another name for a torrent of the daemon, or for a file or folder in it. */
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { valueOption } from '../command-shape.ts';
import { daemonCommand } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addRename(program: Command): void {
  daemonCommand<{ readonly path?: string }>(program, {
    usage: 'rename <torrent> <name>',
    summary: "rename one of the daemon's torrents, or a file in it",
    description:
      'Renames the file or folder of a torrent on the disk, or with --path one of the files or folders in it. Other peers do not see that.',
    examples: [
      ['rename 3 "Holiday 2026"', 'the torrent, by its number'],
      ['rename holiday cover.jpg --path holiday/IMG_1.jpg', 'a file, by its path in shoal files'],
    ],
    changesByOptions: true,
    options: (command) =>
      void valueOption(
        command,
        '--path <path>',
        'a file or folder in it, as shoal files prints it',
      ),
    work: async ({ terminal, client, flags, args: [torrent = '', name = ''] }) => {
      if (name === '') throw new CliError('USAGE_NO_NAME', 'say what it is to be called.');
      const { torrentsNamed } = await import('../named-torrent.ts');
      const [found] = await torrentsNamed(client, [torrent]);
      const { hash, number, name: before } = found!;
      const info = await client.rename(hash, { path: flags.path ?? before, name });
      terminal.object({ number, ...info });
      terminal.field('renamed', `${flags.path ?? before}   to ${name}`);
      return exitCodes.ok;
    },
  });
}
