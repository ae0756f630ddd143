/** What the tests of the piece picker share: a picker over pieces of four blocks, and peers that remember what they were asked. */
import { Bitfield } from '../base/bitfield.ts';
import { SeededRandom } from '../base/random.ts';
import { blockBytes, Layout } from './layout.ts';
import { PiecePicker } from './piece-picker.ts';

const blocksPerPiece = 4;
export const fastRate = blocksPerPiece * blockBytes;

export class FakePeer {
  readonly have: Bitfield;
  allowedFast: ReadonlySet<number> | undefined = undefined;
  suggested: number[] = [];
  rateBytesPerSecond: number;
  readonly outstanding: [number, number][] = [];
  /** What it owes is due. */
  late = true;

  constructor(have: Bitfield, rateBytesPerSecond = 0) {
    this.have = have;
    this.rateBytesPerSecond = rateBytesPerSecond;
  }

  isLate(): boolean {
    return this.late;
  }

  isOutstanding(piece: number, block: number): boolean {
    return this.outstanding.some(([p, b]) => p === piece && b === block);
  }
}

export function bits(length: number, ...indices: number[]): Bitfield {
  const field = new Bitfield(length);
  for (const index of indices) field.set(index);
  return field;
}

export function setUp(pieceCount: number, seed = 1) {
  const lengthBytes = pieceCount * blocksPerPiece * blockBytes;
  const layout = new Layout(blocksPerPiece * blockBytes, [{ offsetBytes: 0, lengthBytes }], false);
  const memory = { room: Number.POSITIVE_INFINITY, opened: [] as number[] };
  const picker = new PiecePicker({
    layout,
    random: new SeededRandom(seed),
    openPiece(piece) {
      if (memory.room <= 0) return false;
      memory.room--;
      memory.opened.push(piece);
      return true;
    },
  });
  const pick = (peer: FakePeer, count: number): [number, number][] => {
    const out = new Uint32Array(2 * count);
    const picked = picker.pick(peer, count, out);
    const pairs = Array.from({ length: picked }, (_, i): [number, number] => {
      return [out[2 * i]!, out[2 * i + 1]!];
    });
    peer.outstanding.push(...pairs);
    picker.checkInvariants();
    return pairs;
  };
  const join = (have: Bitfield, rate = 0): FakePeer => {
    const peer = new FakePeer(have, rate);
    picker.addPeer(peer);
    return peer;
  };
  const receive = (peer: FakePeer, piece: number, block: number): string => {
    const at = peer.outstanding.findIndex(([p, b]) => p === piece && b === block);
    if (at >= 0) peer.outstanding.splice(at, 1);
    const result = picker.onBlockReceived(piece, block);
    picker.checkInvariants();
    return result;
  };
  const release = (peer: FakePeer): void => {
    for (const [piece, block] of peer.outstanding.splice(0)) picker.releaseBlock(piece, block);
    picker.checkInvariants();
  };
  return { picker, memory, pick, join, receive, release };
}

/** Past the four pieces that are chosen at random. */
export function verifyFirst(picker: PiecePicker, count = 4): void {
  for (let piece = 0; piece < count; piece++) picker.markVerified(piece);
}

export const pieces = (pairs: [number, number][]): number[] => [
  ...new Set(pairs.map(([piece]) => piece)),
];
