/** Whether a tracker, wherever it is, can be reached from this machine, and what it said if not. */
import { randomBytes } from 'node:crypto';
import { infoHashFromBytes } from '../../base/ids.ts';
import { diagnoseScrape } from './diagnose-tracker.ts';
import { fine, type MachineCheck, trouble } from './machine-check.ts';

/** Failures that a tracker sent itself: the way to it is open, and a torrent that nobody has is no news. */
const ownAnswers = new Set(['TRACKER_SAID_NO', 'TRACKER_NO_SCRAPE']);

/** Asks about a torrent that does not exist, which changes nothing there. Rejects only when aborted. */
export async function checkTracker(url: string, signal: AbortSignal): Promise<MachineCheck> {
  const nobodys = infoHashFromBytes(randomBytes(20));
  const { failure, seconds } = await diagnoseScrape(url, [nobodys], signal);
  const facts = { url, seconds: Number(seconds.toFixed(3)) };
  if (failure === undefined) return fine('tracker', `the tracker at ${url} answers`, facts);
  if (ownAnswers.has(failure.code)) {
    return fine('tracker', `the tracker at ${url} answers, with: ${failure.message}`, facts);
  }
  return trouble(
    'tracker',
    `the tracker at ${url} cannot be reached: ${failure.message}`,
    wayOut(url),
    {
      ...facts,
      code: failure.code,
    },
  );
}

function wayOut(url: string): string {
  const transport = /^udp:/i.test(url) ? 'UDP' : 'TCP';
  return `Check the address, whether the tracker runs there, and whether the firewall of its machine lets in ${transport} on its port.`;
}
