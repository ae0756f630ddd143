/** The options that decide what a new torrent is; `create` and `seed` share most of them. */
import { type Command, Option } from 'commander';
import { valueOption } from './command-shape.ts';
import { parsePieceLength, parseTier, repeated } from './option-values.ts';

export interface ContentOptions {
  /** A tier of trackers for each `-a`. */
  readonly tracker?: string[][];
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
  readonly date?: boolean;
}

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
