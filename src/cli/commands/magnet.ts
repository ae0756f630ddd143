/** `shoal magnet`: the magnet link of a .torrent file. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';

export function addMagnet(program: Command): void {
  const command = defineCommand(program, {
    usage: 'magnet <file>',
    summary: 'print the magnet link of a .torrent',
    description:
      'Prints a magnet link with the name, the info-hashes and the trackers of a .torrent file; - reads standard input.',
    group: 'Torrent files:',
    examples: [
      ['magnet holiday.torrent', 'print the link'],
      ['create ./holiday -o - | shoal magnet -', 'the link of a torrent that is never stored'],
    ],
  });
  addCommonOptions(command);
  runCommand(command, async (terminal, _options, [file = '']) => {
    const { loadTorrent } = await import('../../daemon/torrent-files/load-source.ts');
    const { magnetOf } = await import('../../daemon/torrent-files/magnet-link.ts');
    const { metainfo } = await loadTorrent(file);
    const magnet = magnetOf(metainfo);
    terminal.object({ source: file, magnet });
    terminal.line(magnet);
    return exitCodes.ok;
  });
}
