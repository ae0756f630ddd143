/**
 * All swarms as of a moment ago, ready to be sorted and searched. A walk over the store goes in small
 * steps between announces; the result is kept for longer the longer it took, so that watching a
 * tracker of a million swarms costs it a few percent of one core.
 * Invariant: one walk at a time, and at most `maxSwarms` rows.
 */
import { fromHex, toHex } from '../../base/hex.ts';
import type { SwarmCounts } from '../../protocol/swarm-counts.ts';
import { isStoreFailure, type SwarmScan, type SwarmSnapshot } from '../../tracker/swarm-store.ts';
import { KnownNames } from './known-names.ts';
import { Pacer } from './pacer.ts';
import { firstRows } from './swarm-order.ts';
import { SwarmTable } from './swarm-table.ts';
import type { TrackerView } from './tracker-view.ts';

export interface IndexedSwarms {
  readonly table: SwarmTable;
  /** All swarms of the tracker are in the table. */
  readonly isComplete: boolean;
  /** Swarms with leechers and no seeder. */
  readonly stalled: number;
  /** On the clock of `performance.now()`. */
  readonly madeMs: number;
  /** Sentences for people: what could not be read. */
  readonly problems: readonly string[];
}

const maxSwarms = 1_000_000;
const maxExtraSwarms = 20_000;
const scanStep = 250;
const keptMs = 1000;
/** Kept for so many times as long as it took to make. */
const keptPerMade = 20;
/** As many as the catalog is asked for in one question. */
const namedAtOnce = 200;
/** Nobody waits longer than this for a newer one. */
const waitMs = 100;
/** Those with most peers are sorted by name and size and found by name. */
export const maxNamed = 10_000;

export class SwarmIndex {
  readonly #view: TrackerView;
  readonly names: KnownNames | undefined;
  #newest: { readonly swarms: IndexedSwarms; readonly tookMs: number } | undefined;
  #making: Promise<IndexedSwarms> | undefined;

  constructor(view: TrackerView) {
    this.#view = view;
    const source = view.catalog ?? view.names;
    this.names = source && new KnownNames(source);
  }

  async current(): Promise<IndexedSwarms> {
    const newest = this.#newest;
    if (newest === undefined) return await this.#make();
    const ageMs = performance.now() - newest.swarms.madeMs;
    if (ageMs < Math.max(keptMs, keptPerMade * newest.tookMs)) return newest.swarms;
    const making = this.#make();
    return newest.tookMs > waitMs ? newest.swarms : await making;
  }

  #make(): Promise<IndexedSwarms> {
    this.#making ??= this.#build().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #build(): Promise<IndexedSwarms> {
    const startMs = performance.now();
    const pacer = new Pacer();
    const problems: string[] = [];
    const extra = await this.#extraCounts(pacer);
    const expected = Math.min(maxSwarms, this.#view.logic.totals().swarms);
    const table = new SwarmTable(expected + extra.size);
    const isComplete = await fill(table, this.#view.logic.scan(), extra, pacer, problems);
    await this.#nameRows(table, pacer, problems);
    const stalled = await countStalled(table, pacer);
    const madeMs = performance.now();
    const swarms = { table, isComplete, stalled, madeMs, problems };
    this.#newest = { swarms, tookMs: madeMs - startMs };
    return swarms;
  }

  async #extraCounts(pacer: Pacer): Promise<Map<string, SwarmCounts>> {
    const found = new Map<string, SwarmCounts>();
    const scan = this.#view.extraSwarms?.scan();
    if (scan === undefined) return found;
    await walk(scan, pacer, (swarm) => {
      const { seeders, leechers, downloads } = swarm;
      found.set(toHex(swarm.infoHash), { seeders, leechers, downloads });
      return found.size < maxExtraSwarms;
    });
    return found;
  }

  async #nameRows(table: SwarmTable, pacer: Pacer, problems: string[]): Promise<void> {
    if (this.names === undefined || table.length === 0) return;
    const rows = await firstRows(table, { order: 'peers', descending: true }, maxNamed, pacer);
    try {
      for (let at = 0; at < rows.length; at += namedAtOnce) {
        await this.names.nameRows(table, rows.slice(at, at + namedAtOnce));
        await pacer.breathe();
      }
    } catch (error) {
      problems.push(catalogProblem(error));
    }
  }
}

export function catalogProblem(error: unknown): string {
  return `The catalog cannot be read, so names are missing: ${error instanceof Error ? error.message : String(error)}`;
}

/** True when all swarms are in the table. */
async function fill(
  table: SwarmTable,
  scan: SwarmScan,
  extra: Map<string, SwarmCounts>,
  pacer: Pacer,
  problems: string[],
): Promise<boolean> {
  const ended = await walk(scan, pacer, (swarm) => {
    const more = extra.size === 0 ? undefined : takeFrom(extra, toHex(swarm.infoHash));
    table.add(swarm.infoHash, more === undefined ? swarm : sum(swarm, more));
    return table.length < maxSwarms;
  });
  if (typeof ended === 'string') problems.push(`Not all torrents can be read: ${ended}`);
  for (const [hex, counts] of extra) table.add(fromHex(hex)!, counts);
  return ended === true;
}

/** True at the end of the walk, false when `see` stopped it, or why the store could not go on. */
async function walk(
  scan: SwarmScan,
  pacer: Pacer,
  see: (swarm: SwarmSnapshot) => boolean,
): Promise<boolean | string> {
  for (;;) {
    // What the store hands out is borrowed, so it is looked at before the callback returns.
    const step = await new Promise<'next' | 'end' | 'stop' | { readonly reason: string }>(
      (resolve) => {
        scan.next(scanStep, (swarms) => {
          if (isStoreFailure(swarms)) resolve(swarms);
          else if (swarms.length === 0) resolve('end');
          else resolve(swarms.every(see) ? 'next' : 'stop');
        });
      },
    );
    if (typeof step === 'object') return step.reason;
    if (step !== 'next') return step === 'end';
    await pacer.breathe();
  }
}

function takeFrom(counts: Map<string, SwarmCounts>, hex: string): SwarmCounts | undefined {
  const taken = counts.get(hex);
  if (taken !== undefined) counts.delete(hex);
  return taken;
}

export function sum(a: SwarmCounts, b: SwarmCounts): SwarmCounts {
  return {
    seeders: a.seeders + b.seeders,
    leechers: a.leechers + b.leechers,
    downloads: a.downloads + b.downloads,
  };
}

async function countStalled(table: SwarmTable, pacer: Pacer): Promise<number> {
  let stalled = 0;
  for (let row = 0; row < table.length; row++) {
    if (pacer.isDue()) await pacer.breathe();
    if (table.seeders(row) === 0 && table.leechers(row) > 0) stalled++;
  }
  return stalled;
}
