/**
 * What the commands that talk to a daemon have in common: the flags that say which one, its client,
 * and going on with the rest when one torrent of several makes trouble.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { DaemonClient } from '../api/client/daemon-client.ts';
import { tokenFileName } from '../api/contract/torrents.ts';
import { errorObject, presentError } from './cli-error.ts';
import {
  addCommonOptions,
  type CommandShape,
  defineCommand,
  runCommand,
  valueOption,
} from './command-shape.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { parseDaemonUrl } from './option-values.ts';
import type { Terminal } from './terminal.ts';

export interface DaemonShape<Flags> extends Omit<CommandShape, 'group'> {
  /** The command's own options, before those of every command. */
  options?(command: Command): void;
  work(call: DaemonCall<Flags>): Promise<ExitCode>;
}

export interface DaemonCall<Flags> {
  readonly terminal: Terminal;
  readonly client: DaemonClient;
  /** The daemon runs on this machine: a path means the same to it. */
  readonly isLocal: boolean;
  readonly token: string | undefined;
  readonly flags: Flags;
  readonly args: readonly string[];
}

export interface FoundClient {
  readonly client: DaemonClient;
  /** The daemon runs on this machine: a path means the same to it. */
  readonly isLocal: boolean;
  readonly token: string | undefined;
}

export interface DaemonFlags {
  readonly daemon?: string;
  readonly daemonData?: string;
  readonly token?: string;
}

export function daemonCommand<Flags = object>(program: Command, shape: DaemonShape<Flags>): void {
  const command = defineCommand(program, { ...shape, group: 'Daemon:' });
  shape.options?.(command);
  addDaemonFlags(command);
  addCommonOptions(command);
  runCommand<Flags & DaemonFlags>(command, async (terminal, flags, args) => {
    const found = await findDaemonClient(flags);
    return shape.work({ ...found, terminal, flags, args });
  });
}

/** Says where the daemon is, for a command that talks to it. */
export function addDaemonFlags(command: Command): void {
  valueOption(
    command,
    '--daemon <url>',
    'the daemon; default the one that runs on this machine',
    parseDaemonUrl,
  );
  valueOption(
    command,
    '--daemon-data <dir>',
    "its data folder on this machine, where its address and token are; default the user's",
  );
  valueOption(command, '--token <token>', 'token of the daemon; better in SHOAL_TOKEN');
}

/** Nothing was asked there yet. Rejects with DaemonError when its token cannot be read. */
export async function findDaemonClient({
  daemon,
  daemonData,
  token,
}: DaemonFlags = {}): Promise<FoundClient> {
  const { DaemonClient } = await import('../api/client/daemon-client.ts');
  const { findDaemon } = await import('../api/client/find-daemon.ts');
  const { defaultDaemonFolder } = await import('../daemon/daemon-folder.ts');
  // A daemon that was told another port has another folder.
  const port = daemon === undefined ? undefined : Number(new URL(daemon).port || 80);
  const dataDir = daemonData === undefined ? defaultDaemonFolder(port) : folderOf(daemonData);
  const found = await findDaemon({ url: daemon, token, dataDir });
  return { ...found, client: new DaemonClient(found.url, { token: found.token }) };
}

/** What `shoal up` was given as --data holds the daemon's own folder. */
function folderOf(dataDir: string): string {
  const below = join(dataDir, 'daemon');
  return existsSync(join(dataDir, tokenFileName)) || !existsSync(below) ? dataDir : below;
}

/** Nothing that comes after them can go better. */
const hopeless =
  /^(DAEMON_(UNREACHABLE|ABSENT|BAD_ANSWER|TOKEN|FORBIDDEN_HOST)|INTERRUPTED|INTERNAL)/;

/**
 * `work` for each; what one of several throws is said with its `label`, and the others still get their
 * turn. The exit status is that of the last failure. A daemon that is gone ends it at once.
 */
export async function forEachOf<Item>(
  terminal: Terminal,
  items: readonly Item[],
  label: (item: Item) => object,
  work: (item: Item) => Promise<void>,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      const presented = presentError(error);
      if (hopeless.test(presented.code)) throw error;
      terminal.object({ ...label(item), error: errorObject(presented) });
      terminal.trouble(presented.message);
      exitCode = presented.exitCode;
    }
  }
  return exitCode;
}
