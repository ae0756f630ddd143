/** `shoal tracker`: runs a tracker until Ctrl-C. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { parsePort, parseTime } from '../option-values.ts';

export interface TrackerOptions {
  readonly host?: string;
  readonly port?: number;
  readonly udpPort?: number;
  /** Milliseconds. */
  readonly interval?: number;
  /** Milliseconds. */
  readonly peerTimeout?: number;
}

export function addTracker(program: Command): void {
  const command = defineCommand(program, {
    usage: 'tracker',
    summary: 'run a tracker, where peers find each other',
    description:
      'Runs a tracker for HTTP and UDP announces, with statistics at /stats, until Ctrl-C.',
    group: 'Trackers:',
    examples: [
      ['tracker', 'listen on port 6969, HTTP and UDP, on every address'],
      ['tracker --port 0 --json', 'take a free port and print it for a script'],
      ['tracker --interval 10 --peer-timeout 30', 'for a local network: notice within seconds'],
    ],
  });
  valueOption(command, '--host <address>', 'address to listen on; default all');
  valueOption(command, '--port <port>', 'TCP port, 0 for a free one; default 6969', parsePort);
  valueOption(command, '--udp-port <port>', 'UDP port; default the same as --port', parsePort);
  valueOption(
    command,
    '--interval <time>',
    'between announces of a peer; default 30min',
    parseTime,
  );
  valueOption(
    command,
    '--peer-timeout <time>',
    'forget a peer that stays silent this long; default twice the interval',
    parseTime,
  );
  addCommonOptions(command);
  runCommand<TrackerOptions>(command, async (terminal, options) => {
    const { runTracker } = await import('../run-tracker.ts');
    return runTracker(terminal, options);
  });
}
