/** `shoal create`: makes a .torrent file of a file or folder. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import type { CreatedTorrent } from '../../daemon/torrent-files/create-torrent.ts';
import { CliError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { addContentOptions, type ContentOptions } from '../content-options.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { catchInterrupt } from '../interrupt.ts';
import { parseName, parseWebUrl, repeated } from '../option-values.ts';
import { type Terminal, writeOutput } from '../terminal.ts';
import { printHashes, printTiers } from '../torrent-fields.ts';
import { torrentObject } from '../torrent-object.ts';

interface CreateOptions extends ContentOptions {
  readonly output?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export function addCreate(program: Command): void {
  const command = defineCommand(program, {
    usage: 'create <path>',
    summary: 'make a .torrent of a file or folder',
    description: 'Hashes a file or folder and writes a .torrent file for it.',
    group: 'Torrent files:',
    examples: [
      ['create ./holiday -a http://10.0.0.5:6969/announce', 'write holiday.torrent here'],
      [
        'create film.mkv -a udp://one.example:6969 -a udp://two.example:6969 -l 4MiB -P',
        'private, with a second tracker to fall back on',
      ],
      ['create ./holiday --dry-run --json', 'only say what it would be'],
    ],
  });
  addContentOptions(command);
  valueOption(
    command,
    '-o, --output <file>',
    'where to write, - for standard output; default NAME.torrent here',
  );
  valueOption(
    command,
    '-w, --web-seed <url>',
    'a web server that has the same files; may be repeated',
    repeated(parseWebUrl),
  );
  valueOption(
    command,
    '-n, --name <name>',
    'name inside the torrent; default the name of PATH',
    parseName,
  );
  valueOption(command, '-c, --comment <text>', 'a comment for people');
  valueOption(command, '-s, --source <text>', 'source tag, part of the info-hash');
  command
    .option('--no-date', 'leave out the creation date')
    .option('--dry-run', 'hash and print, write nothing')
    .option('-f, --force', 'overwrite an existing .torrent file');
  addCommonOptions(command);
  runCommand<CreateOptions>(command, async (terminal, options, [path = '']) => {
    const { writeTorrentFile } = await import('../../daemon/torrent-files/write-torrent-file.ts');
    const { defaultTorrentPath } = await import('../../daemon/torrent-files/place-torrent-file.ts');
    const { hashContent } = await import('../hash-content.ts');
    const interrupt = catchInterrupt();
    const name = options.name ?? basename(resolve(path));
    const target = options.output ?? (await defaultTorrentPath(path, name));
    const isStored = options.dryRun !== true && target !== '-';
    // Hashing may take long: a name that is taken is said before it.
    if (isStored && options.force !== true) await requireFree(target);
    const torrent = await hashContent(terminal, path, options, interrupt.signal);
    interrupt.dispose();
    if (isStored) {
      await writeTorrentFile(target, torrent.bytes, { overwrite: options.force === true });
    } else if (target === '-' && options.dryRun !== true) {
      await writeOutput(torrent.bytes);
      return exitCodes.ok;
    }
    return reportCreated(terminal, torrent, isStored ? target : undefined);
  });
}

async function requireFree(output: string): Promise<void> {
  const there = await stat(output).catch(() => undefined);
  if (there === undefined) return;
  throw new CliError(
    'DISK_EXISTS',
    `${output} exists already. Overwrite it with --force, or choose another name with --output.`,
  );
}

async function reportCreated(
  terminal: Terminal,
  { metainfo }: CreatedTorrent,
  path: string | undefined,
): Promise<ExitCode> {
  const { magnetOf } = await import('../../daemon/torrent-files/magnet-link.ts');
  const magnet = magnetOf(metainfo);
  const placed = path === undefined ? {} : { path };
  terminal.object({ ...placed, magnet, ...torrentObject(metainfo) });
  printHashes(terminal, metainfo);
  printTiers(terminal, metainfo.trackers);
  terminal.field('torrent', path ?? 'not written (--dry-run)');
  terminal.field('link', magnet);
  return exitCodes.ok;
}
