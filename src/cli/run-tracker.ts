/** A tracker from its first socket to its last, with what a person is told of it. */
import { once } from 'node:events';
import { Tracker, type TrackerOptions } from '../tracker-server/tracker.ts';
import { type LogLevel, openLog } from '../tracker-server/tracker-log.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { catchInterrupt } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

/** Until Ctrl-C. Rejects with what `Tracker.listen` rejects with. */
export async function runTracker(
  terminal: Terminal,
  options: TrackerOptions,
  logLevel: LogLevel = 'info',
): Promise<ExitCode> {
  const interrupt = catchInterrupt();
  const plain = !terminal.json && process.stderr.isTTY === true;
  const log = openLog(logLevel, plain ? (line) => terminal.note(line) : undefined);
  const tracker = await Tracker.listen({ ...options, log });
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
