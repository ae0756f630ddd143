/**
 * Which settings a file may hold: the options of the commands, under the names of their flags. Taken
 * from the commands themselves, so that a new option can be configured at once.
 */

import { homedir } from 'node:os';
import type { Command, Option } from 'commander';
import { InvalidArgumentError } from 'commander';
import { isReachedByGeneral } from '../command-shape.ts';
import { isRepeated } from '../option-values.ts';
import { masked } from './secrets.ts';

export interface Setting {
  /** As the flag without its dashes: `peer-timeout`, and `publish` for `--no-publish`. */
  readonly key: string;
  /** What commander calls it. */
  readonly attribute: string;
  readonly takes: 'switch' | 'value' | 'values';
  /** What the help calls the value: `port` of `--port <port>`. */
  readonly placeholder: string;
  /** Attributes that exclude this one. */
  readonly conflicts: readonly string[];
  readonly parse: Option['parseArg'];
  /** A setting for all commands reaches it. */
  readonly isGeneral: boolean;
  /** The environment variable that sets it now, or would. */
  readonly variable: string | undefined;
}

export interface CommandSettings {
  readonly name: string;
  readonly settings: ReadonlyMap<string, Setting>;
}

/** The table for settings of every command, where a name at the top is taken by a command's table. */
export const generalTable = 'all';

/** Settings of the file itself, or of no use in one. */
const neverConfigured = new Set(['config', 'show-secrets']);

/** Of every command that has some. `config` takes none, so that it works with a broken file too. */
export function configurableCommands(program: Command): readonly CommandSettings[] {
  return program.commands
    .filter((command) => command.name() !== 'config')
    .map((command) => ({ name: command.name(), settings: settingsOf(command) }));
}

/** The commands that a setting for all reaches. */
export function commandsWith(
  commands: readonly CommandSettings[],
  key: string,
): readonly CommandSettings[] {
  return commands.filter(({ settings }) => settings.get(key)?.isGeneral === true);
}

function settingsOf(command: Command): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const option of command.options) {
    const key = option.name().replace(/^no-/, '');
    if (option.hidden || neverConfigured.has(key) || settings.has(key)) continue;
    settings.set(key, {
      key,
      attribute: option.attributeName(),
      takes: takenBy(option),
      placeholder: /<(.+)>/.exec(option.flags)?.[1] ?? '',
      conflicts: conflictsOf(option),
      parse: option.parseArg,
      isGeneral: isReachedByGeneral(command, key),
      variable: option.envVar,
    });
  }
  return settings;
}

function takenBy(option: Option): Setting['takes'] {
  if (!option.required && !option.optional) return 'switch';
  return isRepeated(option.parseArg) ? 'values' : 'value';
}

/** Commander keeps it, and its types leave it out. */
function conflictsOf(option: Option): readonly string[] {
  const kept: unknown = Reflect.get(option, 'conflictsWith');
  return Array.isArray(kept) ? kept.map(String) : [];
}

export type Checked = { readonly value: unknown } | { readonly problem: string };

/** Reads a value of the file as the flag would read it. */
export function checkValue(setting: Setting, raw: unknown): Checked {
  if (setting.takes === 'switch') {
    return typeof raw === 'boolean' ? { value: raw } : { problem: 'It is true or false.' };
  }
  if (Array.isArray(raw) && setting.takes === 'value') {
    return { problem: 'It takes one value, not a list.' };
  }
  let value: unknown = Array.isArray(raw) ? [] : undefined;
  for (const item of Array.isArray(raw) ? raw : [raw]) {
    const text = textOf(item);
    if (text === undefined) return { problem: 'Write a text in quotes, or a number.' };
    try {
      value = readText(setting, text, value);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      return {
        problem: `${JSON.stringify(masked(setting.key, text))} is not possible. ${error.message}`,
      };
    }
  }
  return { value };
}

function readText({ parse, placeholder }: Setting, text: string, before: unknown): unknown {
  // On a command line the shell does this.
  const isPath = placeholder === 'dir' || placeholder === 'file';
  const path = isPath ? text.replace(/^~(?=\/|$)/, () => homedir()) : text;
  return parse === undefined ? path : parse<unknown>(path, before);
}

function textOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item;
  return typeof item === 'number' && Number.isFinite(item) ? String(item) : undefined;
}
