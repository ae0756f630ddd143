/** `shoal tracker`: runs a tracker until Ctrl-C. */
import { once } from 'node:events';
import type { Command } from 'commander';
import type { Tracker } from '../../tracker-server/tracker.ts';
import { CliError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { catchInterrupt } from '../interrupt.ts';
import { parsePort, parseTime } from '../option-values.ts';
import type { Terminal } from '../terminal.ts';

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
    const { Tracker } = await import('../../tracker-server/tracker.ts');
    const interrupt = catchInterrupt();
    const { host, port, udpPort, interval, peerTimeout } = options;
    requireOrder(interval, peerTimeout);
    const tracker = await Tracker.listen({
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(udpPort === undefined ? {} : { udpPort }),
      ...(interval === undefined ? {} : { intervalMs: interval }),
      ...(peerTimeout === undefined ? {} : { peerTimeoutMs: peerTimeout }),
    });
    announceItself(terminal, tracker);
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
    await tracker.close();
    interrupt.dispose();
    return exitCodes.ok;
  });
}

const defaultIntervalMs = 30 * 60_000;

function requireOrder(interval = defaultIntervalMs, peerTimeout = 2 * interval): void {
  if (interval > 0 && peerTimeout >= interval) return;
  throw new CliError(
    'USAGE_BAD_VALUE',
    'peers would be forgotten between two announces: --interval is above 0, and --peer-timeout at least as long.',
  );
}

function announceItself(terminal: Terminal, tracker: Tracker): void {
  const { announceUrls, httpPort, udpPort } = tracker;
  const statsUrl = (announceUrls[0] ?? '').replace(/\/announce$/, '/stats');
  terminal.object({ event: 'listening', port: httpPort, udpPort, announceUrls, statsUrl });
  for (const [index, url] of announceUrls.entries()) {
    terminal.field(index === 0 ? 'tracker' : '', url);
  }
  terminal.field('stats', statsUrl);
  const ports =
    httpPort === udpPort
      ? `port ${httpPort}, TCP and UDP`
      : `TCP port ${httpPort} and UDP port ${udpPort}`;
  terminal.line(`  listening on ${ports}      Ctrl-C to stop`);
}
