/**
 * Many swarms in few bytes: columns of numbers, 32 bytes a swarm, so that a million of them can
 * be kept for sorting without a million objects. Rows are numbered from 0 and never change.
 */
import { toHex } from '../../base/hex.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import { shownName } from './html.ts';
import type { TorrentFacts } from './tracker-view.ts';

const hashLength = 20;

/** What the catalog knows of a torrent, with its name made ready for searching and sorting. */
export interface KnownFacts {
  readonly facts: TorrentFacts;
  /** In lower case. */
  readonly nameKey: string;
  /** The same with numbers of equal width, so that 9 comes before 10. */
  readonly sortKey: string;
}

const numberWidth = 8;

export function knownFacts(facts: TorrentFacts): KnownFacts {
  const nameKey = shownName(facts.name).toLowerCase();
  const sortKey = nameKey.replace(/\d+/g, (digits) => digits.padStart(numberWidth, '0'));
  return { facts, nameKey, sortKey };
}

export class SwarmTable {
  #hashes: Uint8Array<ArrayBuffer>;
  #counts: Uint32Array<ArrayBuffer>;
  readonly #facts = new Map<number, KnownFacts>();
  #length = 0;

  /** There is room for so many rows at once; more are taken, too. */
  constructor(expectedRows = 0) {
    const rows = Math.max(64, expectedRows);
    this.#hashes = new Uint8Array(rows * hashLength);
    this.#counts = new Uint32Array(rows * 3);
  }

  get length(): number {
    return this.#length;
  }

  /** `infoHash` has 20 bytes and is copied. */
  add(infoHash: Uint8Array, counts: SwarmCounts, facts?: KnownFacts): void {
    const row = this.#length++;
    if (this.#hashes.length < this.#length * hashLength) this.#grow();
    this.#hashes.set(infoHash, row * hashLength);
    this.#counts[row * 3] = counts.seeders;
    this.#counts[row * 3 + 1] = counts.leechers;
    this.#counts[row * 3 + 2] = counts.downloads;
    if (facts !== undefined) this.#facts.set(row, facts);
  }

  addFrom(other: SwarmTable, row: number): void {
    const counts = {
      seeders: other.seeders(row),
      leechers: other.leechers(row),
      downloads: other.downloads(row),
    };
    this.add(other.infoHash(row), counts, other.facts(row));
  }

  /** A view of 20 bytes. */
  infoHash(row: number): Uint8Array {
    return this.#hashes.subarray(row * hashLength, (row + 1) * hashLength);
  }

  hex(row: number): string {
    return toHex(this.infoHash(row));
  }

  seeders(row: number): number {
    return this.#counts[row * 3]!;
  }

  leechers(row: number): number {
    return this.#counts[row * 3 + 1]!;
  }

  downloads(row: number): number {
    return this.#counts[row * 3 + 2]!;
  }

  facts(row: number): KnownFacts | undefined {
    return this.#facts.get(row);
  }

  setFacts(row: number, facts: KnownFacts | undefined): void {
    if (facts === undefined) this.#facts.delete(row);
    else this.#facts.set(row, facts);
  }

  compareHashes(a: number, b: number): number {
    const hashes = this.#hashes;
    for (let i = 0; i < hashLength; i++) {
      const difference = hashes[a * hashLength + i]! - hashes[b * hashLength + i]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** Whether the info-hash in hex begins with `prefix`, lower-case hex digits. */
  hashStartsWith(row: number, prefix: string): boolean {
    const whole = prefix.length >> 1;
    for (let i = 0; i < whole; i++) {
      const byte = Number.parseInt(prefix.slice(2 * i, 2 * i + 2), 16);
      if (this.#hashes[row * hashLength + i] !== byte) return false;
    }
    if (prefix.length % 2 === 0) return true;
    return this.#hashes[row * hashLength + whole]! >> 4 === Number.parseInt(prefix.at(-1)!, 16);
  }

  #grow(): void {
    const hashes = new Uint8Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const counts = new Uint32Array(this.#counts.length * 2);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}
