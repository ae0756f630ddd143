/** `shoal daemon`: holds many torrents and is told what to do over HTTP, until Ctrl-C. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { watchDaemonConfiguration } from '../config/watch-daemon-configuration.ts';
import { addDaemonOptions, type DaemonFlags, daemonOptions } from '../daemon-options.ts';

export function addDaemon(program: Command): void {
  const command = defineCommand(program, {
    usage: 'daemon',
    summary: 'hold many torrents, told what to do by other commands',
    description:
      'Holds many torrents at once and keeps them over restarts. The commands add, ls, start, stop, rm and others tell it what to do, over HTTP on this machine with the token in the data folder. Goes on until Ctrl-C.',
    group: 'Daemon:',
    examples: [
      ['daemon --dir ~/Downloads', 'listen on 127.0.0.1:6880; downloads go to ~/Downloads'],
      ['daemon --allow-dir /media/films', 'torrents may be saved there too'],
      ['daemon --port 0 --data ./state --json', 'take a free port and print it for a script'],
    ],
  });
  addDaemonOptions(command);
  addCommonOptions(command);
  runCommand<DaemonFlags>(command, async (terminal, flags) => {
    const { runDaemon } = await import('../run-daemon.ts');
    return runDaemon(terminal, {
      ...daemonOptions(flags),
      watchConfiguration: watchDaemonConfiguration(program, command),
    });
  });
}
