/** `shoal scrape`: asks trackers for the counts of a torrent. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand } from '../command-shape.ts';

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
    const { runScrape } = await import('../run-scrape.ts');
    return runScrape(terminal, sources);
  });
}
