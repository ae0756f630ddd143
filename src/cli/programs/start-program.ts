/**
 * The programs that people know from the systems before: each does one thing that a command of `shoal`
 * does too, under its old name and flags.
 */
import { Command } from 'commander';
import { packageVersion } from '../../daemon/package-version.ts';
import { runCommand, valueOption } from '../command-shape.ts';
import { type FoundClient, findDaemonClient } from '../daemon-command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { parsePort } from '../option-values.ts';
import { runCommandLine } from '../run-command-line.ts';
import type { Terminal } from '../terminal.ts';

export interface ProgramShape<Flags> {
  readonly name: string;
  readonly description: string;
  /** The command of `shoal` that does more. */
  readonly successor: string;
  options(command: Command): void;
  work(terminal: Terminal, flags: Flags): Promise<ExitCode>;
}

/** Runs it with the arguments of this process, and leaves with its exit status. */
export async function startProgram<Flags>(shape: ProgramShape<Flags>): Promise<void> {
  process.exitCode = await runCommandLine(() => commandOf(shape), process.argv.slice(2));
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

function commandOf<Flags>({ name, description, successor, options, work }: ProgramShape<Flags>) {
  const command = new Command(name);
  command
    .description(description)
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ optionDescription: (option) => option.description })
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      `\nshoal ${successor} does the same and more. Exit status: 0 ok, 1 other, 2 usage, 3 configuration,\n4 bad torrent or input, 5 disk, 8 daemon or tracker unreachable, 9 not authorised, 130 interrupted.`,
    );
  options(command);
  command.option('--json', 'print JSON, one object a line, for programs');
  runCommand<Flags>(command, (terminal, flags) => work(terminal, flags));
  return command;
}

export interface PortFlags {
  readonly port?: number;
  readonly daemonData?: string;
  readonly token?: string;
}

/** For the programs that talk to the daemon of this machine. */
export function addPortOptions(command: Command): void {
  valueOption(command, '--port <port>', "the daemon's port; default the one that runs", parsePort);
  valueOption(command, '--daemon-data <dir>', "the daemon's data folder; default the user's");
  valueOption(command, '--token <token>', 'token of the daemon; better in SHOAL_TOKEN');
}

export function daemonAt({ port, ...flags }: PortFlags): Promise<FoundClient> {
  return findDaemonClient({
    ...flags,
    ...(port !== undefined && { daemon: `http://127.0.0.1:${port}` }),
  });
}
