/** `shoal recheck`: the daemon reads the data of torrents again. */
import type { Command } from 'commander';
import { addOneAction } from '../torrent-action.ts';

export function addRecheck(program: Command): void {
  addOneAction(program, {
    name: 'recheck',
    action: 'verify',
    done: 'checking',
    summary: 'let the daemon check the data of torrents',
    description:
      'The daemon reads all data of the torrents again and downloads what is missing or damaged; shoal ls shows how far it is. To check data against a .torrent without a daemon, there is shoal verify.',
    examples: [['recheck holiday', 'after its files were changed by something else']],
  });
}
