/**
 * A file of settings as what it gives and what is wrong with it. Keys at the top and in `[all]` are for
 * every command that has the option, a table named after a command is for that one.
 */
import { parse, TomlError, type TomlTable } from 'smol-toml';
import { CliError } from '../cli-error.ts';
import { nearestName } from '../nearest-name.ts';
import {
  type CommandSettings,
  checkValue,
  commandsWith,
  generalTable,
  type Setting,
} from './settings.ts';
import { scanToml } from './toml-lines.ts';

export interface GivenSetting {
  /** The command; undefined for every one that has the option. */
  readonly command: string | undefined;
  readonly key: string;
  /** As the file has it. */
  readonly raw: unknown;
  readonly line: number;
}

export interface ConfigProblem {
  readonly line: number;
  readonly key: string;
  readonly message: string;
}

export interface ConfigDocument {
  readonly given: readonly GivenSetting[];
  readonly problems: readonly ConfigProblem[];
}

/** Throws CliError CONFIG_SYNTAX when it is no TOML. */
export function readConfig(
  text: string,
  path: string,
  commands: readonly CommandSettings[],
): ConfigDocument {
  const document = parseConfig(text, path);
  const lineOf = lineFinder(text);
  const given: GivenSetting[] = [];
  const problems: ConfigProblem[] = [];
  for (const [name, value] of Object.entries(document)) {
    const line = lineOf([name]);
    if (!isTable(value)) {
      given.push({ command: undefined, key: name, raw: value, line });
      continue;
    }
    const command = name === generalTable ? undefined : name;
    const message = command === undefined ? undefined : commandProblem(command, commands);
    if (message !== undefined) {
      problems.push({ line, key: name, message });
      continue;
    }
    for (const [key, raw] of Object.entries(value)) {
      given.push({ command, key, raw, line: lineOf([name, key]) });
    }
  }
  for (const each of given) {
    const isDouble = given.some((other) => other !== each && nameOf(other) === nameOf(each));
    const message = isDouble
      ? `it is set twice, at the top and in [${generalTable}].`
      : (settingProblem(each, commands) ?? clash(each, given, commands));
    if (message !== undefined) {
      problems.push({ line: each.line, key: nameOf(each), message });
    }
  }
  return { given, problems: problems.toSorted((a, b) => a.line - b.line) };
}

/** `tracker.port`, or `port` for all. */
export function nameOf({ command, key }: Pick<GivenSetting, 'command' | 'key'>): string {
  return command === undefined ? key : `${command}.${key}`;
}

/** Throws the file's mistakes, all of them: a file that is half understood is not used at all. */
export function requireNoProblems({ problems }: ConfigDocument, path: string): void {
  const said = problems.map(sayProblem);
  if (said.length === 0) return;
  if (said.length === 1) throw new CliError('CONFIG_INVALID', `${path}, ${said[0]}`);
  const message = `${path} has ${said.length} mistakes, so nothing of it is used:`;
  throw new CliError('CONFIG_INVALID', message, said);
}

export function sayProblem({ line, key, message }: ConfigProblem): string {
  return `line ${line}: ${key}: ${message}`;
}

function parseConfig(text: string, path: string): TomlTable {
  try {
    // As deep as a list within a command's table.
    return parse(text, { maxDepth: 8 });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const cause = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '');
    throw new CliError(
      'CONFIG_SYNTAX',
      `${path}, line ${error.line}, column ${error.column}: ${cause}. A setting is written as port = 6881 or up = "2MiB".`,
    );
  }
}

function isTable(value: unknown): value is TomlTable {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

function lineFinder(text: string): (path: readonly string[]) => number {
  const { entries, headers } = scanToml(text);
  const places = [...headers, ...entries];
  const starts = (whole: readonly string[], path: readonly string[]): boolean =>
    path.every((part, index) => whole[index] === part);
  return (path) =>
    // A key within braces stands in the line of what holds it.
    (
      places.find((place) => starts(place.path, path)) ??
      places.find((place) => place.path[0] === path[0])
    )?.line ?? 1;
}

function commandProblem(name: string, commands: readonly CommandSettings[]): string | undefined {
  if (commands.some((command) => command.name === name)) return undefined;
  if (name === 'config') return 'the command config takes no settings.';
  const names = [...commands.map((command) => command.name), generalTable];
  return `there is no such command.${guess(name, names)}`;
}

/** Why a setting is not possible by itself; undefined when it is. */
export function settingProblem(
  { command: name, key, raw }: GivenSetting,
  commands: readonly CommandSettings[],
): string | undefined {
  if (name !== undefined) {
    const settings = commands.find((command) => command.name === name)?.settings;
    const setting = settings?.get(key);
    if (setting !== undefined) return problemOf(setting, raw);
    return `${name} has no such option.${guess(key, [...(settings?.keys() ?? [])])}`;
  }
  const having = commandsWith(commands, key);
  if (having.length === 0) {
    const only = commands.find(({ settings }) => settings.has(key))?.name;
    if (only !== undefined) return `only ${only} has it; write it into the table [${only}].`;
    return `no command has such an option.${guess(key, allKeys(commands))}`;
  }
  return generalProblem(key, raw, having);
}

/** One value for several commands has to mean the same to all of them. */
function generalProblem(
  key: string,
  raw: unknown,
  having: readonly CommandSettings[],
): string | undefined {
  const placesOf = (of: readonly CommandSettings[]): string =>
    of.map(({ name }) => `[${name}]`).join(', ');
  const kinds = new Set(having.map(({ settings }) => settings.get(key)!.placeholder));
  if (kinds.size > 1) {
    return `it means another thing to each command (${[...kinds].join(', ')}); write it into ${placesOf(having)}.`;
  }
  const problems = having.map(({ settings }) => problemOf(settings.get(key)!, raw));
  const first = problems.find((problem) => problem !== undefined);
  const usable = having.filter((_, index) => problems[index] === undefined);
  if (first === undefined || usable.length === 0) return first;
  const refusing = having.filter((each) => !usable.includes(each)).map(({ name }) => name);
  return `${first} That is so for ${refusing.join(', ')}; write it into ${placesOf(usable)}.`;
}

/** Two switches that exclude each other, in the same table. */
function clash(
  given: GivenSetting,
  all: readonly GivenSetting[],
  commands: readonly CommandSettings[],
): string | undefined {
  for (const { name, settings } of commands) {
    if (given.command !== undefined && given.command !== name) continue;
    const setting = settings.get(given.key);
    if (setting === undefined || given.raw === false) continue;
    const other = all.find(
      (each) =>
        each.command === given.command &&
        each.raw !== false &&
        setting.conflicts.includes(settings.get(each.key)?.attribute ?? ''),
    );
    if (other !== undefined) return `it cannot be used with ${other.key}.`;
  }
  return undefined;
}

function problemOf(setting: Setting, raw: unknown): string | undefined {
  const checked = checkValue(setting, raw);
  return 'problem' in checked ? checked.problem : undefined;
}

export function allKeys(commands: readonly CommandSettings[]): string[] {
  return [...new Set(commands.flatMap(({ settings }) => [...settings.keys()]))];
}

export function guess(typed: string, known: readonly string[]): string {
  const nearest = nearestName(typed, known);
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}
