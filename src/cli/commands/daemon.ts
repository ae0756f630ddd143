/** `shoal daemon`: holds many torrents and is told what to do over HTTP, until Ctrl-C. */
import { once } from 'node:events';
import type { Command } from 'commander';
import type { Daemon } from '../../daemon/daemon.ts';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { addDaemonOptions, type DaemonFlags, daemonOptions } from '../daemon-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { catchInterrupt } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';

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
    const { openDaemon } = await import('../../daemon/daemon.ts');
    const interrupt = catchInterrupt();
    const daemon = await openDaemon({
      ...daemonOptions(flags),
      log: (_level, message) => terminal.trouble(message),
    });
    try {
      announceItself(terminal, daemon);
      if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
    } finally {
      await daemon.close();
      interrupt.dispose();
    }
    return exitCodes.ok;
  });
}

function announceItself(terminal: Terminal, daemon: Daemon): void {
  const { url, dataDir, tokenPath, dir, peerPort } = daemon;
  terminal.object({ event: 'listening', pid: process.pid, url, dataDir, tokenPath, dir, peerPort });
  terminal.field('daemon', url);
  terminal.field('downloads', dir);
  terminal.field('data', dataDir);
  terminal.field('token', tokenPath);
  terminal.line(`  listening for peers on port ${peerPort}      Ctrl-C to stop`);
}
