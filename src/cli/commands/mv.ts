/** `shoal mv`: takes the data of the daemon's torrents to another folder. */
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { daemonCommand, forEachOf } from '../daemon-command.ts';
import { folderForDaemon } from '../folder-for-daemon.ts';

interface MvFlags {
  /** False with `--no-data`. */
  readonly data?: boolean;
}

export function addMv(program: Command): void {
  daemonCommand<MvFlags>(program, {
    usage: 'mv <torrent...>',
    summary: "move the data of the daemon's torrents to another folder",
    description:
      'The folder comes last. Moves the files while the torrent goes on afterwards where it was; the folder is one that the daemon may save to. It is done when the state in shoal ls is no longer "moving".',
    examples: [
      ['mv holiday /media/disk', 'to /media/disk/holiday'],
      ['mv 1 2 films', "into a folder below the daemon's"],
      ['mv holiday /media/disk --no-data', 'the data is there already'],
    ],
    options: (command) =>
      void command
        .usage('[options] <torrent...> <dir>')
        .option('--no-data', 'move no files: look for them there from now on'),
    work: async ({ terminal, client, isLocal, flags, args }) => {
      const dir = args.at(-1);
      if (dir === undefined || args.length < 2) {
        throw new CliError('USAGE_NO_FOLDER', 'say where to: the folder comes last.');
      }
      const { torrentsNamed } = await import('../named-torrent.ts');
      const to = isLocal ? folderForDaemon(dir) : dir;
      return forEachOf(
        terminal,
        await torrentsNamed(client, args.slice(0, -1)),
        ({ hash, name }) => ({ hash, name }),
        async ({ number, hash }) => {
          const wish = flags.data === false ? { dir: to, data: false } : { dir: to };
          const info = await client.move(hash, wish);
          terminal.object({ number, ...info });
          const words = info.state === 'moving' ? 'moving' : 'moved';
          terminal.field(words, `${info.name}   to ${info.state === 'moving' ? to : info.dir}`);
        },
      );
    },
  });
}
