/** The manual page of `shoal`, in the man macros of roff, from the tree of commands. */
import {
  type CommandTree,
  flagsOf,
  type TreeArgument,
  type TreeCommand,
  type TreeOption,
} from './command-tree.ts';
import { exitCodes } from './exit-codes.ts';
import { bold, italic, roffText } from './roff-text.ts';

const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: 'All went well.',
  other: 'Something else went wrong; shoal doctor found trouble.',
  usage: 'The command line is wrong.',
  configuration: 'A value from the environment or a file of settings is wrong.',
  badInput: 'A torrent, a magnet link or other input is bad.',
  disk: 'A disk or file could not be used.',
  verificationFailed: 'Data differs from its torrent.',
  unfinished: 'A download did not finish: nobody has it, or time ran out.',
  unreachable: 'A tracker cannot be reached.',
  notAuthorised: 'A token is missing or wrong.',
  interrupted: 'Interrupted by a signal.',
};

const environment: readonly (readonly [name: string, meaning: string])[] = [
  [
    'SHOAL_<OPTION>',
    'Sets an option that takes a value where its flag is absent: SHOAL_PORT for --port, SHOAL_STATE_DIR for --state-dir.',
  ],
  ['SHOAL_<COMMAND>_<OPTION>', 'The same for one command, and stronger: SHOAL_SEED_PORT.'],
  ['SHOAL_TOKEN', "The token for a tracker's catalog, which then shows in no list of processes."],
  ['NO_COLOR', 'No colour when it is not empty, unless --color says otherwise.'],
  ['TERM', 'No colour when it is dumb.'],
  ['XDG_STATE_HOME', 'Holds the state folder; ~/.local/state unless set.'],
];

const files: readonly (readonly [path: string, meaning: string])[] = [
  [
    '~/.config/shoal/config.toml',
    'Settings that hold where neither a flag nor the environment says otherwise; shoal config path prints where it is.',
  ],
  [
    '~/.local/state/shoal',
    'The state folder: progress of transfers. On macOS ~/Library/Application Support/Shoal, on Windows %LOCALAPPDATA%\\Shoal.',
  ],
  [
    '~/.local/state/shoal/tracker',
    'Swarms and catalog of the tracker on port 6969; tracker-PORT for any other port.',
  ],
];

export function manPage(tree: CommandTree): string {
  const { name, version, description } = tree;
  const common = new Set(tree.options.map(({ long }) => long));
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" "${roffText(`${name} ${version}`)}" "User Commands"`,
    // A command line or URL that is hyphenated or stretched can no longer be copied.
    '.nh',
    '.ad l',
    '.SH NAME',
    `${roffText(name)} \\- ${roffText(description.replace(/^A /, 'a ').replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    `${bold(name)} ${italic('command')} [${italic('option')} ...]`,
    '.SH DESCRIPTION',
    roffText(
      `${name} shares files over BitTorrent: it seeds and gets, makes and checks .torrent files, and runs a tracker.`,
    ),
    '.SH OPTIONS',
    roffText('Every command takes these.'),
    ...tree.options.flatMap(optionLines),
    '.SH COMMANDS',
    ...tree.commands.flatMap((command) => commandLines(command, common)),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([term, meaning]) => entry(bold(term), meaning)),
    '.SH FILES',
    ...files.flatMap(([term, meaning]) => entry(italic(term), meaning)),
    '.SH "EXIT STATUS"',
    ...Object.entries(exitCodes).flatMap(([key, code]) =>
      entry(bold(String(code)), exitMeanings[key as keyof typeof exitCodes]),
    ),
    '.SH EXAMPLES',
    ...tree.commands.flatMap((command) => exampleLines(name, command)),
  ];
  return `${lines.join('\n')}\n`;
}

/** A command's own options only: those of the program are told once. */
function commandLines(command: TreeCommand, common: ReadonlySet<string | undefined>): string[] {
  const own = command.options.filter(({ long }) => !common.has(long));
  const synopsis = [bold(command.name), ...command.arguments.map(argumentText)];
  if (own.length > 0) synopsis.push(`[${italic('option')} ...]`);
  return [
    `.SS "${roffText(command.name)}"`,
    synopsis.join(' '),
    '.PP',
    roffText(command.description),
    ...own.flatMap(optionLines),
  ];
}

function argumentText({ name, required, variadic }: TreeArgument): string {
  const text = variadic ? `${italic(name)} ...` : italic(name);
  return required ? text : `[${text}]`;
}

function optionLines(option: TreeOption): string[] {
  const flags = flagsOf(option).map(bold).join(', ');
  const term = option.value === undefined ? flags : `${flags} ${italic(option.value.name)}`;
  return entry(term, option.description);
}

/** `term` is roff already, `meaning` is text. */
function entry(term: string, meaning: string): string[] {
  return ['.TP', term, roffText(meaning)];
}

function exampleLines(program: string, { examples }: TreeCommand): string[] {
  return examples.flatMap(([line, meaning]) => entry(bold(`${program} ${line}`), meaning));
}
