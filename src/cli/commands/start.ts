/** `shoal start`: lets torrents of the daemon go on. */
import type { Command } from 'commander';
import { addOneAction } from '../torrent-action.ts';

export function addStart(program: Command): void {
  addOneAction(program, {
    name: 'start',
    action: 'start',
    done: 'started',
    forced: {
      action: 'force-start',
      description: 'past the queue, however many run already',
    },
    summary: 'let torrents of the daemon go on',
    description: 'Starts torrents that were stopped, or that were added with --stopped.',
    examples: [
      ['start 1 holiday', 'by number and by name'],
      ['start holiday --force', 'without waiting in the queue'],
      ['start --all', 'every torrent'],
    ],
  });
}
