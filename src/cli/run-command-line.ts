/** The one place where whatever a command throws becomes a line and a status. */
import { type Command, CommanderError } from 'commander';
import { errorObject, presentError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import { styleFor } from './style.ts';
import { watchOutput } from './terminal.ts';

/** Resolves with the exit status once everything is said. Never rejects. */
export async function runCommandLine(
  build: () => Command,
  argv: readonly string[],
): Promise<number> {
  watchOutput(leaveQuietly);
  const program = build();
  // What nobody caught is a bug; it gets its line and its status like everything else.
  process.on('uncaughtException', (error) => process.exit(reportError(error, argv, program)));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    return reportError(error, argv, program);
  }
}

/** A command that has something to leave listens for signals; any other has said enough. */
function leaveQuietly(): void {
  if (!process.emit('SIGTERM')) process.exit(exitCodes.ok);
}

function reportError(error: unknown, argv: readonly string[], program: Command): number {
  if (error instanceof CommanderError) {
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return 0;
    // `shoal help` was asked for; `shoal` alone, or with a word that is no command, was not.
    if (error.code === 'commander.help') return error.exitCode === 0 ? 0 : exitCodes.usage;
  }
  const presented = presentError(error);
  // Asked of the arguments themselves, because the parser may be what failed.
  const ownFlags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const isConfigured = [program, ...program.commands].some(
    (command) => command.getOptionValue('json') === true,
  );
  if (ownFlags.includes('--json') || isConfigured) {
    process.stdout.write(`${JSON.stringify({ error: errorObject(presented) })}\n`);
  } else {
    const { red } = styleFor('auto', { isTerminal: process.stderr.isTTY, env: process.env });
    process.stderr.write(`${red(`${program.name()}:`)} ${presented.message}\n`);
    for (const line of presented.details ?? []) process.stderr.write(`  ${line}\n`);
  }
  return presented.exitCode;
}
