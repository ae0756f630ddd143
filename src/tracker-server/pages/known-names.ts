/**
 * Names and sizes of torrents, as the catalog has them, kept for a while so that a page costs it few
 * questions. Invariant: at most `maxKept` answers are kept, the newest.
 */
import type { Pacer } from './pacer.ts';
import { type KnownFacts, knownFacts } from './swarm-table.ts';
import type { NameView } from './tracker-view.ts';

const maxKept = 20_000;
const keptMs = 30_000;
const batchSize = 200;

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

  /** Asks the catalog for those that are not known yet. Rejects as the catalog does. */
  async learn(infoHashes: readonly string[], pacer: Pacer): Promise<void> {
    const nowMs = performance.now();
    const isOld = (hex: string) => nowMs - (this.#answers.get(hex)?.askedMs ?? -keptMs) >= keptMs;
    const wanted = infoHashes.filter(isOld);
    for (let at = 0; at < wanted.length; at += batchSize) {
      const batch = wanted.slice(at, at + batchSize);
      const found = await this.#source.lookup(batch);
      for (const hex of batch) {
        const facts = found.get(hex);
        const known = facts && knownFacts(facts);
        // Deleted first, so that the newest stand last.
        this.#answers.delete(hex);
        this.#answers.set(hex, { known, askedMs: nowMs });
      }
      await pacer.breathe();
    }
    for (const hex of this.#answers.keys()) {
      if (this.#answers.size <= maxKept) break;
      this.#answers.delete(hex);
    }
  }

  get(infoHash: string): KnownFacts | undefined {
    return this.#answers.get(infoHash)?.known;
  }
}
