/** `shoal search`: lists what a tracker's catalog has. */
import type { Command } from 'commander';
import { type CatalogSort, catalogSorts } from '../../api/contract/catalog.ts';
import {
  addCatalogOptions,
  type CatalogFlags,
  defaultTracker,
  openCatalog,
} from '../catalog-options.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount } from '../format.ts';
import { catchInterrupt } from '../interrupt.ts';
import { oneOf, parseCount } from '../option-values.ts';

interface SearchFlags extends CatalogFlags {
  readonly sort?: CatalogSort;
  readonly limit?: number;
}

export function addSearch(program: Command): void {
  const command = defineCommand(program, {
    usage: 'search [words...]',
    summary: "list or search a tracker's catalog",
    description:
      'Lists the torrents whose name or files hold the words, with their ids, seeders and leechers; all of them without words. shoal get takes the id or the name.',
    group: 'Catalog:',
    examples: [
      ['search', 'everything, the newest first'],
      ['search holiday 2026 --sort seeders', 'by words, the best seeded first'],
      [
        'search --json -a http://10.0.0.5:6969/announce',
        'one JSON object a line, from that tracker',
      ],
    ],
  });
  valueOption(
    command,
    '--sort <order>',
    'published, name, size, seeders or relevance',
    oneOf(catalogSorts),
  );
  valueOption(command, '--limit <number>', 'at most this many; default 50', parseCount);
  addCatalogOptions(command);
  addCommonOptions(command);
  runCommand<SearchFlags>(command, async (terminal, flags, words) => {
    const { catalogTable } = await import('../catalog-table.ts');
    const interrupt = catchInterrupt();
    const catalog = await openCatalog(flags.tracker ?? defaultTracker, flags.token);
    const wanted = flags.limit ?? 50;
    const { entries, total } = await catalog.list(
      {
        query: words.join(' '),
        limit: Math.max(1, Math.min(wanted, 200)),
        ...(flags.sort === undefined ? {} : { sort: flags.sort }),
      },
      interrupt.signal,
    );
    interrupt.dispose();
    for (const entry of entries) terminal.object(entry);
    if (entries.length === 0)
      terminal.note(words.length === 0 ? '  the catalog is empty' : '  nothing matches');
    for (const line of catalogTable(entries, terminal.columns)) {
      terminal.line(line);
    }
    if (total > entries.length) {
      terminal.note(
        `  ${formatCount(total - entries.length, 'further torrent')}: more words, or --limit`,
      );
    }
    return exitCodes.ok;
  });
}
