/** The tree of commands, and the one place where whatever a command throws becomes a line and a status. */
import { Command, CommanderError } from 'commander';
import { packageVersion } from '../daemon/package-version.ts';
import { errorObject, presentError } from './cli-error.ts';
import { addCommonOptions } from './command-shape.ts';
import { addAdd } from './commands/add.ts';
import { addAnnounce } from './commands/announce.ts';
import { addCompletions } from './commands/completions.ts';
import { addConfig } from './commands/config.ts';
import { addCreate } from './commands/create.ts';
import { addDaemon } from './commands/daemon.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEdit } from './commands/edit.ts';
import { addFetch } from './commands/fetch.ts';
import { addFiles } from './commands/files.ts';
import { addGet } from './commands/get.ts';
import { addInfo } from './commands/info.ts';
import { addLabel } from './commands/label.ts';
import { addLimit } from './commands/limit.ts';
import { addLs } from './commands/ls.ts';
import { addMagnet } from './commands/magnet.ts';
import { addMan } from './commands/man.ts';
import { addMenu } from './commands/menu.ts';
import { addMv } from './commands/mv.ts';
import { addPeers } from './commands/peers.ts';
import { addPieces } from './commands/pieces.ts';
import { addPublish } from './commands/publish.ts';
import { addQueue } from './commands/queue.ts';
import { addReannounce } from './commands/reannounce.ts';
import { addRecheck } from './commands/recheck.ts';
import { addRename } from './commands/rename.ts';
import { addRm } from './commands/rm.ts';
import { addScrape } from './commands/scrape.ts';
import { addSearch } from './commands/search.ts';
import { addSeed } from './commands/seed.ts';
import { addSet } from './commands/set.ts';
import { addShow } from './commands/show.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { addStop } from './commands/stop.ts';
import { addTop } from './commands/top.ts';
import { addTracker } from './commands/tracker.ts';
import { addTrackers } from './commands/trackers.ts';
import { addUi } from './commands/ui.ts';
import { addUp } from './commands/up.ts';
import { addVerify } from './commands/verify.ts';
import { exitCodes } from './exit-codes.ts';
import { styleFor } from './style.ts';
import { watchOutput } from './terminal.ts';

/** Each adds one command; what a command needs to work is imported only when it runs. */
const commands = [
  addUp,
  addSeed,
  addGet,
  addMenu,
  addCreate,
  addShow,
  addMagnet,
  addEdit,
  addVerify,
  addPublish,
  addSearch,
  addFetch,
  addTracker,
  addDaemon,
  addScrape,
  addAnnounce,
  addAdd,
  addLs,
  addTop,
  addStatus,
  addInfo,
  addFiles,
  addPeers,
  addTrackers,
  addPieces,
  addStart,
  addStop,
  addRecheck,
  addReannounce,
  addRm,
  addMv,
  addRename,
  addLimit,
  addLabel,
  addSet,
  addQueue,
  addUi,
  addDoctor,
  addCompletions,
  addMan,
  addConfig,
];

const epilogue = `
Examples:
  shoal up
      run a tracker for the network, and a daemon with a page in the browser
  shoal seed ./holiday --tracker http://10.0.0.5:6969/announce
      make a torrent of a folder and share it
  shoal get holiday.torrent
      download it, then share it on

Options can be kept in a file of settings, see shoal config --help; one with a value can be set by the
environment too: SHOAL_PORT, or SHOAL_SEED_PORT for one command. Exit status: 0 ok, 1 other, 2 usage,
3 configuration, 4 bad torrent or input, 5 disk, 6 verification failed, 7 unfinished,
8 daemon or tracker unreachable, 9 not authorised, 130 interrupted.`;

/** Runs one command line; resolves with the exit status once everything is said. Never rejects. */
export async function run(argv: readonly string[]): Promise<number> {
  watchOutput(leaveQuietly);
  const program = buildProgram();
  // What nobody caught is a bug; it gets its line and its status like everything else.
  process.on('uncaughtException', (error) => process.exit(reportError(error, argv, program)));
  try {
    const isAtTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    const asked = argv.length === 0 && isAtTerminal ? ['menu'] : argv;
    await program.parseAsync(asked, { from: 'user' });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    return reportError(error, argv, program);
  }
}

/** A command that has something to leave listens for signals; any other has said enough. */
function leaveQuietly(): void {
  if (!process.emit('SIGTERM')) process.exit(exitCodes.ok);
}

/** Runs nothing; for whoever wants to know the commands. */
export function buildProgram(): Command {
  const program = new Command('shoal');
  program
    .description('A fast BitTorrent client and tracker.')
    .usage('<command> [options]')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ optionDescription: (option) => option.description })
    .addHelpText('after', epilogue);
  addCommonOptions(program);
  for (const add of commands) add(program);
  // After help and usage errors, which need no settings.
  program.hook('preAction', async (_program, command) => {
    const { applyConfig } = await import('./config/apply-config.ts');
    await applyConfig(program, command);
  });
  return program;
}

function reportError(error: unknown, argv: readonly string[], program: Command): number {
  if (error instanceof CommanderError) {
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return 0;
    if (error.code === 'commander.help') return exitCodes.usage;
  }
  const presented = presentError(error);
  // Asked of the arguments themselves, because the parser may be what failed.
  const ownFlags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const isConfigured = program.commands.some((command) => command.getOptionValue('json') === true);
  if (ownFlags.includes('--json') || isConfigured) {
    process.stdout.write(`${JSON.stringify({ error: errorObject(presented) })}\n`);
  } else {
    const { red } = styleFor('auto', { isTerminal: process.stderr.isTTY, env: process.env });
    process.stderr.write(`${red('shoal:')} ${presented.message}\n`);
    for (const line of presented.details ?? []) process.stderr.write(`  ${line}\n`);
  }
  return presented.exitCode;
}
