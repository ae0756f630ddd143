/** Has the daemon check one of its torrents, and waits until it is done. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonClient } from '../api/client/daemon-client.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { formatBytes, formatBytesOf } from './format.ts';
import { catchInterrupt } from './interrupt.ts';
import { torrentsNamed } from './named-torrent.ts';
import type { Terminal } from './terminal.ts';
import { visibleText } from './visible-text.ts';
import { workLine } from './work-line.ts';

const pollMs = 250;

/** The exit status is that of a failed verification when less is sound than the daemon had believed. */
export async function verifyInDaemon(
  terminal: Terminal,
  client: DaemonClient,
  reference: string,
): Promise<ExitCode> {
  const interrupt = catchInterrupt();
  const { signal } = interrupt;
  const [before] = await torrentsNamed(client, [reference]);
  const { hash, number, name, doneBytes: believedBytes } = before!;
  const live = terminal.liveLine('verifying');
  let torrent = await client.act('verify', hash, signal);
  const startedAtMs = performance.now();
  try {
    while (torrent.state === 'checking') {
      const { progress, lengthBytes: totalBytes } = torrent;
      const doneBytes = progress * totalBytes;
      const rate = doneBytes / Math.max(0.001, (performance.now() - startedAtMs) / 1000);
      const facts = [formatBytes(totalBytes)];
      const work = { name, facts, verb: 'verifying', doneBytes, totalBytes, rate };
      live?.update('verifying', (columns) => workLine(work, columns, terminal.noteStyle));
      await sleep(pollMs, undefined, { signal });
      torrent = await client.torrent(hash, signal);
    }
  } finally {
    live?.leave();
    interrupt.dispose();
  }
  const damagedBytes = Math.max(0, believedBytes - torrent.doneBytes);
  const complete = torrent.wantedBytes > 0 && torrent.doneBytes === torrent.wantedBytes;
  terminal.object({ number, ...torrent, ok: damagedBytes === 0, damagedBytes });
  const amount = complete
    ? `all ${formatBytes(torrent.wantedBytes)} are sound`
    : `${formatBytesOf(torrent.doneBytes, torrent.wantedBytes)} are sound`;
  terminal.line(`  ${visibleText(torrent.name)}   ${amount}`);
  if (torrent.error !== undefined) terminal.trouble(visibleText(torrent.error.message));
  if (damagedBytes === 0) return exitCodes.ok;
  terminal.trouble(
    `${formatBytes(damagedBytes)} were damaged or missing; the daemon fetches them anew.`,
  );
  return exitCodes.verificationFailed;
}
