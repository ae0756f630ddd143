#!/usr/bin/env node
/** `torrent-seed`: has the daemon make a torrent of data, list it and seed it. */
import './require-node.ts';
import { CliError } from '../cli-error.ts';
import { valueOption } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatBytes } from '../format.ts';
import { catchInterrupt } from '../interrupt.ts';
import { parsePieceLength } from '../option-values.ts';
import { addPortOptions, daemonAt, type PortFlags, startProgram } from './start-program.ts';

interface SeedFlags extends PortFlags {
  readonly input?: string;
  readonly private?: boolean;
  readonly pieceLength?: number | 'auto';
}

await startProgram<SeedFlags>({
  name: 'torrent-seed',
  description:
    "Makes a torrent of a file or folder, lists it in the tracker's catalog unless it is private, and has the daemon seed it.",
  successor: 'seed',
  options: (command) => {
    valueOption(command, '--input <path>', 'the file or folder');
    command.option('--private', 'peers only from its tracker; not listed');
    valueOption(command, '--piece-length <n>', 'as 256KiB, 262144 or 18', parsePieceLength);
    addPortOptions(command);
  },
  work: async (terminal, flags) => {
    const { input, pieceLength } = flags;
    if (input === undefined) {
      throw new CliError('USAGE_NO_INPUT', 'say what to seed: torrent-seed --input PATH');
    }
    const { sharePath } = await import('../share-path.ts');
    const { client, isLocal } = await daemonAt(flags);
    const interrupt = catchInterrupt();
    const share = await sharePath({
      client,
      isLocal,
      path: input,
      private: flags.private,
      ...(typeof pieceLength === 'number' && { pieceLength }),
      signal: interrupt.signal,
      mayCopy: async (lengthBytes, reason) => {
        terminal.note(`  ${reason}; ${formatBytes(lengthBytes)} are copied to it`);
        return true;
      },
    });
    interrupt.dispose();
    terminal.object(share);
    terminal.field('seeding', share.name);
    terminal.field('info-hash', share.hash ?? '');
    terminal.field('link', share.magnet ?? '');
    if (flags.private !== true) {
      terminal.field('listed', share.listed ?? share.problem?.message ?? 'no');
    }
    return exitCodes.ok;
  },
});
