/** `shoal config get`: settings as lines of the file with where they come from, or one value alone. */
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { variableFor } from '../command-shape.ts';
import type { Terminal } from '../terminal.ts';
import { visibleText } from '../visible-text.ts';
import { type ConfigDocument, nameOf, readConfig, requireNoProblems } from './config-document.ts';
import { configPlace, readConfigAt } from './config-place.ts';
import { tomlOf, type Written } from './edit-toml.ts';
import {
  type EffectiveSetting,
  effectiveSetting,
  effectiveSettings,
} from './effective-settings.ts';
import { findSetting, splitName } from './named-setting.ts';
import { masked } from './secrets.ts';
import { type CommandSettings, configurableCommands } from './settings.ts';

export interface Shown {
  readonly program: Command;
  /** The one that was asked, for its `--config`. */
  readonly command: Command;
  readonly terminal: Terminal;
  readonly showSecrets: boolean;
}

interface ReadSettings extends ConfigDocument {
  readonly path: string | undefined;
  readonly commands: readonly CommandSettings[];
}

export async function printSettings(shown: Shown): Promise<void> {
  const { path, commands, given } = await readSettings(shown);
  const settings = effectiveSettings(given, commands, process.env);
  for (const setting of settings) {
    printObject(shown, setting, path);
    const where = 'line' in setting.from ? `line ${setting.from.line}` : setting.from.variable;
    const line = `${nameOf(setting)} = ${tomlOf(shownValue(shown, setting))}`;
    shown.terminal.line(visibleText(`${line}  # ${where}`));
  }
  if (settings.length === 0) {
    shown.terminal.note(`Nothing is set by the environment or in ${path ?? 'a file'}.`);
  }
}

/** Rejects when it is set nowhere. */
export async function printSetting(shown: Shown, name: string): Promise<void> {
  const { path, commands, given } = await readSettings(shown);
  const named = splitName(name);
  findSetting(named, commands);
  const setting = effectiveSetting(named, given, commands, process.env);
  if (setting === undefined) {
    const variable = variableFor(named.key, named.command);
    throw new CliError(
      'CONFIG_NOT_SET',
      `${name} is set neither by ${variable} nor in ${path ?? 'a file'}, so the default holds.`,
    );
  }
  printObject(shown, { ...setting, ...named }, path);
  const value = shownValue(shown, setting);
  for (const item of Array.isArray(value) ? value : [value]) {
    shown.terminal.line(visibleText(String(item)));
  }
}

async function readSettings({ program, command }: Shown): Promise<ReadSettings> {
  const place = configPlace(command);
  const { path } = place;
  const commands = configurableCommands(program);
  const document = readConfig((await readConfigAt(place)) ?? '', path ?? '', commands);
  requireNoProblems(document, path ?? '');
  return { ...document, path, commands };
}

function printObject(shown: Shown, setting: EffectiveSetting, path: string | undefined): void {
  const { from } = setting;
  const source =
    'line' in from
      ? { source: 'file', path, line: from.line }
      : { source: 'environment', variable: from.variable };
  shown.terminal.object({ key: nameOf(setting), value: shownValue(shown, setting), ...source });
}

function shownValue({ showSecrets }: Shown, { key, raw }: EffectiveSetting): Written {
  const show = (text: string): string => (showSecrets ? text : masked(key, text));
  if (Array.isArray(raw)) return raw.map((item) => show(String(item)));
  return typeof raw === 'number' || typeof raw === 'boolean' ? raw : show(String(raw));
}
