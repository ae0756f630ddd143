/** `shoal edit`: changes trackers, comment and the like of a .torrent file. */
import { type Command, Option } from 'commander';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { parseTier, parseWebUrl, repeated } from '../option-values.ts';

export interface EditOptions {
  readonly output?: string;
  /** Replaces all tiers. */
  readonly tracker?: string[][];
  readonly addTracker?: string[][];
  readonly removeTracker?: string[];
  readonly clearTrackers?: boolean;
  readonly webSeed?: string[];
  readonly comment?: string;
  readonly source?: string;
  /** True with `--private`, false with `--no-private`. */
  readonly private?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export function addEdit(program: Command): void {
  const command = defineCommand(program, {
    usage: 'edit <file>',
    summary: 'change trackers, comment or source of a .torrent',
    description:
      'Changes a .torrent file in place, or writes the changed one to --output. Trackers, web seeds and comment leave the info-hash as it is; --source and --private make it another torrent. An empty value removes what it names.',
    group: 'Torrent files:',
    examples: [
      ['edit holiday.torrent -a http://10.0.0.5:6969/announce', 'replace the trackers'],
      [
        'edit holiday.torrent --add-tracker udp://two.example:6969',
        'one more tracker, in a tier of its own',
      ],
      ['edit holiday.torrent -c "" -o clean.torrent', 'a copy without the comment'],
    ],
  });
  valueOption(
    command,
    '-a, --tracker <url>',
    'replace the trackers; repeat for fallbacks, separate equals by commas',
    repeated(parseTier),
  );
  valueOption(
    command,
    '--add-tracker <url>',
    'add a tier behind the others; may be repeated',
    repeated(parseTier),
  );
  valueOption(
    command,
    '--remove-tracker <url>',
    'remove this tracker; may be repeated',
    repeated((url) => url),
  );
  command.addOption(
    new Option('--clear-trackers', 'remove all trackers').conflicts(['tracker', 'removeTracker']),
  );
  valueOption(
    command,
    '-w, --web-seed <url>',
    'replace the web seeds; may be repeated, "" removes all',
    repeated((url) => (url === '' ? '' : parseWebUrl(url))),
  );
  valueOption(command, '-c, --comment <text>', 'replace the comment');
  valueOption(command, '-s, --source <text>', 'replace the source tag; changes the info-hash');
  command
    .option('-P, --private', 'peers only from its trackers; changes the info-hash')
    .option('--no-private', 'remove the private flag; changes the info-hash');
  valueOption(command, '-o, --output <file>', 'write here instead, - for standard output');
  command
    .option('--dry-run', 'print, write nothing')
    .option('-f, --force', 'let --output overwrite an existing file');
  addCommonOptions(command);
  runCommand<EditOptions>(command, async (terminal, options, [file = '']) => {
    const { runEdit } = await import('../run-edit.ts');
    return runEdit(terminal, file, options);
  });
}
