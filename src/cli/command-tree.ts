/**
 * The commands of `shoal` as plain data, read from commander once the program is put together: what
 * completion scripts and the manual page are made of, so that neither can fall behind the parser.
 */
import type { Argument, Command, Option } from 'commander';
import { type CommandExample, examplesOf } from './command-shape.ts';
import { isRepeated, wordsOf } from './option-values.ts';

/** What a shell can offer for a value; nothing for `text`. */
export type ValueKind = 'words' | 'file' | 'torrent' | 'folder' | 'text';

export interface TreeValue {
  /** As help shows it: `host:port`. */
  readonly name: string;
  readonly kind: ValueKind;
  /** Empty unless `kind` is `words`. */
  readonly words: readonly string[];
}

export interface TreeOption {
  /** `-o`. */
  readonly short: string | undefined;
  /** `--output`. */
  readonly long: string | undefined;
  readonly description: string;
  /** Undefined for a flag. */
  readonly value: TreeValue | undefined;
  readonly repeated: boolean;
}

export interface TreeArgument extends TreeValue {
  readonly required: boolean;
  readonly variadic: boolean;
}

export interface TreeCommand {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** The heading in the list of commands, `Share and get:`; empty for help. */
  readonly group: string;
  readonly arguments: readonly TreeArgument[];
  readonly options: readonly TreeOption[];
  readonly examples: readonly CommandExample[];
}

export interface CommandTree {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Of the program itself. */
  readonly options: readonly TreeOption[];
  readonly commands: readonly TreeCommand[];
}

export function commandTree(program: Command): CommandTree {
  const commands = program.createHelp().visibleCommands(program);
  const names = commands.map((command) => command.name());
  return {
    name: program.name(),
    version: program.version() ?? '',
    description: program.description(),
    options: treeOptions(program),
    commands: commands.map((command) => ({
      name: command.name(),
      summary: command.summary() || command.description(),
      description: command.description(),
      group: command.helpGroup(),
      arguments: command.registeredArguments.map((argument) => treeArgument(argument, names)),
      options: treeOptions(command),
      examples: examplesOf(command),
    })),
  };
}

/** The spellings of an option, the short one first. */
export function flagsOf({ short, long }: TreeOption): string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

function treeOptions(command: Command): TreeOption[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option) => ({
      short: option.short,
      long: option.long,
      description: option.description,
      value: option.required || option.optional ? optionValue(option) : undefined,
      repeated: isRepeated(option.parseArg),
    }));
}

/** What a value is, its name in the flags says: `<dir>` and `<file>` are the only paths. */
function optionValue(option: Option): TreeValue {
  const name = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1] ?? '';
  const words = wordsOf(option.parseArg);
  if (words !== undefined) return { name, kind: 'words', words };
  const kind = name === 'dir' ? 'folder' : name === 'file' ? 'file' : 'text';
  return { name, kind, words: [] };
}

/** Arguments called `<file>` and `<source>` are .torrent files; a `<path>` is data to share. */
function treeArgument(argument: Argument, commandNames: readonly string[]): TreeArgument {
  const name = argument.name();
  const { required, variadic } = argument;
  const words = name === 'command' ? commandNames : wordsOf(argument.parseArg);
  if (words !== undefined) return { name, kind: 'words', words, required, variadic };
  const kinds: Readonly<Record<string, ValueKind>> = {
    file: 'torrent',
    source: 'torrent',
    path: 'file',
  };
  return { name, kind: kinds[name] ?? 'text', words: [], required, variadic };
}
