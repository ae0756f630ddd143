/** `shoal fetch`: takes a .torrent out of a tracker's catalog. */
import type { Command } from 'commander';
import {
  addCatalogOptions,
  type CatalogFlags,
  defaultTracker,
  openCatalog,
} from '../catalog-options.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { catchInterrupt } from '../interrupt.ts';
import { writeOutput } from '../terminal.ts';

interface FetchFlags extends CatalogFlags {
  readonly output?: string;
  readonly force?: boolean;
}

export function addFetch(program: Command): void {
  const command = defineCommand(program, {
    usage: 'fetch <entry>',
    summary: "take a .torrent out of a tracker's catalog",
    description:
      'Writes the .torrent of a catalog entry, named by its id, info-hash or name, to a file here; the bytes are those that were published.',
    group: 'Catalog:',
    examples: [
      ['fetch 12', 'by its id in shoal search'],
      ['fetch holiday -o /data/holiday.torrent', 'by name, to that file'],
      ['fetch 12 -o - | shoal show -', 'to standard output'],
    ],
  });
  valueOption(
    command,
    '-o, --output <file>',
    'where to write it, - for standard output; default NAME.torrent',
  );
  command.option('-f, --force', 'replace a file that is there');
  addCatalogOptions(command);
  addCommonOptions(command);
  runCommand<FetchFlags>(command, async (terminal, flags, [reference = '']) => {
    const interrupt = catchInterrupt();
    const catalog = await openCatalog(flags.tracker ?? defaultTracker, flags.token);
    const bytes = await catalog.torrent(reference, interrupt.signal);
    interrupt.dispose();
    if (flags.output === '-') {
      await writeOutput(bytes);
      return exitCodes.ok;
    }
    const { readTorrent } = await import('../../daemon/torrent-files/load-source.ts');
    const { writeTorrentFile } = await import('../../daemon/torrent-files/write-torrent-file.ts');
    const { metainfo } = readTorrent(bytes, `what ${catalog.baseUrl} sent`);
    const path = flags.output ?? `${metainfo.name}.torrent`;
    await writeTorrentFile(path, bytes, { overwrite: flags.force === true });
    const { infoHash, name } = metainfo;
    terminal.object({ event: 'fetched', path, infoHash, name, lengthBytes: metainfo.contentBytes });
    terminal.field('torrent', path);
    return exitCodes.ok;
  });
}
