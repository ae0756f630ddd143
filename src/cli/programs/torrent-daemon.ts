#!/usr/bin/env node
/** `torrent-daemon`: holds torrents, at home with the tracker of this machine, until Ctrl-C. */
import './require-node.ts';
import { valueOption } from '../command-shape.ts';
import { parsePort } from '../option-values.ts';
import { startProgram } from './start-program.ts';

await startProgram<{ readonly port?: number; readonly dir?: string; readonly data?: string }>({
  name: 'torrent-daemon',
  description:
    'Holds torrents and keeps them over restarts, until Ctrl-C. torrent-seed, torrent-leech, torrent-fetch and torrent-status tell it what to do. What is shared is announced to the tracker on port 6969 of this machine.',
  successor: 'daemon',
  options: (command) => {
    valueOption(
      command,
      '--port <port>',
      'port of the API, 0 for a free one; default 6880',
      parsePort,
    );
    valueOption(command, '--dir <dir>', 'where downloads go; default the working directory');
    valueOption(command, '--data <dir>', "where state is kept; default in the user's state folder");
  },
  work: async (terminal, flags) => {
    const { runDaemon } = await import('../run-daemon.ts');
    const { daemonOptions } = await import('../daemon-options.ts');
    const { homeTrackersHere } = await import('../open-up.ts');
    return runDaemon(terminal, { ...daemonOptions(flags), homeTrackers: await homeTrackersHere() });
  },
});
