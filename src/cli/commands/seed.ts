/** `shoal seed`: shares a file or folder, or the data of a .torrent file. */
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { Metainfo } from '../../daemon/client/client-types.ts';
import { addTokenOption } from '../catalog-options.ts';
import { CliError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { addContentOptions, type ContentOptions } from '../content-options.ts';
import { catchInterrupt } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import {
  addTransferOptions,
  goals,
  type TransferOptions,
  transferSettings,
} from '../transfer-options.ts';

interface SeedOptions extends TransferOptions, ContentOptions {
  readonly dir?: string;
  readonly output?: string;
  /** False with `--no-publish`. */
  readonly publish?: boolean;
  readonly token?: string;
}

export function addSeed(program: Command): void {
  const command = defineCommand(program, {
    usage: 'seed <path>',
    summary: 'share a file, a folder or the data of a .torrent',
    description:
      'Given data, makes a .torrent of it and shares the data where it is. Given a .torrent file, checks its data and shares it. Unless private, it is put into the catalogs of the HTTP trackers named with -a. Goes on until Ctrl-C.',
    group: 'Share and get:',
    examples: [
      ['seed ./holiday --tracker http://10.0.0.5:6969/announce', 'share a folder'],
      ['seed holiday.torrent --dir /data', 'share /data/holiday'],
      [
        'seed ./holiday -a http://10.0.0.5:6969/announce --up 2MiB --seed-ratio 3',
        'slowly, and only three times its size',
      ],
    ],
  });
  addContentOptions(command);
  valueOption(
    command,
    '-o, --output <file>',
    'where to write the new .torrent; default NAME.torrent here',
  );
  valueOption(
    command,
    '--dir <dir>',
    'folder that holds the data of a .torrent; default its own folder',
  );
  command.option('--no-publish', "leave it out of the trackers' catalogs, as --private does");
  addTokenOption(command);
  addTransferOptions(command);
  addCommonOptions(command);
  runCommand<SeedOptions>(command, async (terminal, options, [path = '']) => {
    const { openTransfer } = await import('../../daemon/client/open-transfer.ts');
    const { followTransfer } = await import('../follow-transfer.ts');
    const interrupt = catchInterrupt();
    const shared = (await isTorrentFile(path))
      ? await loadShared(path, options, interrupt.signal)
      : await makeShared(terminal, path, options, interrupt.signal);
    // Before the first announce, since a tracker may serve only what is in its catalog.
    if (options.publish !== false && !shared.metainfo.private) {
      const { publishShared } = await import('../publish-shared.ts');
      const trackers = options.tracker?.flat() ?? [];
      const { bytes } = shared;
      const { token } = options;
      await publishShared(terminal, { bytes, trackers, token, signal: interrupt.signal });
    }
    const startedAtMs = performance.now();
    const transfer = await openTransfer({
      ...transferSettings(options),
      source: shared.bytes,
      infoHash: shared.metainfo.infoHash,
      dir: shared.dir,
      add: {
        ...goals(options),
        trackers: options.tracker?.flat() ?? [],
        seedInPlace: true,
        alreadyVerified: shared.alreadyVerified,
      },
    });
    return followTransfer({
      terminal,
      transfer,
      interrupt,
      startedAtMs,
      exitWhenComplete: false,
      mustBeComplete: true,
    });
  });
}

/** A torrent and the folder that its content lies in. */
interface Shared {
  readonly bytes: Uint8Array;
  readonly metainfo: Metainfo;
  readonly dir: string;
  /** Hashed just now. */
  readonly alreadyVerified: boolean;
}

async function isTorrentFile(path: string): Promise<boolean> {
  if (path === '-' || /^(magnet:|https?:\/\/)/i.test(path)) return true;
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) {
    throw new CliError(
      'SOURCE_NOT_FOUND',
      `${path}: there is no such file or folder. Name what is to be shared, or its .torrent file.`,
    );
  }
  return there.isFile() && /\.torrent$/i.test(path);
}

async function loadShared(
  path: string,
  options: SeedOptions,
  signal: AbortSignal,
): Promise<Shared> {
  const { folderBeside, loadTorrent } = await import('../../daemon/torrent-files/load-source.ts');
  const { bytes, metainfo } = await loadTorrent(path, { signal });
  return {
    bytes,
    metainfo,
    dir: options.dir ?? folderBeside(path),
    alreadyVerified: false,
  };
}

async function makeShared(
  terminal: Terminal,
  path: string,
  options: SeedOptions,
  signal: AbortSignal,
): Promise<Shared> {
  const { keepTorrentFile } = await import('../../daemon/torrent-files/place-torrent-file.ts');
  const { magnetOf } = await import('../../daemon/torrent-files/magnet-link.ts');
  if (options.dir !== undefined) {
    throw new CliError(
      'USAGE_CONFLICT',
      '--dir goes with a .torrent file; data is shared where it is.',
    );
  }
  // The torrent is named after the place the data is really at, so that it is found there.
  const place = await realpath(path);
  const { hashContent } = await import('../hash-content.ts');
  const torrent = await hashContent(terminal, place, options, signal);
  const kept = await keepTorrentFile(place, torrent, options.output);
  const magnet = magnetOf(torrent.metainfo);
  const { infoHash, name } = torrent.metainfo;
  terminal.object({ event: 'created', path: kept.path, infoHash, name, magnet });
  terminal.field('torrent', kept.existed ? `${kept.path} (was there already)` : kept.path);
  terminal.field('link', magnet);
  return { ...torrent, dir: dirname(place), alreadyVerified: true };
}
