/** Which file the settings of this command line come from, and its text. */
import type { Command } from 'commander';
import { defaultConfigPath, readConfigFile } from '../../daemon/config-file.ts';
import { CliError } from '../cli-error.ts';

export interface ConfigPlace {
  /** Undefined when no file is wanted, or the system knows no home folder. */
  readonly path: string | undefined;
  /** By `--config` or SHOAL_CONFIG, so that it has to be there. */
  readonly isNamed: boolean;
}

/** The flag of the command, or of one above it, then the environment, then the platform's custom. */
export function configPlace(command: Command): ConfigPlace {
  const named = flagValue(command) ?? command.getOptionValue('config');
  if (typeof named !== 'string') return { path: defaultConfigPath(), isNamed: false };
  return { path: named === '' ? undefined : named, isNamed: named !== '' };
}

/** Undefined when there is nothing to read. Rejects when a named file is missing, or one is unreadable. */
export async function readConfigAt({ path, isNamed }: ConfigPlace): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const text = await readConfigFile(path);
  if (text === undefined && isNamed) {
    throw new CliError(
      'CONFIG_NOT_FOUND',
      `${path}: no file of settings is found there. Correct --config or SHOAL_CONFIG, or make it with shoal config set.`,
    );
  }
  return text;
}

function flagValue(command: Command): unknown {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    if (at.getOptionValueSource('config') === 'cli') return at.getOptionValue('config');
  }
  return undefined;
}
