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
  /** What `--force` does in place of the action, for a command that has it. */
  readonly forced?: { readonly action: OneAction; readonly description: string };
}

export function addOneAction(program: Command, shape: ActionShape): void {
  const { name, action, done, forced } = shape;
  daemonCommand<{ readonly all?: boolean; readonly force?: boolean }>(program, {
    ...shape,
    usage: `${name} [torrent...]`,
    options: (command) => {
      command.option('--all', 'every torrent of the daemon');
      if (forced !== undefined) command.option('--force', forced.description);
    },
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
          const wanted = flags.force === true && forced !== undefined ? forced.action : action;
          const info = await client.act(wanted, hash);
          terminal.object({ number, ...info });
          terminal.field(done, info.name);
        },
      );
    },
  });
}
