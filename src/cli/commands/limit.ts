/** `shoal limit`: how fast the daemon, or some of its torrents, may be. */
import type { Command } from 'commander';
import type { Settings } from '../../api/contract/torrents.ts';
import { valueOption } from '../command-shape.ts';
import { type DaemonCall, daemonCommand, forEachOf } from '../daemon-command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { limitOf, type OrNone, parseRateOrNone, rateLimitText } from '../limit-text.ts';
import type { NumberedTorrent } from '../named-torrent.ts';

interface LimitFlags {
  readonly down?: OrNone;
  readonly up?: OrNone;
}

export function addLimit(program: Command): void {
  daemonCommand<LimitFlags>(program, {
    usage: 'limit [torrent...]',
    summary: 'how fast the daemon or its torrents may be',
    description:
      'Sets limits of the torrents that are named, or of the daemon as a whole when none is. Without --down and --up it prints them. The limits of alternative hours are with shoal set.',
    examples: [
      ['limit --down 5MiB --up 1MiB', 'all torrents together'],
      ['limit holiday --up none', 'one torrent, as fast as it goes'],
      ['limit', 'what holds for the daemon'],
    ],
    changesByOptions: true,
    options: (command) => {
      valueOption(command, '--down <rate>', 'download at most this fast; none', parseRateOrNone);
      valueOption(command, '--up <rate>', 'upload at most this fast; none', parseRateOrNone);
    },
    work: (call) => (call.args.length === 0 ? limitDaemon(call) : limitTorrents(call)),
  });
}

async function limitDaemon({ terminal, client, flags }: DaemonCall<LimitFlags>): Promise<ExitCode> {
  const change = changeOf(flags);
  const isAsked = Object.keys(change).length === 0;
  const settings: Settings = await (isAsked ? client.settings() : client.changeSettings(change));
  const { downLimit, upLimit, alternative } = settings;
  terminal.object({ downLimit, upLimit, alternative });
  terminal.field('down', rateLimitText(downLimit));
  terminal.field('up', rateLimitText(upLimit));
  if (alternative.enabled) {
    terminal.note(
      `  now the alternative limits hold: down ${rateLimitText(alternative.downLimit)}, up ${rateLimitText(alternative.upLimit)}. shoal set --alt off ends that`,
    );
  }
  return exitCodes.ok;
}

async function limitTorrents(call: DaemonCall<LimitFlags>): Promise<ExitCode> {
  const { terminal, client, flags, args } = call;
  const { torrentsNamed } = await import('../named-torrent.ts');
  const change = changeOf(flags);
  return forEachOf(
    terminal,
    await torrentsNamed(client, args),
    ({ hash, name }) => ({ hash, name }),
    async ({ number, ...torrent }: NumberedTorrent) => {
      const isAsked = Object.keys(change).length === 0;
      const info = isAsked ? torrent : await client.change(torrent.hash, change);
      terminal.object({ number, ...info });
      const limits = `down ${rateLimitText(info.downLimit)}, up ${rateLimitText(info.upLimit)}`;
      terminal.field(isAsked ? 'limits' : 'limited', `${info.name}   ${limits}`);
    },
  );
}

function changeOf({ down, up }: LimitFlags): {
  downLimit?: number | null;
  upLimit?: number | null;
} {
  return {
    ...(down !== undefined && { downLimit: limitOf(down) }),
    ...(up !== undefined && { upLimit: limitOf(up) }),
  };
}
