/** `shoal get`: downloads a torrent, then shares it on. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { parseTier, parseTime, repeated } from '../option-values.ts';
import { addTransferOptions, type TransferOptions } from '../transfer-options.ts';

export interface GetOptions extends TransferOptions {
  readonly output?: string;
  readonly tracker?: string[][];
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
      'Downloads what a .torrent file, a magnet link, an http(s) URL of a .torrent or an info-hash names, and shares it until Ctrl-C or the goal that is set. Started again, it goes on where it was; - reads a .torrent from standard input.',
    group: 'Share and get:',
    examples: [
      ['get holiday.torrent', 'into this folder, then share it'],
      ['get holiday.torrent -o /data -e', 'into /data, and leave when it is complete'],
      [
        'get 7c1b0d2f5a4e3b6c8d9e0f1a2b3c4d5e6f708192 -a http://10.0.0.5:6969/announce',
        'by info-hash, through this tracker',
      ],
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
  addTransferOptions(command);
  addCommonOptions(command);
  runCommand<GetOptions>(command, async (terminal, options, [source = '']) => {
    const { runGet } = await import('../run-get.ts');
    return runGet(terminal, source, options);
  });
}
