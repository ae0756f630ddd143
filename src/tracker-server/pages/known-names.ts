/**
 * Names and sizes of torrents, as the catalog has them, kept for a while so that a page costs it few
 * questions. Invariant: at most `maxKept` answers are kept, the newest.
 */
import { type KnownFacts, knownFacts, type SwarmTable } from './swarm-table.ts';
import type { NameView } from './tracker-view.ts';

const maxKept = 20_000;
const keptMs = 30_000;

interface Answer {
  readonly known: KnownFacts | undefined;
  readonly askedMs: number;
}

export class KnownNames {
  readonly #source: NameView;
  readonly #answers = new Map<string, Answer>();

  constructor(source: NameView) {
    this.#source = source;
  }

  /**
   * Gives rows of a table their names, at most 200 of them; asks for those that are not known yet.
   * Rejects as the catalog does, and then rows have the names that were known.
   */
  async nameRows(table: SwarmTable, rows: readonly number[]): Promise<void> {
    const hexes = rows.map((row) => table.hex(row));
    try {
      await this.#learn(hexes);
    } finally {
      for (const [i, row] of rows.entries()) {
        table.setFacts(row, this.#answers.get(hexes[i]!)?.known);
      }
    }
  }

  async #learn(infoHashes: readonly string[]): Promise<void> {
    const nowMs = performance.now();
    const isOld = (hex: string) => nowMs - (this.#answers.get(hex)?.askedMs ?? -keptMs) >= keptMs;
    const wanted = infoHashes.filter(isOld);
    if (wanted.length === 0) return;
    const found = await this.#source.lookup(wanted);
    for (const hex of wanted) {
      const facts = found.get(hex);
      // Deleted first, so that the newest stand last.
      this.#answers.delete(hex);
      this.#answers.set(hex, { known: facts && knownFacts(facts), askedMs: nowMs });
    }
    for (const hex of this.#answers.keys()) {
      if (this.#answers.size <= maxKept) break;
      this.#answers.delete(hex);
    }
  }
}
