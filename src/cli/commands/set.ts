/** `shoal set`: what the daemon, or one of its torrents, is told to do from now on. */
import type { Command } from 'commander';
import { daemonCommand } from '../daemon-command.ts';
import { addSetOptions, type SetFlags } from '../set-options.ts';

export function addSet(program: Command): void {
  daemonCommand<SetFlags>(program, {
    usage: 'set [torrent...]',
    summary: 'change settings of the daemon or of its torrents',
    description:
      'Changes the torrents that are named, or the daemon itself when none is; without options it prints what holds. What the daemon is told here it keeps over restarts, until config.toml says something new.',
    examples: [
      ['set --alt on', 'the alternative limits, until they are turned off'],
      ['set --seed-ratio 2 --max-downloads 3', 'for all torrents'],
      ['set holiday --sequential on --high "*.mkv" --skip 4-6', 'one torrent and its files'],
      ['set holiday --add-tracker udp://10.0.0.5:6969', 'one more place to find peers'],
      ['set holiday --seed-ratio default', "back to the daemon's own goal"],
    ],
    changesByOptions: true,
    options: addSetOptions,
    work: async (call) => {
      const { setDaemon, setTorrents } = await import('../change-settings.ts');
      return call.args.length === 0 ? setDaemon(call) : setTorrents(call);
    },
  });
}
