/** `shoal verify`: checks data on disk against a .torrent file. */
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';

export interface VerifyOptions {
  readonly dir?: string;
}

export function addVerify(program: Command): void {
  const command = defineCommand(program, {
    usage: 'verify <file>',
    summary: 'check data on disk against a .torrent',
    description:
      'Hashes the files that a .torrent describes and names each damaged or missing file with its bad pieces. Exit status 6 when something is wrong. Nothing is changed.',
    group: 'Torrent files:',
    examples: [
      ['verify holiday.torrent', 'the data is beside the .torrent'],
      ['verify holiday.torrent --dir /data --json', 'the data is in /data/holiday'],
    ],
  });
  valueOption(command, '--dir <dir>', 'folder that holds the data; default the folder of FILE');
  addCommonOptions(command);
  runCommand<VerifyOptions>(command, async (terminal, options, [file = '']) => {
    const { runVerify } = await import('../run-verify.ts');
    return runVerify(terminal, file, options);
  });
}
