/** `shoal menu`: everything by choosing, for a person at a terminal. */
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { addDaemonFlags } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';
import { catchInterrupt } from '../interrupt.ts';
import type { MenuFlags } from '../menu/menu-daemon.ts';
import { parsePort } from '../option-values.ts';

export function addMenu(program: Command): void {
  const command = defineCommand(program, {
    usage: 'menu',
    summary: 'share, browse and download by choosing',
    description:
      'Asks what to do, and does it through the daemon that runs here; when none runs, tracker and daemon can run for as long as the menu is open. shoal alone on a terminal is the same. Ctrl-C leaves.',
    group: 'Share and get:',
    examples: [
      ['menu', 'with the daemon of this machine'],
      ['menu --data ./state --port 0 --tracker-port 0', 'with one of its own'],
    ],
  });
  valueOption(command, '--data <dir>', 'data folder of the daemon, as shoal up takes it');
  valueOption(command, '--dir <dir>', 'where downloads go, when it runs the daemon itself');
  valueOption(command, '--port <port>', 'port of the API, when it runs the daemon', parsePort);
  valueOption(command, '--tracker-port <port>', 'port of the tracker, likewise', parsePort);
  valueOption(command, '--peer-port <port>', 'port for peers, likewise', parsePort);
  addDaemonFlags(command);
  addCommonOptions(command);
  runCommand<MenuFlags>(command, async (terminal, flags) => {
    if (process.stdin.isTTY !== true || process.stdout.isTTY !== true || terminal.json) {
      throw new CliError(
        'USAGE_NO_TERMINAL',
        'the menu needs a terminal. Every item of it is a command too, see shoal --help.',
      );
    }
    const { runMenu } = await import('../menu/menu.ts');
    const interrupt = catchInterrupt();
    try {
      await runMenu(terminal, interrupt, flags);
    } finally {
      interrupt.dispose();
    }
    return exitCodes.ok;
  });
}
