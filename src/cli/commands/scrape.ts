/** `shoal scrape`: asks trackers for the counts of a torrent. */
import type { Command } from 'commander';
import {
  type AskedTorrent,
  failureObject,
  loadAsked,
  printAnswer,
  requireTrackers,
} from '../asked-torrent.ts';
import { CliError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { formatCount } from '../format.ts';
import { catchInterrupt } from '../interrupt.ts';
import { visibleText } from '../visible-text.ts';

export function addScrape(program: Command): void {
  const command = defineCommand(program, {
    usage: 'scrape <source...>',
    summary: 'ask trackers how many peers a torrent has',
    description:
      "Asks every tracker of a .torrent, magnet link or info-hash for seeders, leechers and completed downloads, and times the answer. Announce URLs among the arguments are asked instead of the torrents' own trackers. Exit status 8 when a tracker does not answer.",
    group: 'Trackers:',
    examples: [
      ['scrape holiday.torrent', 'all its trackers'],
      ['scrape holiday.torrent udp://10.0.0.5:6969', 'this tracker only'],
    ],
  });
  addCommonOptions(command);
  runCommand(command, async (terminal, _options, sources) => {
    const { diagnoseScrape } = await import('../../daemon/machine/diagnose-tracker.ts');
    const interrupt = catchInterrupt();
    const { trackers, torrents } = await sortSources(sources, interrupt.signal);
    let exitCode: ExitCode = exitCodes.ok;
    for (const torrent of torrents) {
      terminal.line(visibleText(torrent.name));
      const urls = trackers.length > 0 ? trackers : torrent.trackers;
      requireTrackers(urls, torrent.name);
      const hashes = [torrent.infoHash];
      const answers = urls.map((url) => diagnoseScrape(url, hashes, interrupt.signal));
      for (const pending of answers) {
        const answer = await pending;
        const { reply, failure } = answer;
        const counts = reply?.[0];
        if (failure !== undefined) exitCode = exitCodes.unreachable;
        const base = { tracker: answer.url, infoHash: torrent.infoHash };
        const seconds = Number(answer.seconds.toFixed(3));
        if (failure !== undefined)
          terminal.object({ ...base, error: failureObject(failure), seconds });
        else if (counts !== undefined) terminal.object({ ...base, ...counts, seconds });
        else terminal.object({ ...base, unknown: true, seconds });
        const said =
          counts === undefined
            ? 'does not know this torrent'
            : `${formatCount(counts.seeders, 'seeder')}   ${formatCount(counts.leechers, 'leecher')}   ${formatCount(counts.downloads, 'download')}`;
        printAnswer(terminal, answer, said);
      }
    }
    interrupt.dispose();
    return exitCode;
  });
}

interface SortedSources {
  /** Announce URLs among the arguments. */
  readonly trackers: readonly string[];
  readonly torrents: readonly AskedTorrent[];
}

/** A URL is a tracker when it is udp or its path says so; anything else names a torrent. */
async function sortSources(
  sources: readonly string[],
  signal: AbortSignal,
): Promise<SortedSources> {
  const isTracker = (source: string): boolean =>
    /^udp:\/\//i.test(source) || /^https?:\/\/[^?#]*\/(announce|scrape)[^/]*$/i.test(source);
  const trackers = sources.filter(isTracker);
  const named = sources.filter((source) => !isTracker(source));
  if (named.length === 0) {
    throw new CliError(
      'USAGE_NO_TORRENT',
      'a tracker is asked about torrents: name a .torrent file, a magnet link or an info-hash beside its URL.',
    );
  }
  const torrents: AskedTorrent[] = [];
  for (const source of named) torrents.push(await loadAsked(source, signal));
  return { trackers, torrents };
}
