/** `shoal add`: gives torrents to the daemon. */
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { AddOptions, DaemonClient } from '../../api/client/daemon-client.ts';
import type { TorrentInfo } from '../../api/contract/torrents.ts';
import type { LoadedTorrent } from '../../daemon/torrent-files/load-source.ts';
import { CliError } from '../cli-error.ts';
import { valueOption } from '../command-shape.ts';
import { type DaemonCall, daemonCommand, forEachOf } from '../daemon-command.ts';
import { folderForDaemon } from '../folder-for-daemon.ts';
import { parseRate, parseTrackerUrl, repeated } from '../option-values.ts';
import { visibleText } from '../visible-text.ts';

interface AddFlags {
  readonly dir?: string;
  readonly stopped?: boolean;
  readonly tracker?: string[];
  readonly label?: string[];
  readonly category?: string;
  readonly sequential?: boolean;
  readonly select?: string[];
  readonly down?: number;
  readonly up?: number;
}

const words = repeated((text) => text);

export function addAdd(program: Command): void {
  daemonCommand<AddFlags>(program, {
    usage: 'add <source...>',
    summary: 'give torrents to the daemon to download and share',
    description:
      "Adds .torrent files, magnet links, http(s) URLs of .torrent files, info-hashes, or ids and names in a tracker's catalog, which is that of the daemon's own tracker unless -a names another. Files and URLs are read here and sent to the daemon; - reads a .torrent from standard input. A source that is refused is reported, and the rest is still added.",
    examples: [
      ['add holiday.torrent', "into the daemon's folder"],
      ['add holiday.torrent --dir /data/films', 'into another one'],
      ['add "magnet:?xt=urn:btih:7c1b…" --stopped', 'without starting it'],
      ['add holiday.torrent --select "*.mkv" --label films --up 1MiB', 'only what is wanted'],
      ['add holiday', "by its name in the catalog of the daemon's tracker"],
      ['add 12 -a http://10.0.0.5:6969/announce', "by its id in that tracker's catalog"],
    ],
    options: (command) => {
      valueOption(
        command,
        '--dir <dir>',
        "folder to download into: absolute, or below the daemon's; ./DIR is from here",
      );
      command.option('--stopped', 'add without starting');
      valueOption(
        command,
        '-a, --tracker <url>',
        'a further announce URL; may be repeated',
        repeated(parseTrackerUrl),
      );
      valueOption(command, '--label <label>', 'give it this label; may be repeated', words);
      valueOption(command, '--category <name>', 'its category; steps are joined by /');
      command.option('--sequential', 'fetch it from the first piece on');
      valueOption(
        command,
        '--select <files>',
        'fetch only these files of a .torrent, as 1,3-5 or a glob; may be repeated',
        words,
      );
      valueOption(command, '--down <rate>', 'download at most this fast, as 2MiB', parseRate);
      valueOption(command, '--up <rate>', 'upload at most this fast', parseRate);
    },
    work: (call) =>
      forEachOf(
        call.terminal,
        call.args,
        (source) => ({ source }),
        async (source) => {
          const info = await addOne(call, source);
          call.terminal.object({ source, ...info });
          call.terminal.line(`  added     ${visibleText(info.name)}   ${info.hash}`);
        },
      ),
  });
}

async function addOne(
  { client, isLocal, flags }: DaemonCall<AddFlags>,
  source: string,
): Promise<TorrentInfo> {
  const { loadSource } = await import('../../daemon/torrent-files/load-source.ts');
  const { findInCatalog, findThroughDaemon, isCatalogName } = await import('../catalog-source.ts');
  const trackers = flags.tracker ?? [];
  const options = addOptions(flags, isLocal);
  if (await isCatalogName(source)) {
    const { signal } = new AbortController();
    const home = trackers.length === 0 ? await findThroughDaemon(client, source) : undefined;
    const { loaded, tracker } =
      home ?? (await findInCatalog(source, { trackers, token: undefined, signal }));
    const all = [...new Set([...trackers, tracker])];
    return addLoaded(client, loaded, flags, { ...options, trackers: all });
  }
  const loaded = await loadSource(openedPath(source));
  if (loaded.kind === 'torrent') {
    return addLoaded(client, loaded, flags, { ...options, trackers });
  }
  if (flags.select !== undefined) {
    throw new CliError(
      'SELECT_NO_METADATA',
      `${source.slice(0, 60)}: the files behind a link are not known yet. Add it without --select, then choose with shoal set.`,
    );
  }
  return client.add({ source: loaded.text, ...options, ...limitsOf(flags), trackers });
}

/** Desktops name a file that is opened by its URL. */
function openedPath(source: string): string {
  return /^file:\/\//i.test(source) && URL.canParse(source) ? fileURLToPath(source) : source;
}

/** A .torrent is sent as it is; limits go after it. */
async function addLoaded(
  client: DaemonClient,
  { bytes, metainfo }: LoadedTorrent,
  flags: AddFlags,
  options: AddOptions,
): Promise<TorrentInfo> {
  const { selectFiles } = await import('../../daemon/torrent-files/select-files.ts');
  const wanted = flags.select === undefined ? undefined : selectFiles(metainfo, flags.select);
  const skip = metainfo.files.flatMap(({ padding }, index) =>
    wanted === undefined || wanted[index] || padding ? [] : [index],
  );
  const limits = limitsOf(flags);
  const isLimited = Object.keys(limits).length > 0;
  const paused = options.paused === true;
  const sent = { ...options, skip, ...(isLimited && { paused: true }) };
  const info = await client.addFile(bytes, sent);
  if (!isLimited) return info;
  // Not faster even for a moment.
  const limited = await client.change(info.hash, limits);
  return paused ? limited : client.act('start', info.hash);
}

function limitsOf({ down, up }: AddFlags): { downLimit?: number; upLimit?: number } {
  return {
    ...(down !== undefined && { downLimit: down }),
    ...(up !== undefined && { upLimit: up }),
  };
}

function addOptions(flags: AddFlags, isLocal: boolean): AddOptions {
  const { dir, stopped, label, category, sequential } = flags;
  return {
    ...(dir !== undefined && { dir: isLocal ? folderForDaemon(dir) : dir }),
    ...(stopped === true && { paused: true }),
    ...(label !== undefined && { labels: label }),
    ...(category !== undefined && { category }),
    ...(sequential === true && { sequential: true }),
  };
}
