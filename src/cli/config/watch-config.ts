/**
 * Tells a running command when its file of settings changes: all that flags, environment and file say
 * together, or every mistake in the file.
 * Invariant: the file is only read; a change is told once, when it has stood for a moment.
 */
import { type StatsListener, unwatchFile, watchFile } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { configuredValues } from './apply-config.ts';
import { configPlace } from './config-place.ts';

export type FlagsNews<Flags> = { readonly flags: Flags } | { readonly problems: readonly string[] };

const lookEveryMs = 500;
/** Editors write in more than one step. */
const settleMs = 200;

/** Gives back how to stop it. */
export function watchConfig<Flags>(
  program: Command,
  command: Command,
  tell: (news: FlagsNews<Flags>) => void,
): () => void {
  const { path } = configPlace(command);
  if (path === undefined) return () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    readFlags<Flags>(program, command).then(
      (flags) => tell({ flags }),
      (error: unknown) => tell({ problems: problemsOf(error) }),
    );
  };
  const onStats: StatsListener = () => {
    clearTimeout(timer);
    timer = setTimeout(look, settleMs);
  };
  const file = resolve(path);
  watchFile(file, { interval: lookEveryMs }, onStats);
  return () => {
    clearTimeout(timer);
    unwatchFile(file, onStats);
  };
}

/** Flags and environment as at the start; of the file what it says now. */
async function readFlags<Flags>(program: Command, command: Command): Promise<Flags> {
  const values = await configuredValues(program, command);
  const flags: Record<string, unknown> = {};
  for (const [attribute, value] of Object.entries(command.optsWithGlobals())) {
    if (command.getOptionValueSource(attribute) !== 'config') flags[attribute] = value;
  }
  return { ...flags, ...Object.fromEntries(values) } as Flags;
}

function problemsOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return error instanceof CliError && error.details.length > 0
    ? [error.message, ...error.details]
    : [error.message];
}
