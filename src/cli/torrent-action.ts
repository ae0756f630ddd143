/** The commands that tell the daemon to do one thing with some torrents, or with all of them. */
import type { Command } from 'commander';
import type { OneAction } from '../api/client/daemon-client.ts';
import { CliError } from './cli-error.ts';
import type { CommandShape } from './command-shape.ts';
import { daemonCommand, forEachOf } from './daemon-command.ts';

interface ActionShape extends Pick<CommandShape, 'summary' | 'description' | 'examples'> {
  /** What the command is called. */
  readonly name: string;
  readonly action: OneAction;
  /** The label before the torrent's name when it is done, as `started`. */
  readonly done: string;
}

export function addOneAction(program: Command, shape: ActionShape): void {
  const { name, action, done } = shape;
  daemonCommand<{ readonly all?: boolean }>(program, {
    ...shape,
    usage: `${name} [torrent...]`,
    options: (command) => void command.option('--all', 'every torrent of the daemon'),
    work: async ({ terminal, client, flags, args }) => {
      if ((flags.all === true) === args.length > 0) {
        throw new CliError(
          'USAGE_NO_TORRENT',
          `say which torrents to ${name}: their numbers in shoal ls, their names or info-hashes, or --all for every one.`,
        );
      }
      const { numbered, torrentsNamed } = await import('./named-torrent.ts');
      const torrents =
        flags.all === true ? numbered(await client.torrents()) : await torrentsNamed(client, args);
      return forEachOf(
        terminal,
        torrents,
        ({ hash, name: torrentName }) => ({ hash, name: torrentName }),
        async ({ hash, number }) => {
          const info = await client.act(action, hash);
          terminal.object({ number, ...info });
          terminal.field(done, info.name);
        },
      );
    },
  });
}
