/** `shoal create`: makes a .torrent file of a file or folder. */
import { type Command, Option } from 'commander';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { parsePieceLength, parseTier, parseWebUrl, repeated } from '../option-values.ts';

export interface CreateOptions {
  /** A tier of trackers for each `-a`. */
  readonly tracker?: string[][];
  readonly output?: string;
  readonly pieceLength?: number | 'auto';
  readonly private?: boolean;
  readonly webSeed?: string[];
  readonly name?: string;
  readonly comment?: string;
  readonly source?: string;
  readonly exclude?: string[];
  readonly v1?: boolean;
  readonly v2?: boolean;
  readonly hybrid?: boolean;
  /** False with `--no-date`. */
  readonly date: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export function addCreate(program: Command): void {
  const command = defineCommand(program, {
    usage: 'create <path>',
    summary: 'make a .torrent of a file or folder',
    description: 'Hashes a file or folder and writes a .torrent file for it.',
    group: 'Torrent files:',
    examples: [
      ['create ./holiday -a http://10.0.0.5:6969/announce', 'write holiday.torrent here'],
      [
        'create film.mkv -a udp://one.example:6969 -a udp://two.example:6969 -l 4MiB -P',
        'private, with a second tracker to fall back on',
      ],
      ['create ./holiday --dry-run --json', 'only say what it would be'],
    ],
  });
  addContentOptions(command);
  valueOption(
    command,
    '-o, --output <file>',
    'where to write, - for standard output; default NAME.torrent here',
  );
  valueOption(
    command,
    '-w, --web-seed <url>',
    'a web server that has the same files; may be repeated',
    repeated(parseWebUrl),
  );
  valueOption(command, '-n, --name <name>', 'name inside the torrent; default the name of PATH');
  valueOption(command, '-c, --comment <text>', 'a comment for people');
  valueOption(command, '-s, --source <text>', 'source tag, part of the info-hash');
  command
    .option('--no-date', 'leave out the creation date')
    .option('--dry-run', 'hash and print, write nothing')
    .option('-f, --force', 'overwrite an existing .torrent file');
  addCommonOptions(command);
  runCommand<CreateOptions>(command, async (terminal, options, [path = '']) => {
    const { runCreate } = await import('../run-create.ts');
    return runCreate(terminal, path, options);
  });
}

/** What decides the content of a new torrent; `seed` takes it too. */
export function addContentOptions(command: Command): void {
  valueOption(
    command,
    '-a, --tracker <url>',
    'announce URL; repeat for fallbacks, separate equals by commas',
    repeated(parseTier),
  );
  valueOption(
    command,
    '-l, --piece-length <size>',
    '256KiB, 18 for 2^18 bytes, or auto (default)',
    parsePieceLength,
  );
  valueOption(
    command,
    '-e, --exclude <glob>',
    'leave out files whose path or name matches; may be repeated',
    repeated((glob) => glob),
  );
  command.option('-P, --private', 'peers only from its trackers (BEP 27)');
  command
    .addOption(
      new Option('--v1', 'version 1, which every client reads (default)').conflicts([
        'v2',
        'hybrid',
      ]),
    )
    .addOption(new Option('--v2', 'version 2 only (BEP 52)').conflicts(['v1', 'hybrid']))
    .addOption(new Option('--hybrid', 'both versions in one torrent').conflicts(['v1', 'v2']));
}
