/** The tree of commands of `shoal`. */
import { Command, Help } from 'commander';
import { packageVersion } from '../daemon/package-version.ts';
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
import { addHandler } from './commands/handler.ts';
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
import { runCommandLine } from './run-command-line.ts';

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
  addHandler,
  addCompletions,
  addMan,
  addConfig,
];

const examples = `
Examples:
  shoal up
      run a tracker for the network, and a daemon with a page in the browser
  shoal seed ./holiday --tracker http://10.0.0.5:6969/announce
      make a torrent of a folder and share it
  shoal get holiday.torrent
      download it, then share it on
`;

/** Wrapped to the width of the terminal, as commander wraps what it prints itself. */
const closing = `Options can be kept in a file of settings, see shoal config --help; one with a value can be set by the \
environment too: SHOAL_PORT, or SHOAL_SEED_PORT for one command.
Exit status: 0 ok, 1 other, 2 usage, 3 configuration, 4 bad torrent or input, 5 disk, 6 verification failed, \
7 unfinished, 8 daemon or tracker unreachable, 9 not authorised, 130 interrupted.`;

/** Runs one command line; resolves with the exit status once everything is said. Never rejects. */
export async function run(argv: readonly string[]): Promise<number> {
  const isAtTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return runCommandLine(buildProgram, argv.length === 0 && isAtTerminal ? ['menu'] : argv);
}

function wrapped(text: string): string {
  return new Help().boxWrap(text, process.stdout.columns ?? 80);
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
    .configureHelp({
      optionDescription: (option) => option.description,
      // Half of a narrow terminal is left to what is said of an option.
      minWidthToWrap: 20,
    })
    .addHelpText('after', () => `${examples}\n${wrapped(closing)}`);
  addCommonOptions(program);
  for (const add of commands) add(program);
  // After help and usage errors, which need no settings.
  program.hook('preAction', async (_program, command) => {
    const { applyConfig } = await import('./config/apply-config.ts');
    await applyConfig(program, command);
  });
  return program;
}
