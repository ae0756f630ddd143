/** `shoal announce`: asks the trackers of a torrent for peers, without joining the swarm. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { parseTier, repeated } from '../option-values.ts';

export interface AnnounceOptions {
  readonly tracker?: string[][];
}

export function addAnnounce(program: Command): void {
  const command = defineCommand(program, {
    usage: 'announce <source>',
    summary: 'ask trackers for the peers of a torrent',
    description:
      'Announces a torrent to each of its trackers, prints what each says and how long it took, and leaves again at once. Exit status 8 when a tracker does not answer.',
    group: 'Trackers:',
    examples: [
      ['announce holiday.torrent', 'all its trackers'],
      ['announce holiday.torrent -a udp://10.0.0.5:6969', 'this tracker only'],
    ],
  });
  valueOption(
    command,
    '-a, --tracker <url>',
    'ask this tracker instead; may be repeated',
    repeated(parseTier),
  );
  addCommonOptions(command);
  runCommand<AnnounceOptions>(command, async (terminal, options, [source = '']) => {
    const { runAnnounce } = await import('../run-announce.ts');
    return runAnnounce(terminal, source, options);
  });
}
