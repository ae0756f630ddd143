/** Gives a command what the file of settings says, wherever neither a flag nor the environment did. */
import type { Command } from 'commander';
import type { ConfigDocument } from './config-document.ts';
import { configPlace, readConfigAt } from './config-place.ts';
import type { CommandSettings, Setting } from './settings.ts';

/** Rejects with every mistake in the file, also those about other commands. */
export async function applyConfig(program: Command, command: Command): Promise<void> {
  for (const [attribute, value] of await configuredValues(program, command)) {
    command.setOptionValueWithSource(attribute, value, 'config');
  }
}

/** By commander's names; empty when no file is in use. Rejects as `applyConfig`. */
export async function configuredValues(
  program: Command,
  command: Command,
): Promise<ReadonlyMap<string, unknown>> {
  const name = nameBelow(program, command);
  const place = configPlace(command);
  const text = name === 'config' ? undefined : await readConfigAt(place);
  if (text === undefined || place.path === undefined) return new Map();
  const { configurableCommands } = await import('./settings.ts');
  const { readConfig, requireNoProblems } = await import('./config-document.ts');
  const commands = configurableCommands(program);
  const document = readConfig(text, place.path, commands);
  requireNoProblems(document, place.path);
  const own = commands.find((each) => each.name === name);
  return own === undefined ? new Map() : valuesFor(command, own, commands, document);
}

async function valuesFor(
  command: Command,
  { name, settings }: CommandSettings,
  commands: readonly CommandSettings[],
  { given }: ConfigDocument,
): Promise<ReadonlyMap<string, unknown>> {
  const { checkValue, commandsWith } = await import('./settings.ts');
  const values = new Map<string, unknown>();
  const taken = [...settings.values()].filter(({ attribute }) =>
    ['cli', 'env'].includes(command.getOptionValueSource(attribute) ?? ''),
  );
  const own = given.filter((each) => each.command === name);
  const general = given.filter(
    (each) =>
      each.command === undefined &&
      commandsWith(commands, each.key).some((having) => having.name === name),
  );
  for (const { key, raw } of [...own, ...general]) {
    const setting = settings.get(key);
    if (setting === undefined || taken.some((other) => excludes(other, setting))) continue;
    const checked = checkValue(setting, raw);
    if ('problem' in checked) continue;
    values.set(setting.attribute, checked.value);
    taken.push(setting);
  }
  return values;
}

/** What comes first wins, over itself and over what it cannot be used with. */
function excludes(one: Setting, other: Setting): boolean {
  return (
    one.attribute === other.attribute ||
    one.conflicts.includes(other.attribute) ||
    other.conflicts.includes(one.attribute)
  );
}

function nameBelow(program: Command, command: Command): string {
  let at = command;
  while (at.parent !== null && at.parent !== program) at = at.parent;
  return at.name();
}
