/** `shoal show`: what is in .torrent files and magnet links. */
import type { Command } from 'commander';
import { errorObject, presentError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

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
    let exitCode: ExitCode = exitCodes.ok;
    for (const [index, source] of sources.entries()) {
      if (index > 0) terminal.line('');
      const failed = await showOne(terminal, source);
      if (failed !== undefined) exitCode = failed;
    }
    return exitCode;
  });
}

/** Undefined when it was shown, else the exit status that its error asks for. */
async function showOne(terminal: Terminal, source: string): Promise<ExitCode | undefined> {
  const { loadSource } = await import('../../daemon/torrent-files/load-source.ts');
  const { magnetObject, torrentObject } = await import('../torrent-object.ts');
  const { printMagnet, printTorrent } = await import('../torrent-fields.ts');
  try {
    const loaded = await loadSource(source);
    if (loaded.kind === 'torrent') {
      terminal.object({ source, ...torrentObject(loaded.metainfo) });
      printTorrent(terminal, loaded.metainfo);
    } else {
      terminal.object({ source, ...magnetObject(loaded.magnet) });
      printMagnet(terminal, loaded.magnet);
    }
    return undefined;
  } catch (error) {
    const presented = presentError(error);
    terminal.object({ source, error: errorObject(presented) });
    terminal.trouble(presented.message);
    return presented.exitCode;
  }
}
