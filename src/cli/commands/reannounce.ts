/** `shoal reannounce`: the daemon asks the trackers of torrents for peers now. */
import type { Command } from 'commander';
import { addOneAction } from '../torrent-action.ts';

export function addReannounce(program: Command): void {
  addOneAction(program, {
    name: 'reannounce',
    action: 'reannounce',
    done: 'asked',
    summary: 'ask the trackers of torrents for peers now',
    description:
      'The daemon asks the trackers of the torrents for peers now, not when they are due; shoal trackers shows what they say.',
    examples: [['reannounce holiday', 'by name, number or info-hash']],
  });
}
