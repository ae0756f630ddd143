/** The fields of torrent-get that are about pieces; they are read from the daemon's map of bytes. */
import type { TorrentView } from './torrent-view.ts';

type PieceField = (view: TorrentView) => unknown;

const missing = 0;
const partial = 1;
const here = 2;

export const pieceFields: Readonly<Record<string, PieceField>> = {
  /** base64, a bit a piece, the first is the highest of its byte. */
  pieces: ({ pieces }) => {
    const states = Buffer.from(pieces.states, 'base64');
    const bits = new Uint8Array(Math.ceil(states.length / 8));
    for (const [index, state] of states.entries()) {
      if (state === here) bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7));
    }
    return Buffer.from(bits).toString('base64');
  },
  /** How many peers have each; -1 for what is here. */
  availability: ({ pieces }) => {
    const states = Buffer.from(pieces.states, 'base64');
    const copies = Buffer.from(pieces.availability, 'base64');
    return [...states].map((state, index) => (state === here ? -1 : (copies[index] ?? 0)));
  },
  /** Bytes that are wanted, missing, and with a peer. */
  desiredAvailable: (view) => {
    const { info, leftBytes } = view;
    if (leftBytes === 0 || info.peers === 0) return 0;
    return info.seeds > 0 ? leftBytes : Math.min(leftBytes, bytesWithPeers(view));
  },
};

function bytesWithPeers({ pieces }: TorrentView): number {
  const states = Buffer.from(pieces.states, 'base64');
  const copies = Buffer.from(pieces.availability, 'base64');
  let count = 0;
  for (const [index, state] of states.entries()) {
    if ((state === missing || state === partial) && (copies[index] ?? 0) > 0) count++;
  }
  return count * pieces.pieceLength;
}
