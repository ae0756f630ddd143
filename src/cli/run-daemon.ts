/** A daemon from its first socket to its last, with what a person is told of it. */
import { once } from 'node:events';
import { keepHeapLean } from '../daemon/client/lean-heap.ts';
import { type Daemon, type DaemonOptions, openDaemon } from '../daemon/daemon.ts';
import { explainDaemonPort } from '../daemon/machine/taken-port.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { catchInterrupt } from './interrupt.ts';
import type { Terminal } from './terminal.ts';
import { visibleText } from './visible-text.ts';

/** Until Ctrl-C, or until a client asks it to end. Rejects with what `openDaemon` rejects with. */
export async function runDaemon(terminal: Terminal, options: DaemonOptions): Promise<ExitCode> {
  keepHeapLean();
  const interrupt = catchInterrupt();
  const daemon = await openDaemon({
    ...options,
    onExitAsked: () => interrupt.raise(),
    log: (level, message) => tell(terminal, level, message),
  }).catch((error: unknown) => {
    throw explainDaemonPort(error, options, { api: '--port', peers: '--peer-port' });
  });
  try {
    announceItself(terminal, daemon);
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
  } finally {
    await daemon.close();
    interrupt.dispose();
  }
  return exitCodes.ok;
}

/** One line of the daemon's log. */
export function tell(terminal: Terminal, level: 'info' | 'warn' | 'error', message: string): void {
  terminal.object({ event: 'log', level, message });
  if (level === 'info') terminal.note(visibleText(message));
  else terminal.trouble(visibleText(message));
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
