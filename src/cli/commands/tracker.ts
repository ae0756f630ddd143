/** `shoal tracker`: runs a tracker until Ctrl-C. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { addTrackerOptions, type TrackerFlags, trackerOptions } from '../tracker-options.ts';

export function addTracker(program: Command): void {
  const command = defineCommand(program, {
    usage: 'tracker',
    summary: 'run a tracker, where peers find each other',
    description:
      'Runs a tracker for HTTP, UDP and WebSocket announces, with a page about it and a catalog of torrents, until Ctrl-C. Swarms and catalog are kept in the data folder.',
    group: 'Trackers:',
    examples: [
      ['tracker', 'listen on port 6969, HTTP and UDP, on every address'],
      ['tracker --port 0 --json', 'take a free port and print it for a script'],
      ['tracker --interval 10 --peer-timeout 30', 'for a local network: notice within seconds'],
      ['tracker --access allow --list ours.txt', 'only these torrents; the file may change'],
      ['tracker --publishers private', 'everybody on the local network may publish'],
      [
        'tracker --swarm-store redis://10.0.0.9 --catalog postgres://shoal@10.0.0.9/shoal',
        'one of several trackers that share swarms and catalog',
      ],
    ],
  });
  addTrackerOptions(command);
  addCommonOptions(command);
  runCommand<TrackerFlags>(command, async (terminal, flags) => {
    const { runTracker } = await import('../run-tracker.ts');
    return runTracker(terminal, await trackerOptions(flags), flags.logLevel);
  });
}
