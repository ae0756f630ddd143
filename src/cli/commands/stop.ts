/** `shoal stop`: stops torrents of the daemon. */
import type { Command } from 'commander';
import { addOneAction } from '../torrent-action.ts';

export function addStop(program: Command): void {
  addOneAction(program, {
    name: 'stop',
    action: 'stop',
    done: 'stopped',
    summary: 'stop torrents of the daemon',
    description:
      'Stops torrents: they leave their swarms and stay with the daemon, stopped also after it restarts, until shoal start.',
    examples: [
      ['stop 1 holiday', 'by number and by name'],
      ['stop --all', 'every torrent'],
    ],
  });
}
