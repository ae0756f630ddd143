/** `shoal edit`: changes trackers, comment and the like of a .torrent file. */
import { type Command, Option } from 'commander';
import type { Metainfo } from '../../daemon/client/client-types.ts';
import type { EditedTorrent, TorrentEdits } from '../../daemon/torrent-files/edit-torrent.ts';
import { CliError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { nearestName } from '../nearest-name.ts';
import { parseTier, parseWebUrl, repeated } from '../option-values.ts';
import { type Terminal, writeOutput } from '../terminal.ts';
import { printTorrent } from '../torrent-fields.ts';
import { torrentObject } from '../torrent-object.ts';

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
    changesByOptions: true,
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
    const { loadTorrent } = await import('../../daemon/torrent-files/load-source.ts');
    const { editTorrent } = await import('../../daemon/torrent-files/edit-torrent.ts');
    const { writeTorrentFile } = await import('../../daemon/torrent-files/write-torrent-file.ts');
    const before = await loadTorrent(file);
    const edited = editTorrent(before, editsOf(options, before.metainfo));
    const output = options.output ?? file;
    if (options.dryRun === true) {
      reportEdit(terminal, undefined, edited);
    } else if (output === '-') {
      await writeOutput(edited.bytes);
    } else {
      const overwrite = options.force === true || options.output === undefined;
      await writeTorrentFile(output, edited.bytes, { overwrite });
      reportEdit(terminal, output, edited);
    }
    return exitCodes.ok;
  });
}

function editsOf(options: EditOptions, metainfo: Metainfo): TorrentEdits {
  const trackers = trackersOf(options, metainfo.trackers);
  const webSeeds = options.webSeed?.filter((url) => url !== '');
  const edits: TorrentEdits = {
    ...(trackers === undefined ? {} : { trackers }),
    ...(webSeeds === undefined ? {} : { webSeeds }),
    ...(options.comment === undefined ? {} : { comment: orRemoved(options.comment) }),
    ...(options.source === undefined ? {} : { source: orRemoved(options.source) }),
    ...(options.private === undefined ? {} : { private: options.private }),
  };
  if (Object.keys(edits).length > 0) return edits;
  throw new CliError(
    'USAGE_NOTHING_TO_DO',
    'nothing to change: name at least one of --tracker, --add-tracker, --remove-tracker, --clear-trackers, --web-seed, --comment, --source or --private.',
  );
}

/** Undefined when the tiers stay as they are. */
function trackersOf(
  options: EditOptions,
  before: readonly (readonly string[])[],
): string[][] | undefined {
  const { tracker, addTracker = [], removeTracker = [], clearTrackers = false } = options;
  const unchanged = addTracker.length === 0 && removeTracker.length === 0 && !clearTrackers;
  if (tracker === undefined && unchanged) return undefined;
  for (const url of removeTracker) {
    if (before.some((tier) => tier.includes(url))) continue;
    const nearest = nearestName(url, before.flat());
    const guess = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    throw new CliError('EDIT_NO_SUCH_TRACKER', `the torrent has no tracker ${url}.${guess}`);
  }
  const kept = before.map((tier) => tier.filter((url) => !removeTracker.includes(url)));
  const base = tracker ?? (clearTrackers ? [] : kept);
  return [...base.map((tier) => [...tier]), ...addTracker].filter((tier) => tier.length > 0);
}

function orRemoved(text: string): string | null {
  return text === '' ? null : text;
}

function reportEdit(terminal: Terminal, path: string | undefined, edited: EditedTorrent): void {
  const { metainfo, infoHashChanged } = edited;
  terminal.object({
    ...(path === undefined ? {} : { path }),
    infoHashChanged,
    ...torrentObject(metainfo),
  });
  printTorrent(terminal, metainfo);
  terminal.line('');
  terminal.field('torrent', path ?? 'not written (--dry-run)');
  if (infoHashChanged) {
    terminal.field(
      'note',
      'the info-hash changed: this is another torrent, with a swarm of its own',
    );
  }
}
