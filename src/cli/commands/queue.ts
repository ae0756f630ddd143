/** `shoal queue`: which of the daemon's torrents go first. */
import { type Command, Option } from 'commander';
import type { QueueMove } from '../../api/contract/torrents.ts';
import { CliError } from '../cli-error.ts';
import { daemonCommand, forEachOf } from '../daemon-command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { type NumberedTorrent, numbered } from '../named-torrent.ts';
import { queueTable } from '../queue-table.ts';

type QueueFlags = { readonly [Move in QueueMove]?: boolean };

const moves: readonly (readonly [QueueMove, string])[] = [
  ['top', 'to the front'],
  ['up', 'one place forward'],
  ['down', 'one place back'],
  ['bottom', 'to the end'],
];

export function addQueue(program: Command): void {
  daemonCommand<QueueFlags>(program, {
    usage: 'queue [torrent...]',
    summary: "which of the daemon's torrents go first",
    description:
      'Prints the queue, or moves torrents in it. Those in front are started first when there are more than may run at once.',
    examples: [
      ['queue', 'in which order they wait'],
      ['queue 7 holiday --top', 'these two next'],
    ],
    changesByOptions: true,
    options: (command) => {
      for (const [move, meaning] of moves) {
        const others = moves.map(([other]) => other).filter((other) => other !== move);
        command.addOption(new Option(`--${move}`, meaning).conflicts(others));
      }
    },
    work: async ({ terminal, client, flags, args }) => {
      const { torrentsNamed } = await import('../named-torrent.ts');
      const to = moves.find(([move]) => flags[move] === true)?.[0];
      if (to !== undefined && args.length === 0) {
        throw new CliError('USAGE_NO_TORRENT', `say which torrents to move: shoal queue 7 --${to}`);
      }
      const named = args.length === 0 ? undefined : await torrentsNamed(client, args);
      let exitCode: ExitCode = exitCodes.ok;
      if (to !== undefined && named !== undefined) {
        // So that several keep their order among themselves.
        const inOrder = named.toSorted((a, b) => a.queuePosition - b.queuePosition);
        const isBackwards = to === 'top' || to === 'down';
        exitCode = await forEachOf(
          terminal,
          isBackwards ? inOrder.toReversed() : inOrder,
          ({ hash, name }) => ({ hash, name }),
          async ({ hash }) => void (await client.queue(hash, to)),
        );
      }
      const wanted = named?.map(({ hash }) => hash);
      const queue = numbered(await client.torrents())
        .filter(({ hash }) => wanted?.includes(hash) ?? true)
        .toSorted((a: NumberedTorrent, b: NumberedTorrent) => a.queuePosition - b.queuePosition);
      for (const { number, hash, name, queuePosition, state } of queue) {
        terminal.object({ number, hash, name, queuePosition, state });
      }
      if (queue.length === 0) terminal.note('  no torrents yet; add one with shoal add');
      for (const line of queueTable(queue, terminal.columns)) terminal.line(line);
      return exitCode;
    },
  });
}
