/** `shoal seed`: shares a file or folder, or the data of a .torrent file. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { addTransferOptions, type TransferOptions } from '../transfer-options.ts';
import { addContentOptions, type CreateOptions } from './create.ts';

export interface SeedOptions
  extends TransferOptions,
    Pick<
      CreateOptions,
      'tracker' | 'pieceLength' | 'private' | 'exclude' | 'v1' | 'v2' | 'hybrid'
    > {
  readonly dir?: string;
  readonly output?: string;
}

export function addSeed(program: Command): void {
  const command = defineCommand(program, {
    usage: 'seed <path>',
    summary: 'share a file, a folder or the data of a .torrent',
    description:
      'Given data, makes a .torrent of it and shares the data where it is. Given a .torrent file, checks its data and shares it. Goes on until Ctrl-C.',
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
  addTransferOptions(command);
  addCommonOptions(command);
  runCommand<SeedOptions>(command, async (terminal, options, [path = '']) => {
    const { runSeed } = await import('../run-seed.ts');
    return runSeed(terminal, path, options);
  });
}
