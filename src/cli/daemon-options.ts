/** The flags that `shoal daemon` and `shoal up` share, and the options of the daemon that they make. */
import type { Command } from 'commander';
import type { DaemonOptions } from '../daemon/daemon.ts';
import { valueOption } from './command-shape.ts';
import { parseCount, parsePort, repeated } from './option-values.ts';

export interface DaemonFlags {
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

interface DaemonOptionWords {
  readonly data: string;
  readonly peerPort: string;
}

const ownWords: DaemonOptionWords = {
  data: "where torrents, progress and token are kept; default in the user's state folder",
  peerPort: 'TCP port for peers; default a free one',
};

export function addDaemonOptions(command: Command, words: DaemonOptionWords = ownWords): void {
  valueOption(command, '--host <address>', 'address of the API; default 127.0.0.1');
  valueOption(
    command,
    '--port <port>',
    'TCP port of the API, 0 for a free one; default 6880',
    parsePort,
  );
  valueOption(command, '--peer-port <port>', words.peerPort, parsePort);
  valueOption(command, '--peer-host <address>', 'address for peers; default all');
  valueOption(command, '--dir <dir>', 'where downloads go; default the working directory');
  valueOption(
    command,
    '--allow-dir <dir>',
    'another folder that torrents may be saved to; may be repeated',
    repeated((dir) => dir),
  );
  valueOption(command, '--data <dir>', words.data);
  valueOption(command, '--token-file <file>', 'the token; default the file token in --data');
  valueOption(
    command,
    '--host-name <name>',
    'a name the API is reached by; may be repeated',
    repeated((name) => name),
  );
  valueOption(command, '--max-active <number>', 'downloads at once; default 5', parseCount);
}

export function daemonOptions(flags: DaemonFlags): DaemonOptions {
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
