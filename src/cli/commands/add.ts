/** `shoal add`: gives torrents to the daemon. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { TorrentInfo } from '../../api/contract/torrents.ts';
import { valueOption } from '../command-shape.ts';
import { type DaemonCall, daemonCommand, forEachOf } from '../daemon-command.ts';
import { parseTrackerUrl, repeated } from '../option-values.ts';
import { visibleText } from '../visible-text.ts';

interface AddFlags {
  readonly dir?: string;
  readonly stopped?: boolean;
  readonly tracker?: string[];
}

export function addAdd(program: Command): void {
  daemonCommand<AddFlags>(program, {
    usage: 'add <source...>',
    summary: 'give torrents to the daemon to download and share',
    description:
      "Adds .torrent files, magnet links, http(s) URLs of .torrent files, info-hashes, or ids and names in a tracker's catalog. Files and URLs are read here and sent to the daemon; - reads a .torrent from standard input. A source that is refused is reported, and the rest is still added.",
    examples: [
      ['add holiday.torrent', "into the daemon's folder"],
      ['add holiday.torrent --dir /data/films', 'into another one'],
      ['add "magnet:?xt=urn:btih:7c1b…" --stopped', 'without starting it'],
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
  const { loadSource } = await import('../../daemon/load-source.ts');
  const { findInCatalog, isCatalogName } = await import('../catalog-source.ts');
  const trackers = flags.tracker ?? [];
  const options = {
    ...(flags.dir === undefined ? {} : { dir: isLocal ? folderHere(flags.dir) : flags.dir }),
    ...(flags.stopped === true ? { paused: true } : {}),
  };
  if (await isCatalogName(source)) {
    const { signal } = new AbortController();
    const { loaded, tracker } = await findInCatalog(source, { trackers, token: undefined, signal });
    return client.addFile(loaded.bytes, {
      ...options,
      trackers: [...new Set([...trackers, tracker])],
    });
  }
  const loaded = await loadSource(source);
  return loaded.kind === 'torrent'
    ? client.addFile(loaded.bytes, { ...options, trackers })
    : client.add({ source: loaded.text, ...options, trackers });
}

/** What begins with a dot is meant from here; any other relative path is below the daemon's folder. */
function folderHere(dir: string): string {
  return /^\.{1,2}([/\\]|$)/.test(dir) ? resolve(dir) : dir;
}
