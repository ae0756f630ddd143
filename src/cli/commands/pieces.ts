/** `shoal pieces`: which pieces of one of the daemon's torrents are here, and how rare the others are. */
import type { Command } from 'commander';
import { daemonCommand } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addPieces(program: Command): void {
  daemonCommand(program, {
    usage: 'pieces <torrent>',
    summary: "which pieces of one of the daemon's torrents are here",
    description:
      'Draws the pieces from the first to the last, as many to a character as the window needs, and counts them. With --json "states" has a digit a piece: 0 missing, 1 partial, 2 here, 3 not wanted; "availability" has how many peers have each.',
    examples: [
      ['pieces holiday', 'a map'],
      ['pieces 2 --json', 'every piece, for a program'],
    ],
    work: async ({ terminal, client, args: [reference = ''] }) => {
      const { torrentsNamed } = await import('../named-torrent.ts');
      const { countPieces, decodePieces, pieceMapLines } = await import('../piece-map.ts');
      const [found] = await torrentsNamed(client, [reference]);
      const { hash, name } = found!;
      const map = await client.pieces(hash);
      const pieces = decodePieces(map);
      const counts = countPieces(pieces);
      const { pieceCount, pieceLength } = map;
      terminal.object({
        hash,
        name,
        pieceCount,
        pieceLength,
        ...counts,
        states: pieces.states.join(''),
        availability: [...pieces.availability],
      });
      if (pieceCount === 0) terminal.note('  not known before the metadata is here');
      for (const line of pieceMapLines({ name, pieceLength }, pieces, terminal.columns)) {
        terminal.line(line);
      }
      return exitCodes.ok;
    },
  });
}
