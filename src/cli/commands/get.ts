/** `shoal get`: downloads a torrent, then shares it on. */
import type { Command } from 'commander';
import type { Magnet, Metainfo } from '../../daemon/client/client-types.ts';
import type { LoadedSource } from '../../daemon/torrent-files/load-source.ts';
import { addTokenOption } from '../catalog-options.ts';
import { CliError, errorObject, presentError } from '../cli-error.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import type { ExitCode } from '../exit-codes.ts';
import { catchInterrupt, type Interrupt } from '../interrupt.ts';
import { parseTier, parseTime, repeated } from '../option-values.ts';
import type { Terminal } from '../terminal.ts';
import {
  addTransferOptions,
  goals,
  type TransferOptions,
  transferSettings,
} from '../transfer-options.ts';

export interface GetOptions extends TransferOptions {
  readonly output?: string;
  readonly tracker?: string[][];
  readonly token?: string;
  readonly exit?: boolean;
  readonly select?: string[];
  readonly sequential?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

export function addGet(program: Command): void {
  const command = defineCommand(program, {
    usage: 'get <source>',
    summary: 'download a torrent, then share it on',
    description:
      "Downloads what a .torrent file, a magnet link, an http(s) URL of a .torrent, an info-hash, or an id or name in a tracker's catalog stands for, and shares it until Ctrl-C or the goal that is set. Started again, it goes on where it was; - reads a .torrent from standard input.",
    group: 'Share and get:',
    examples: [
      ['get holiday.torrent', 'into this folder, then share it'],
      ['get holiday.torrent -o /data -e', 'into /data, and leave when it is complete'],
      [
        'get 7c1b0d2f5a4e3b6c8d9e0f1a2b3c4d5e6f708192 -a http://10.0.0.5:6969/announce',
        'by info-hash, through this tracker',
      ],
      ['get holiday -a http://10.0.0.5:6969/announce', "by its name in that tracker's catalog"],
      ['get holiday.torrent --select 1,3-5', 'some of its files, by their numbers in shoal show'],
    ],
  });
  valueOption(command, '-o, --output <dir>', 'folder to download into; default this one');
  valueOption(
    command,
    '-a, --tracker <url>',
    'a further announce URL; may be repeated',
    repeated(parseTier),
  );
  command.option('-e, --exit', 'leave as soon as it is complete');
  valueOption(
    command,
    '--select <files>',
    'numbers as 1,3-5, or a glob over paths; may be repeated',
    repeated((files) => files),
  );
  command.option('--sequential', 'pieces in order, to look at it early');
  valueOption(
    command,
    '--timeout <time>',
    'give up after this long without progress (exit status 7)',
    parseTime,
  );
  addTokenOption(command);
  addTransferOptions(command);
  addCommonOptions(command);
  runCommand<GetOptions>(command, async (terminal, options, [source = '']) => {
    const interrupt = catchInterrupt();
    try {
      return await get(terminal, source, options, interrupt);
    } catch (error) {
      if (!terminal.json) throw error;
      const presented = presentError(error);
      terminal.object({ event: 'error', error: errorObject(presented) });
      return presented.exitCode;
    }
  });
}

async function get(
  terminal: Terminal,
  source: string,
  options: GetOptions,
  interrupt: Interrupt,
): Promise<ExitCode> {
  const given = options.tracker?.flat() ?? [];
  const { loaded, tracker } = await load(source, given, options, interrupt.signal);
  const selection = await selectionFor(options.select ?? [], loaded);
  const trackers = tracker === undefined || given.includes(tracker) ? given : [...given, tracker];
  if (loaded.kind === 'magnet') requireSomebody(loaded.magnet, trackers, options.peer ?? []);
  const { openTransfer } = await import('../../daemon/client/open-transfer.ts');
  const { followTransfer } = await import('../follow-transfer.ts');
  const startedAtMs = performance.now();
  const transfer = await openTransfer({
    ...transferSettings(options),
    source: loaded.kind === 'torrent' ? loaded.bytes : loaded.text,
    infoHash: loaded.kind === 'torrent' ? loaded.metainfo.infoHash : loaded.magnet.infoHash,
    dir: options.output ?? '.',
    add: {
      ...goals(options),
      trackers,
      ...(selection === undefined ? {} : { selectFiles: selection }),
      ...(options.sequential === true ? { sequential: true } : {}),
    },
  });
  return followTransfer({
    terminal,
    transfer,
    interrupt,
    startedAtMs,
    exitWhenComplete: options.exit === true,
    timeoutMs: options.timeout,
    mustBeComplete: false,
  });
}

interface Loaded {
  readonly loaded: LoadedSource;
  /** Whose catalog it came from. */
  readonly tracker?: string;
}

async function load(
  source: string,
  trackers: readonly string[],
  options: GetOptions,
  signal: AbortSignal,
): Promise<Loaded> {
  const { isInfoHash, loadSource } = await import('../../daemon/torrent-files/load-source.ts');
  const { findInCatalog, isCatalogName, lookInCatalog } = await import('../catalog-source.ts');
  const search = { trackers, token: options.token, signal };
  if (await isCatalogName(source)) return findInCatalog(source, search);
  const loaded = await loadSource(source, { signal });
  // A bare hash that nobody was named for: a catalog may have the torrent, and knows who has it.
  if (loaded.kind === 'torrent' || !isInfoHash(source)) return { loaded };
  return (await lookInCatalog(source, search)) ?? { loaded };
}

type Selection = (metainfo: Metainfo) => readonly boolean[];

/** A .torrent is checked against the selection at once; a magnet's files are known only later. */
async function selectionFor(
  selections: readonly string[],
  loaded: LoadedSource,
): Promise<Selection | undefined> {
  if (selections.length === 0) return undefined;
  const { selectFiles } = await import('../../daemon/torrent-files/select-files.ts');
  if (loaded.kind === 'torrent') selectFiles(loaded.metainfo, selections);
  return (metainfo) => selectFiles(metainfo, selections);
}

function requireSomebody(
  magnet: Magnet,
  trackers: readonly string[],
  peers: readonly unknown[],
): void {
  if (magnet.trackers.length + magnet.peers.length + trackers.length + peers.length > 0) return;
  throw new CliError(
    'USAGE_NO_PEERS',
    'an info-hash alone names nobody who has it: add a tracker with -a URL, or a peer with --peer HOST:PORT.',
  );
}
