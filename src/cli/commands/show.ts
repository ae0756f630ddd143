/** `shoal show`: what is in .torrent files and magnet links. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';

export function addShow(program: Command): void {
  const command = defineCommand(program, {
    usage: 'show <source...>',
    summary: 'print what is in torrents or magnet links',
    description:
      'Prints name, info-hash, files and trackers of .torrent files, magnet links or URLs of .torrent files; - reads standard input. A source that cannot be read is reported, and the rest is still shown.',
    group: 'Torrent files:',
    examples: [
      ['show holiday.torrent', 'for people'],
      ['show --json *.torrent', 'a JSON object a line'],
      ['show -- -rf.torrent', 'a name that begins with - goes behind --'],
    ],
  });
  addCommonOptions(command);
  runCommand(command, async (terminal, _options, sources) => {
    const { runShow } = await import('../run-show.ts');
    return runShow(terminal, sources);
  });
}
