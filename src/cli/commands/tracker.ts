/** `shoal tracker`: runs a tracker until Ctrl-C. */
import { once } from 'node:events';
import type { Command } from 'commander';
import type { Tracker } from '../../tracker-server/tracker.ts';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { catchInterrupt } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
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
    const { Tracker } = await import('../../tracker-server/tracker.ts');
    const { openLog } = await import('../../tracker-server/tracker-log.ts');
    const interrupt = catchInterrupt();
    const plain = !terminal.json && process.stderr.isTTY === true;
    const log = openLog(
      flags.logLevel ?? 'info',
      plain ? (line) => terminal.note(line) : undefined,
    );
    const tracker = await Tracker.listen({ ...(await trackerOptions(flags)), log });
    const reload = (): void => void tracker.reload();
    process.on('SIGHUP', reload);
    try {
      announceItself(terminal, tracker);
      if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
    } finally {
      process.off('SIGHUP', reload);
      await tracker.close();
      interrupt.dispose();
    }
    return exitCodes.ok;
  });
}

function announceItself(terminal: Terminal, tracker: Tracker): void {
  const { announceUrls, httpPort, udpPort, dataDir, udpBackend } = tracker;
  const pageUrl = (announceUrls[0] ?? '').replace(/\/announce$/, '/');
  const statsUrl = `${pageUrl}stats`;
  terminal.object({
    event: 'listening',
    port: httpPort,
    udpPort,
    announceUrls,
    pageUrl,
    statsUrl,
    dataDir: dataDir ?? null,
    udpBackend: udpBackend.name,
  });
  for (const [index, url] of announceUrls.entries()) {
    terminal.field(index === 0 ? 'tracker' : '', url);
  }
  terminal.field('page', pageUrl);
  terminal.field('data', dataDir ?? 'kept in memory only');
  if (udpBackend.reason !== undefined) {
    terminal.field('udp', `by Node's own sockets: ${udpBackend.reason}`);
  }
  const ports =
    httpPort === udpPort
      ? `port ${httpPort}, TCP and UDP`
      : `TCP port ${httpPort} and UDP port ${udpPort}`;
  terminal.line(`  listening on ${ports}      Ctrl-C to stop`);
}
