/** `shoal publish`: puts .torrent files into a tracker's catalog. */
import type { Command } from 'commander';
import {
  addCatalogOptions,
  type CatalogFlags,
  defaultTracker,
  openCatalog,
} from '../catalog-options.ts';
import { errorObject, presentError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { catchInterrupt } from '../interrupt.ts';
import { visibleText } from '../visible-text.ts';

export function addPublish(program: Command): void {
  const command = defineCommand(program, {
    usage: 'publish <file...>',
    summary: "put a .torrent into a tracker's catalog",
    description:
      'Publishes .torrent files, so that others find them by name with shoal search and shoal get. Private torrents are refused. Exit status 9 when the tracker wants a token.',
    group: 'Catalog:',
    examples: [
      ['publish holiday.torrent', 'on the tracker of this machine'],
      ['publish *.torrent -a http://10.0.0.5:6969/announce', 'on that tracker'],
    ],
  });
  addCatalogOptions(command);
  addCommonOptions(command);
  runCommand<CatalogFlags>(command, async (terminal, flags, files) => {
    const { loadTorrent } = await import('../../daemon/torrent-files/load-source.ts');
    const interrupt = catchInterrupt();
    const catalog = await openCatalog(flags.tracker ?? defaultTracker, flags.token);
    let exitCode: ExitCode = exitCodes.ok;
    for (const file of files) {
      try {
        const { bytes } = await loadTorrent(file, { signal: interrupt.signal });
        const { entry, isNew } = await catalog.publish(bytes, interrupt.signal);
        terminal.object({ event: 'published', isNew, ...entry });
        const name = visibleText(entry.name);
        const state = isNew ? 'published' : 'was there already';
        terminal.line(`  ${name}   id ${entry.id}   ${state}   ${catalog.pageOf(entry.infoHash)}`);
      } catch (error) {
        if (interrupt.signal.aborted) throw error;
        const presented = presentError(error);
        if (terminal.json) terminal.object({ source: file, error: errorObject(presented) });
        else terminal.trouble(presented.message);
        exitCode = presented.exitCode;
      }
    }
    interrupt.dispose();
    return exitCode;
  });
}
