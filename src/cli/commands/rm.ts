/** `shoal rm`: takes torrents from the daemon, with or without their data. */
import type { Command } from 'commander';
import { daemonCommand, forEachOf } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatBytes, formatCount } from '../format.ts';
import type { NumberedTorrent } from '../named-torrent.ts';
import { visibleText } from '../visible-text.ts';

interface RmFlags {
  readonly data?: boolean;
  readonly yes?: boolean;
}

export function addRm(program: Command): void {
  daemonCommand<RmFlags>(program, {
    usage: 'rm <torrent...>',
    summary: 'take torrents from the daemon',
    description:
      'Removes torrents from the daemon. Their data stays, unless --data is given; then it is deleted for good, and on a terminal shoal asks before.',
    examples: [
      ['rm holiday', 'the files stay'],
      ['rm --data 3 7c1b', 'the files are deleted too, after a question'],
    ],
    options: (command) =>
      void command
        .option('--data', 'delete the downloaded files too')
        .option('-y, --yes', 'delete without asking'),
    work: async ({ terminal, client, flags, args }) => {
      const data = flags.data === true;
      const { torrentsNamed } = await import('../named-torrent.ts');
      const torrents = await torrentsNamed(client, args);
      const isAsked = data && flags.yes !== true && !terminal.json && process.stdin.isTTY === true;
      if (isAsked && !(await isConfirmed(torrents))) {
        terminal.note('  nothing was removed');
        return exitCodes.other;
      }
      return forEachOf(
        terminal,
        torrents,
        ({ hash, name }) => ({ hash, name }),
        async ({ hash, name }) => {
          await client.remove(hash, { data });
          terminal.object({ event: 'removed', hash, name, data });
          terminal.field('removed', data ? `${name} and its data` : name);
        },
      );
    },
  });
}

async function isConfirmed(torrents: readonly NumberedTorrent[]): Promise<boolean> {
  const { askYes } = await import('../ask-yes.ts');
  const [only] = torrents;
  const doneBytes = torrents.reduce((sum, torrent) => sum + torrent.doneBytes, 0);
  const what =
    torrents.length === 1 && only !== undefined
      ? `${visibleText(only.name)} in ${visibleText(only.dir)}`
      : formatCount(torrents.length, 'torrent');
  const question = `Delete ${what} with ${formatBytes(doneBytes)} of data?`;
  return askYes(question, process.stdin, process.stderr);
}
