/**
 * What every command of `shoal` has in common: `--json`, `--color`, `--config`, examples in its help, and
 * options that the environment can set. A command's own file says only what is its own.
 */
import { type Command, Option } from 'commander';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { oneOf } from './option-values.ts';
import { type ColorMode, colorModes } from './style.ts';
import { Terminal } from './terminal.ts';

export interface CommandShape {
  /** Name and arguments as commander takes them: `show <source...>`. */
  readonly usage: string;
  readonly summary: string;
  readonly description: string;
  /** The heading in the list of commands. */
  readonly group: string;
  /** Command lines without the `shoal` before them, each with what it does. */
  readonly examples: readonly CommandExample[];
  /** Its options say what to change: only what is set for this command alone reaches them. */
  readonly changesByOptions?: true;
}

/** Of commands whose options say what to change: how to speak, and to whom. */
const alwaysGeneral = new Set(['json', 'color', 'config', 'daemon', 'daemon-data', 'token']);

export type CommandExample = readonly [line: string, meaning: string];

export function defineCommand(program: Command, shape: CommandShape): Command {
  const command = program
    .command(shape.usage)
    .summary(shape.summary)
    .description(shape.description)
    .helpGroup(shape.group);
  command.addHelpText('after', () => `\n${examplesText(shape)}`);
  const { examples, changesByOptions = false } = shape;
  return Object.assign(command, { examples, changesByOptions });
}

/** Whether a setting or a variable for every command reaches this option. */
export function isReachedByGeneral(command: Command, optionName: string): boolean {
  const isTold = 'changesByOptions' in command && command.changesByOptions === true;
  return !isTold || alwaysGeneral.has(optionName);
}

/** The examples that `defineCommand` was given; none for a command of commander's own. */
export function examplesOf(command: Command): readonly CommandExample[] {
  return hasExamples(command) ? command.examples : [];
}

function hasExamples(command: Command): command is Command & Pick<CommandShape, 'examples'> {
  return 'examples' in command;
}

/** Adds the options that stand last in every command's help. */
export function addCommonOptions(command: Command): Command {
  command
    .option('--json', 'print JSON, one object a line, for programs')
    .addOption(
      new Option('--color <when>', 'auto, always or never; auto respects NO_COLOR').argParser(
        oneOf(colorModes),
      ),
    );
  valueOption(command, '--config <file>', 'settings to use; default the user\'s, "" for none');
  addOpposites(command);
  return command;
}

/** `--no-exit` for `--exit`, and the like: a flag has the last word on what a file of settings says. */
function addOpposites(command: Command): void {
  const names = new Set(command.options.map((option) => option.name()));
  for (const option of command.options.filter((each) => each.isBoolean() || each.negate)) {
    const name = option.name();
    const opposite = option.negate ? name.replace(/^no-/, '') : `no-${name}`;
    if (!names.has(opposite)) command.addOption(new Option(`--${opposite}`).hideHelp());
  }
}

/** An option with a value, which `SHOAL_<COMMAND>_<OPTION>` or `SHOAL_<OPTION>` sets when the flag is absent. */
export function valueOption<T = string>(
  command: Command,
  flags: string,
  description: string,
  parse?: (text: string, before?: T) => T,
): Command {
  const option = new Option(flags, description);
  if (parse !== undefined) option.argParser(parse);
  const general = variableFor(option.name());
  const particular = variableFor(option.name(), command.name());
  const isParticular =
    process.env[particular] !== undefined || !isReachedByGeneral(command, option.name());
  option.env(isParticular ? particular : general);
  return command.addOption(option);
}

/** Runs `work` with a terminal as `--json` and `--color` want it; its result is the exit status. */
export function runCommand<Options>(
  command: Command,
  work: (terminal: Terminal, options: Options, args: readonly string[]) => Promise<ExitCode>,
): void {
  command.action(async () => {
    const options = command.optsWithGlobals<Options & { json?: boolean; color?: ColorMode }>();
    const terminal = new Terminal({
      json: options.json === true,
      color: options.color ?? 'auto',
    });
    const exitCode = await work(terminal, options, command.args);
    if (exitCode !== exitCodes.ok) process.exitCode = exitCode;
  });
}

/** `SHOAL_PEER_TIMEOUT`, or `SHOAL_TRACKER_PEER_TIMEOUT` for one command. */
export function variableFor(optionName: string, commandName?: string): string {
  const parts = ['shoal', ...(commandName === undefined ? [] : [commandName]), optionName];
  return parts.join('_').toUpperCase().replaceAll('-', '_');
}

function examplesText({ examples }: CommandShape): string {
  const lines = examples.map(([line, meaning]) => `  shoal ${line}\n      ${meaning}`);
  return `Examples:\n${lines.join('\n')}`;
}
