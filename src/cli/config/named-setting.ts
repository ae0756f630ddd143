/** `tracker.port`, `port` or `all.port` on a command line, as the setting that it names. */
import { CliError } from '../cli-error.ts';
import { allKeys, guess } from './config-document.ts';
import type { KeyPlace, Written } from './edit-toml.ts';
import { type CommandSettings, generalTable, type Setting } from './settings.ts';
import { scanToml } from './toml-lines.ts';

export interface NamedSetting {
  /** Undefined for every command that has the option. */
  readonly command: string | undefined;
  readonly key: string;
}

/** Says only what the name means, not whether there is such an option. */
export function splitName(name: string): NamedSetting {
  const dot = name.indexOf('.');
  if (dot === -1) return { command: undefined, key: name };
  const table = name.slice(0, dot);
  return { command: table === generalTable ? undefined : table, key: name.slice(dot + 1) };
}

/** Throws CliError USAGE_UNKNOWN_KEY, with the nearest name. */
export function findSetting(
  { command, key }: NamedSetting,
  commands: readonly CommandSettings[],
): Setting {
  const owner = commands.find(({ name }) => name === command);
  if (command !== undefined && owner === undefined) {
    const names = commands.map(({ name }) => name);
    throw unknown(`there is no command ${command} with settings.${guess(command, names)}`);
  }
  const having = owner ?? commands.find(({ settings }) => settings.has(key));
  const setting = having?.settings.get(key);
  if (setting !== undefined) return setting;
  const known = owner === undefined ? allKeys(commands) : [...owner.settings.keys()];
  const whose = owner === undefined ? 'no command has' : `${owner.name} does not have`;
  throw unknown(`${whose} an option ${key}.${guess(key, known)}`);
}

/** Where it stands in the file; if it does not, where it goes without getting in the way of a table. */
export function placeOf(
  { command, key }: NamedSetting,
  text: string,
  commands: readonly CommandSettings[],
): KeyPlace {
  if (command !== undefined) return { table: command, key };
  const { entries } = scanToml(text);
  if (entries.some(({ path }) => path.length === 1 && path[0] === key)) {
    return { table: undefined, key };
  }
  const isInTable = entries.some(({ path }) => path[0] === generalTable && path[1] === key);
  const isTaken = commands.some(({ name }) => name === key);
  return { table: isInTable || isTaken ? generalTable : undefined, key };
}

/** Words of a command line as the file holds them. */
export function writtenValue(setting: Setting, words: readonly string[]): Written {
  if (words.length !== 1) return words;
  const word = words[0]!;
  if (setting.takes === 'switch') return word === 'true' || (word === 'false' ? false : word);
  // A text is a text, even if it looks like a number.
  const isNumber = setting.parse !== undefined && /^\d{1,15}(\.\d+)?$/.test(word);
  return isNumber && String(Number(word)) === word ? Number(word) : word;
}

function unknown(message: string): CliError {
  return new CliError('USAGE_UNKNOWN_KEY', message);
}
