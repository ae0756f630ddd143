/** What file and environment set together, and which of them has the say. */
import { variableFor } from '../command-shape.ts';
import { type GivenSetting, nameOf } from './config-document.ts';
import { type CommandSettings, commandsWith } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EffectiveSetting {
  readonly command: string | undefined;
  readonly key: string;
  /** As the file or the environment has it. */
  readonly raw: unknown;
  /** An environment variable, or a line of the file. */
  readonly from: { readonly variable: string } | { readonly line: number };
}

/** All that are set, in the order of their names. A line of the file that a variable replaces is left out. */
export function effectiveSettings(
  given: readonly GivenSetting[],
  commands: readonly CommandSettings[],
  environment: Environment,
): readonly EffectiveSetting[] {
  const found = new Map<string, EffectiveSetting>();
  for (const { name, settings } of commands) {
    for (const { key, variable } of settings.values()) {
      const raw = variable === undefined ? undefined : environment[variable];
      if (raw === undefined || variable === undefined) continue;
      const command = variable === variableFor(key) ? undefined : name;
      found.set(nameOf({ command, key }), { command, key, raw, from: { variable } });
    }
  }
  for (const { command, key, raw, line } of given) {
    const name = nameOf({ command, key });
    if (isFromVariable(found.get(name)) || isFromVariable(found.get(key))) continue;
    found.set(name, { command, key, raw, from: { line } });
  }
  return [...found.values()].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** What holds for one name: that of a command's option, or of an option for all. */
export function effectiveSetting(
  { command, key }: Pick<EffectiveSetting, 'command' | 'key'>,
  given: readonly GivenSetting[],
  commands: readonly CommandSettings[],
  environment: Environment,
): EffectiveSetting | undefined {
  const all = effectiveSettings(given, commands, environment);
  const at = (wanted: string | undefined): EffectiveSetting | undefined =>
    all.find((each) => each.command === wanted && each.key === key);
  const own = at(command);
  const general = at(undefined);
  // A variable for all wins over the file's table for one, as every variable does over the file.
  if (command === undefined || isFromVariable(general)) {
    return isFromVariable(own) ? own : general;
  }
  const isReached = commandsWith(commands, key).some(({ name }) => name === command);
  return own ?? (isReached ? general : undefined);
}

function isFromVariable(setting: EffectiveSetting | undefined): boolean {
  return setting !== undefined && 'variable' in setting.from;
}
