/** `shoal daemon`: holds many torrents and is told what to do over HTTP, until Ctrl-C. */
import { once } from 'node:events';
import type { Command } from 'commander';
import type { Daemon, DaemonOptions } from '../../daemon/daemon.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { catchInterrupt } from '../interrupt.ts';
import { parseCount, parsePort, repeated } from '../option-values.ts';
import type { Terminal } from '../terminal.ts';

interface DaemonFlags {
  readonly host?: string;
  readonly port?: number;
  readonly peerPort?: number;
  readonly peerHost?: string;
  readonly dir?: string;
  readonly allowDir?: string[];
  readonly data?: string;
  readonly tokenFile?: string;
  readonly hostName?: string[];
  readonly maxActive?: number;
}

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

function addDaemonOptions(command: Command): void {
  valueOption(command, '--host <address>', 'address of the API; default 127.0.0.1');
  valueOption(
    command,
    '--port <port>',
    'TCP port of the API, 0 for a free one; default 6880',
    parsePort,
  );
  valueOption(command, '--peer-port <port>', 'TCP port for peers; default a free one', parsePort);
  valueOption(command, '--peer-host <address>', 'address for peers; default all');
  valueOption(command, '--dir <dir>', 'where downloads go; default the working directory');
  valueOption(
    command,
    '--allow-dir <dir>',
    'another folder that torrents may be saved to; may be repeated',
    repeated((dir) => dir),
  );
  valueOption(
    command,
    '--data <dir>',
    "where torrents, progress and token are kept; default in the user's state folder",
  );
  valueOption(command, '--token-file <file>', 'the token; default the file token in --data');
  valueOption(
    command,
    '--host-name <name>',
    'a name the API is reached by; may be repeated',
    repeated((name) => name),
  );
  valueOption(command, '--max-active <number>', 'downloads at once; default 5', parseCount);
}

function daemonOptions(flags: DaemonFlags): DaemonOptions {
  const { allowDir, data, hostName, ...same } = flags;
  const { host, port, peerPort, peerHost, dir, tokenFile, maxActive } = same;
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(peerPort !== undefined && { peerPort }),
    ...(peerHost !== undefined && { peerHost }),
    ...(dir !== undefined && { dir }),
    ...(tokenFile !== undefined && { tokenFile }),
    ...(maxActive !== undefined && { maxActive }),
    ...(allowDir !== undefined && { allowDirs: allowDir }),
    ...(data !== undefined && { dataDir: data }),
    ...(hostName !== undefined && { hostNames: hostName }),
  };
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
