/**
 * Which peers an asker gets, written where the answer leaves from. Uniformly random among those that
 * qualify: leechers only for a seeder, never the asker, its own kind of network first. `SwarmStore`
 * says the rules. Allocates nothing while the caller's output stays the same.
 */
import { writeUint32 } from '../../base/bytes.ts';
import type { Random } from '../../base/random.ts';
import type { SwarmMemory } from '../swarm-memory.ts';
import type { AnnounceOutput, StoreAnnounce } from '../swarm-store.ts';
import { kindIsIpv6, kindIsPrivate } from './peer-key.ts';
import { pool } from './pool-blocks.ts';
import type { Swarms } from './swarms.ts';
import { UniformSampler } from './uniform-sampler.ts';

/** See `SwarmStore.announce`: enough to get the metadata from, little enough to waste. */
const maxSeedersForNewcomer = 10;

/** Where peer ids go besides: 20 bytes a peer, in the order of the addresses. */
export interface PeerIdOutput {
  readonly ipv4: Uint8Array;
  readonly ipv6: Uint8Array;
}

export class PeerChoice {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #swarms: Swarms;
  readonly #sampler: UniformSampler;
  readonly #most: number;
  readonly #view4 = new OutputView();
  readonly #view6 = new OutputView();
  #record = 0;
  #askerPool = 0;
  #askerSlot = 0;
  #onlyLeechers = false;
  #peerIds: PeerIdOutput | undefined;

  /** `most` bounds the peers of one answer. */
  constructor(memory: SwarmMemory, swarms: Swarms, random: Random, most: number) {
    this.#words = memory.words;
    this.#swarms = swarms;
    this.#most = most;
    this.#sampler = new UniformSampler(random, most);
  }

  /** Chooses for the peer at `askerSlot` of `askerPool`; writes peers and how many they are. */
  choose(
    record: number,
    askerPool: number,
    askerSlot: number,
    request: StoreAnnounce,
    output: AnnounceOutput,
    peerIds: PeerIdOutput | undefined,
  ): void {
    output.ipv4Count = 0;
    output.ipv6Count = 0;
    const wanted = Math.min(request.numWant, this.#most);
    if (wanted <= 0) return;
    this.#record = record;
    this.#askerPool = askerPool;
    this.#askerSlot = askerSlot;
    this.#peerIds = peerIds;
    this.#onlyLeechers = request.isSeeder;
    this.#drawFamilies(wanted, request.wantsBothFamilies, output);
    if (!request.isSeeder || request.event !== 'started') return;
    if (output.ipv4Count + output.ipv6Count > 0) return;
    this.#onlyLeechers = false;
    const few = Math.min(wanted, maxSeedersForNewcomer);
    this.#drawFamilies(few, request.wantsBothFamilies, output);
  }

  #drawFamilies(wanted: number, wantsBoth: boolean, output: AnnounceOutput): void {
    const own = this.#swarms.pools.blocks.kindOf(this.#askerPool);
    if (!wantsBoth) {
      this.#drawFamily(own, wanted, output);
      return;
    }
    const other = own ^ kindIsIpv6;
    const spare = wanted - this.#eligible(own) - this.#eligible(own ^ kindIsPrivate);
    this.#drawFamily(other, Math.max(Math.floor(wanted / 2), spare), output);
    this.#drawFamily(own, wanted - output.ipv4Count - output.ipv6Count, output);
  }

  #drawFamily(kind: number, wanted: number, output: AnnounceOutput): void {
    const got = this.#draw(kind, wanted, output);
    if (got < wanted) this.#draw(kind ^ kindIsPrivate, wanted - got, output);
  }

  #eligible(kind: number): number {
    const at = this.#swarms.poolOf(this.#record, kind);
    if (at === 0) return 0;
    const first = this.#onlyLeechers ? this.#words[at + pool.seeders]! : 0;
    const hasAsker = at === this.#askerPool && this.#askerSlot >= first;
    return this.#words[at + pool.size]! - first - (hasAsker ? 1 : 0);
  }

  /** Writes at most `wanted` peers of one pool; returns how many. */
  #draw(kind: number, wanted: number, output: AnnounceOutput): number {
    const at = this.#swarms.poolOf(this.#record, kind);
    if (at === 0) return 0;
    const eligible = this.#eligible(kind);
    const count = Math.min(wanted, eligible);
    if (count <= 0) return 0;
    const first = this.#onlyLeechers ? this.#words[at + pool.seeders]! : 0;
    const { drawn } = this.#sampler;
    if (count < eligible) this.#sampler.draw(count, eligible);
    else for (let i = 0; i < count; i++) drawn[i] = i;
    const hasAsker = at === this.#askerPool && this.#askerSlot >= first;
    // Beyond every slot when the asker is not among these.
    const skipped = hasAsker ? this.#askerSlot : 0x7fff_ffff;
    for (let i = 0; i < count; i++) {
      const slot = first + drawn[i]!;
      // The next one from the asker on, without a branch that is taken at random.
      drawn[i] = slot + ((skipped - slot - 1) >>> 31);
    }
    this.#write(at, kind, count, output);
    return count;
  }

  /** The peers at the drawn slots. */
  #write(at: number, kind: number, count: number, output: AnnounceOutput): void {
    if ((kind & kindIsIpv6) === 0) {
      if (this.#peerIds !== undefined) {
        this.#writePeerIds(at, count, this.#peerIds.ipv4, output.ipv4Count);
      }
      this.#writeIpv4(at, count, this.#view4.of(output.ipv4), output.ipv4At + 6 * output.ipv4Count);
      output.ipv4Count += count;
    } else {
      if (this.#peerIds !== undefined) {
        this.#writePeerIds(at, count, this.#peerIds.ipv6, output.ipv6Count);
      }
      this.#writeIpv6(
        at,
        count,
        this.#view6.of(output.ipv6),
        output.ipv6At + 18 * output.ipv6Count,
      );
      output.ipv6Count += count;
    }
  }

  #writeIpv4(at: number, count: number, into: DataView, start: number): void {
    const words = this.#words;
    const { blocks } = this.#swarms.pools;
    const { drawn } = this.#sampler;
    const plain = blocks.plainHotAt(at);
    let to = start;
    for (let i = 0; i < count; i++, to += 6) {
      const hot = plain === 0 ? blocks.hotAt(at, drawn[i]!) : plain + 2 * drawn[i]!;
      into.setInt32(to, words[hot]!);
      into.setInt16(to + 4, words[hot + 1]! >>> 16);
    }
  }

  #writeIpv6(at: number, count: number, into: DataView, start: number): void {
    const words = this.#words;
    const { blocks } = this.#swarms.pools;
    const { drawn } = this.#sampler;
    let to = start;
    for (let i = 0; i < count; i++, to += 18) {
      const hot = blocks.hotAt(at, drawn[i]!);
      into.setInt32(to, words[hot]!);
      into.setInt32(to + 4, words[hot + 1]!);
      into.setInt32(to + 8, words[hot + 2]!);
      into.setInt32(to + 12, words[hot + 3]!);
      into.setInt16(to + 16, words[hot + 4]! >>> 16);
    }
  }

  #writePeerIds(at: number, count: number, into: Uint8Array, before: number): void {
    const { blocks } = this.#swarms.pools;
    for (let i = 0; i < count; i++) {
      const cold = blocks.coldAt(at, this.#sampler.drawn[i]!);
      for (let word = 0; word < 5; word++) {
        writeUint32(into, 20 * (before + i) + 4 * word, this.#words[cold + word]!);
      }
    }
  }
}

/** A view for writing whole words, made anew only when the caller's bytes are others than before. */
class OutputView {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  of(bytes: Uint8Array): DataView {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#view;
  }
}
