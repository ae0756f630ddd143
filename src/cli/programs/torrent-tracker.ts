#!/usr/bin/env node
/** `torrent-tracker`: a tracker with its catalog, until Ctrl-C. */
import './require-node.ts';
import { valueOption } from '../command-shape.ts';
import { parsePort } from '../option-values.ts';
import { startProgram } from './start-program.ts';

await startProgram<{ readonly host?: string; readonly port?: number }>({
  name: 'torrent-tracker',
  description:
    'Runs a tracker for HTTP, UDP and WebSocket announces, with a page and a catalog of torrents, until Ctrl-C.',
  successor: 'tracker',
  options: (command) => {
    valueOption(command, '--host <address>', 'address to listen on; default all');
    valueOption(
      command,
      '--port <port>',
      'TCP and UDP port, 0 for a free one; default 6969',
      parsePort,
    );
  },
  work: async (terminal, flags) => {
    const { runTracker } = await import('../run-tracker.ts');
    const { trackerOptions } = await import('../tracker-options.ts');
    return runTracker(terminal, await trackerOptions(flags));
  },
});
