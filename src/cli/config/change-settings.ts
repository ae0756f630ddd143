/** `shoal config set` and `unset`: one line of the file changes, once the value is known to be good. */
import type { Command } from 'commander';
import { readConfigFile, whileConfigIsOurs, writeConfigFile } from '../../daemon/config-file.ts';
import { CliError } from '../cli-error.ts';
import type { Terminal } from '../terminal.ts';
import { visibleText } from '../visible-text.ts';
import { nameOf, readConfig, sayProblem, settingProblem } from './config-document.ts';
import { setInToml, tomlOf, unsetInToml } from './edit-toml.ts';
import { effectiveSetting } from './effective-settings.ts';
import {
  findSetting,
  type NamedSetting,
  placeOf,
  splitName,
  writtenValue,
} from './named-setting.ts';
import { masked } from './secrets.ts';
import { type CommandSettings, configurableCommands } from './settings.ts';

interface Change {
  readonly program: Command;
  readonly terminal: Terminal;
  readonly path: string;
}

export function setSetting(change: Change, name: string, words: readonly string[]): Promise<void> {
  return whileConfigIsOurs(change.path, () => setNow(change, name, words));
}

export function unsetSetting(change: Change, name: string): Promise<void> {
  return whileConfigIsOurs(change.path, () => unsetNow(change, name));
}

async function setNow(
  { program, terminal, path }: Change,
  name: string,
  words: readonly string[],
): Promise<void> {
  const commands = configurableCommands(program);
  const named = splitName(name);
  const setting = findSetting(named, commands);
  const value = writtenValue(setting, words);
  const problem = settingProblem({ ...named, raw: value, line: 1 }, commands);
  if (problem !== undefined) throw new CliError('USAGE_BAD_VALUE', `${name}: ${problem}`);
  const text = (await readConfigFile(path)) ?? '';
  // Throws when the file is no TOML.
  readConfig(text, path, commands);
  const changed = setInToml(text, placeOf(named, text, commands), value);
  if (changed === undefined) throw notEditable(path, name);
  await writeConfigFile(path, changed);
  const shown =
    typeof value === 'object'
      ? value.map((item) => masked(setting.key, item))
      : typeof value === 'string'
        ? masked(setting.key, value)
        : value;
  terminal.object({ key: nameOf(named), value: shown, path });
  terminal.line(visibleText(`${nameOf(named)} = ${tomlOf(shown)}  in ${path}`));
  tellWhatElse(terminal, changed, path, commands, named);
}

async function unsetNow({ program, terminal, path }: Change, name: string): Promise<void> {
  const commands = configurableCommands(program);
  const text = await readConfigFile(path);
  const named = splitName(name);
  const { given } = readConfig(text ?? '', path, commands);
  const isGiven = given.some((each) => each.command === named.command && each.key === named.key);
  const changed = unsetInToml(text ?? '', placeOf(named, text ?? '', commands));
  // What is in the file by mistake can be removed too.
  if (changed === undefined && !isGiven) {
    throw new CliError('CONFIG_NOT_SET', `${name} is not set in ${path}.`);
  }
  if (changed === undefined) throw notEditable(path, name);
  await writeConfigFile(path, changed);
  terminal.object({ key: nameOf(named), value: null, path });
  terminal.line(visibleText(`${nameOf(named)} is no longer set in ${path}`));
  tellWhatElse(terminal, changed, path, commands, named);
}

/** Remaining mistakes, and a variable that has the say whatever the file says. */
function tellWhatElse(
  terminal: Terminal,
  text: string,
  path: string,
  commands: readonly CommandSettings[],
  named: NamedSetting,
): void {
  const { given, problems } = readConfig(text, path, commands);
  for (const problem of problems) {
    terminal.trouble(
      visibleText(`the file is refused as long as this is in it: ${sayProblem(problem)}`),
    );
  }
  const effective = effectiveSetting(named, given, commands, process.env);
  if (effective !== undefined && 'variable' in effective.from) {
    terminal.note(`${effective.from.variable} is set in this environment and wins over the file.`);
  }
}

function notEditable(path: string, name: string): CliError {
  return new CliError(
    'CONFIG_NOT_EDITABLE',
    `${path}: ${name} cannot be changed there line by line, so nothing was changed. It may be within braces, or its name be taken by a table; edit the file by hand.`,
  );
}
