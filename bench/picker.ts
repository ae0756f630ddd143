/**
 * Time per picked block, over whole simulated downloads.
 * Peers take turns: each tops up its queue, and the oldest of its blocks arrive. Leechers gain pieces
 * on the way; a few peers leave and come. `few` gives leechers 1 % of the pieces, the rest half.
 */
import { Bitfield } from '../src/base/bitfield.ts';
import { SeededRandom } from '../src/base/random.ts';
import { blockBytes, Layout } from '../src/engine/layout.ts';
import { PiecePicker } from '../src/engine/piece-picker.ts';
import { RequestQueue } from '../src/engine/request-queue.ts';
import { number } from './figures.ts';
import { atMost, type BenchOptions, type Report } from './report.ts';

interface Scenario {
  readonly name: string;
  readonly pieces: number;
  readonly blocksPerPiece: number;
  readonly peers: number;
  readonly seeds: number;
  /** Share of the pieces a leecher starts with. */
  readonly density: number;
  readonly rateBytesPerSecond: number;
  readonly openLimit: number;
}

const depth = 64;
const batch = 16;

class BenchPeer {
  readonly have: Bitfield;
  readonly allowedFast = undefined;
  readonly rateBytesPerSecond: number;
  readonly requests = new RequestQueue();
  readonly arrived = new Uint32Array(2 * batch);

  constructor(have: Bitfield, rateBytesPerSecond: number) {
    this.have = have;
    this.rateBytesPerSecond = rateBytesPerSecond;
  }

  isLate(): boolean {
    return true;
  }

  isOutstanding(piece: number, block: number): boolean {
    return this.requests.has(piece, block);
  }
}

class Download {
  readonly #scenario: Scenario;
  readonly #random = new SeededRandom(1);
  readonly #picker: PiecePicker;
  readonly #peers: BenchPeer[] = [];
  readonly #out = new Uint32Array(2 * depth);
  #open = 0;
  pickNs = 0n;
  haveNs = 0n;
  joinNs = 0n;
  picked = 0;
  haves = 0;
  pickCalls = 0;
  slowestPickNs = 0n;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const pieceLength = scenario.blocksPerPiece * blockBytes;
    const lengthBytes = scenario.pieces * pieceLength;
    this.#picker = new PiecePicker({
      layout: new Layout(pieceLength, [{ offsetBytes: 0, lengthBytes }], false),
      random: this.#random,
      openPiece: () => {
        if (this.#open >= scenario.openLimit) return false;
        this.#open++;
        return true;
      },
    });
    const startedAt = process.hrtime.bigint();
    for (let i = 0; i < scenario.peers; i++) this.#join(i < scenario.seeds);
    this.joinNs = process.hrtime.bigint() - startedAt;
  }

  #join(isSeed: boolean): void {
    const { pieces, density, rateBytesPerSecond } = this.#scenario;
    const have = isSeed ? Bitfield.full(pieces) : new Bitfield(pieces);
    for (let i = isSeed ? pieces : 0; i < pieces * density; i++) {
      have.set(this.#random.below(pieces));
    }
    const peer = new BenchPeer(have, rateBytesPerSecond * (0.2 + 2 * this.#random.next()));
    this.#peers.push(peer);
    this.#picker.addPeer(peer);
  }

  run(): void {
    while (this.#picker.missingWantedCount > 0) for (const peer of this.#peers) this.#turn(peer);
  }

  #turn(peer: BenchPeer): void {
    const count = peer.requests.refillCount(depth);
    if (count > 0) this.#pick(peer, count);
    let arriving = 0;
    peer.requests.forEach((piece, block) => {
      if (arriving === batch) return;
      peer.arrived[2 * arriving] = piece;
      peer.arrived[2 * arriving + 1] = block;
      arriving++;
    });
    for (let i = 0; i < arriving; i++) {
      this.#receive(peer, peer.arrived[2 * i]!, peer.arrived[2 * i + 1]!);
    }
    if (peer.have.isFull) return;
    const piece = this.#random.below(this.#scenario.pieces);
    if (!peer.have.set(piece)) return;
    const startedAt = process.hrtime.bigint();
    this.#picker.peerGotPiece(peer, piece);
    this.haveNs += process.hrtime.bigint() - startedAt;
    this.haves++;
  }

  #pick(peer: BenchPeer, count: number): void {
    const startedAt = process.hrtime.bigint();
    const picked = this.#picker.pick(peer, count, this.#out);
    const took = process.hrtime.bigint() - startedAt;
    this.pickNs += took;
    if (took > this.slowestPickNs) this.slowestPickNs = took;
    this.picked += picked;
    this.pickCalls++;
    for (let i = 0; i < picked; i++) peer.requests.add(this.#out[2 * i]!, this.#out[2 * i + 1]!, 0);
  }

  #receive(peer: BenchPeer, piece: number, block: number): void {
    peer.requests.remove(piece, block);
    this.#picker.onBlockReceived(piece, block);
    if (this.#picker.requestCount(piece, block) > 0) {
      for (const other of this.#peers) {
        if (other.requests.remove(piece, block) === undefined) continue;
        this.#picker.releaseBlock(piece, block);
      }
    }
    if (this.#picker.stateOf(piece) !== 'unverified') return;
    this.#picker.onPieceVerified(piece);
    this.#open--;
  }
}

const small = { pieces: 10_000, peers: 200, rateBytesPerSecond: 200_000, openLimit: 4096 };
const large = { pieces: 100_000, peers: 500, rateBytesPerSecond: 200_000, openLimit: 4096 };
const scenarios: Scenario[] = [
  { ...small, name: 'half', blocksPerPiece: 16, seeds: 20, density: 0.7 },
  { ...small, name: 'few', blocksPerPiece: 16, seeds: 2, density: 0.01 },
  { ...small, name: 'few, 1 block a piece', blocksPerPiece: 1, seeds: 2, density: 0.01 },
  { ...small, name: 'little memory', blocksPerPiece: 16, seeds: 20, density: 0.7, openLimit: 64 },
  { ...large, name: 'half', blocksPerPiece: 16, seeds: 50, density: 0.7 },
  { ...large, name: 'few', blocksPerPiece: 16, seeds: 5, density: 0.01 },
  { ...large, name: 'few, 1 block a piece', blocksPerPiece: 1, seeds: 5, density: 0.01 },
];

const smallCount = 4;
const barNs = 2000;

export async function benchPicker(options: BenchOptions): Promise<Report> {
  // The compiler's warm-up is not what is measured.
  for (const scenario of scenarios.slice(0, 3)) new Download(scenario).run();
  const measured = options.quick ? scenarios.slice(0, smallCount) : scenarios;
  const results = measured.map((scenario) => {
    options.note(`picker: ${scenario.pieces} pieces, ${scenario.peers} peers, ${scenario.name}`);
    const download = new Download(scenario);
    download.run();
    return { scenario, nsPerBlock: perUnit(download.pickNs, download.picked), download };
  });
  const rows = results.map(({ scenario, nsPerBlock, download }) => [
    `${number(scenario.pieces)} × ${scenario.peers}, ${scenario.name}`,
    number(nsPerBlock),
    number(perUnit(download.pickNs, download.pickCalls)),
    number(Number(download.slowestPickNs) / 1000),
    number(perUnit(download.haveNs, download.haves)),
    number(perUnit(download.joinNs, scenario.peers) / 1000),
  ]);
  const columns = ['pieces × peers', 'ns a block', 'ns a pick', 'slowest pick µs'];
  const slowestNs = Math.max(...results.slice(0, smallCount).map((each) => each.nsPerBlock));
  const say = (ns: number) =>
    `picking takes at most ${number(ns)} ns a block with 10,000 pieces and 200 peers; the bar is ${number(barNs)} ns`;
  return {
    name: 'picker',
    title: 'Picking blocks',
    conditions: 'Whole simulated downloads in one thread; times are means over each download.',
    tables: [{ columns: [...columns, 'ns a have', 'µs a join'], rows }],
    bars: [atMost(slowestNs, barNs, say, '')],
    skipped: [],
    figures: results.map(({ scenario, nsPerBlock }) => ({ ...scenario, nsPerBlock })),
  };
}

function perUnit(ns: bigint, units: number): number {
  return Number(ns) / Math.max(1, units);
}
