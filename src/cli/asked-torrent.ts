/** What `scrape` and `announce` share: the torrent that is asked about, and how an answer is shown. */
import type { InfoHash } from '../daemon/client/client-types.ts';
import type { TrackerAnswer } from '../daemon/machine/diagnose-tracker.ts';
import { CliError } from './cli-error.ts';
import type { Terminal } from './terminal.ts';
import { visibleText } from './visible-text.ts';

export interface AskedTorrent {
  readonly name: string;
  readonly infoHash: InfoHash;
  /** What a newcomer says is left; 1 where the size is not known, so that it counts as a leecher. */
  readonly leftBytes: number;
  readonly trackers: readonly string[];
}

export async function loadAsked(source: string, signal: AbortSignal): Promise<AskedTorrent> {
  const { loadSource } = await import('../daemon/torrent-files/load-source.ts');
  const loaded = await loadSource(source, { signal });
  if (loaded.kind === 'magnet') {
    const { infoHash, name, lengthBytes, trackers } = loaded.magnet;
    return { name: name ?? infoHash, infoHash, leftBytes: lengthBytes ?? 1, trackers };
  }
  const { name, infoHash, contentBytes, trackers } = loaded.metainfo;
  return { name, infoHash, leftBytes: contentBytes, trackers: trackers.flat() };
}

export function requireTrackers(urls: readonly string[], name: string): void {
  if (urls.length > 0) return;
  throw new CliError(
    'USAGE_NO_TRACKER',
    `${name} names no tracker. Give the announce URL of one, as http://10.0.0.5:6969/announce.`,
  );
}

/** One line for a tracker: its URL, what it said or why it did not, and how long it took. */
export function printAnswer(
  terminal: Terminal,
  answer: TrackerAnswer<unknown>,
  said: string,
): void {
  const milliseconds = `${Math.round(answer.seconds * 1000)} ms`;
  const url = visibleText(answer.url);
  if (answer.failure === undefined) terminal.line(`  ${url}   ${said}   ${milliseconds}`);
  else {
    const cause = terminal.style.red(visibleText(answer.failure.message));
    terminal.line(`  ${url}   ${cause}   ${milliseconds}`);
  }
}

export function failureObject(failure: { code: string; message: string }): object {
  return { code: failure.code, message: failure.message };
}
