/**
 * Feeds one target with inputs and holds it to its limits: nothing thrown but what it declares, an
 * answer within a bounded time, memory in proportion to the input, and none of it kept.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Random } from '../../src/base/random.ts';
import { InputMaker, type InputSource } from './input-maker.ts';

export interface FuzzTarget extends InputSource {
  /** In a short run, when each input takes its time. */
  readonly quickCount?: number;
  /**
   * Throws whatever must not happen. May wait, where the decoder does. A target that makes a talk of its
   * own out of the input answers with how many bytes it told, since what those cost is not the decoder's.
   */
  take(bytes: Uint8Array, random: Random): void | number | Promise<void>;
  /** Leaves nothing behind; the target can be used again. */
  close?(): void;
}

export interface CampaignOptions {
  readonly seed: number;
  readonly first?: number;
  readonly count: number;
  /** For one input. A process that others share may be held up: it counts the second time in a row. */
  readonly mostMs?: number;
  /** Told the number of each input before it is taken. */
  readonly onInput?: (index: number) => void;
}

/** What came out of a campaign that ended well. */
export interface CampaignResult {
  readonly slowestMs: number;
  /** Heap and buffers at the end, over what they were after the first tenth. */
  readonly growthBytes: number;
}

const mostGrowthBytes = 24 * 2 ** 20;
/** Looked at now and then: what one input may make the heap grow by. */
const memoryEvery = 61;
const freeBytes = 8 * 2 ** 20;
const memoryFactor = 256;
/** A talk is put together out of parts: each byte is copied a few times before it is told. */
const talkFactor = 4;

export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';

  constructor(target: string, seed: number, index: number, bytes: Uint8Array, cause: unknown) {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    const shown = Buffer.from(bytes.subarray(0, 2048)).toString('hex');
    const more = bytes.length > 2048 ? `… (${bytes.length} bytes)` : '';
    super(
      `${target}, input ${index}: ${text}\n  again: npm run fuzz -- --target ${target} --seed ${seed} --input ${index}\n  input: ${shown}${more}`,
      { cause },
    );
  }
}

/** Rejects with FuzzFailure at the first input that the target does not stand. */
export async function runCampaign(
  target: FuzzTarget,
  options: CampaignOptions,
): Promise<CampaignResult> {
  try {
    return await feed(target, options);
  } finally {
    target.close?.();
  }
}

async function feed(
  target: FuzzTarget,
  { seed, first = 0, count, mostMs = 1000, onInput }: CampaignOptions,
): Promise<CampaignResult> {
  const maker = new InputMaker(target, seed);
  let slowestMs = 0;
  let settledBytes = 0;
  const settleAt = first + Math.floor(count / 10);
  for (let index = first; index < first + count; index++) {
    if (index === settleAt) settledBytes = usedBytesAfterCollection();
    onInput?.(index);
    const { bytes, random } = maker.make(index);
    try {
      const before = index % memoryEvery === 0 ? usedBytes() : undefined;
      const startMs = performance.now();
      const pending = target.take(bytes, random);
      const toldBytes = typeof pending === 'number' ? pending : 0;
      if (typeof pending === 'object') await pending;
      const tookMs = performance.now() - startMs;
      if (before !== undefined) {
        requireProportion(usedBytes() - before - talkFactor * toldBytes, bytes.length);
      }
      if (tookMs > mostMs) await requireQuick(target, maker.make(index), mostMs);
      slowestMs = Math.max(slowestMs, tookMs);
    } catch (error) {
      throw new FuzzFailure(target.name, seed, index, bytes, error);
    }
  }
  const growthBytes = usedBytesAfterCollection() - settledBytes;
  if (growthBytes > mostGrowthBytes) {
    const grown = Math.round(growthBytes / 2 ** 20);
    throw new Error(`${target.name}, seed ${seed}: ${grown} MiB are held after ${count} inputs`);
  }
  return { slowestMs, growthBytes };
}

async function requireQuick(
  target: FuzzTarget,
  { bytes, random }: { bytes: Uint8Array; random: Random },
  mostMs: number,
): Promise<void> {
  const startMs = performance.now();
  await target.take(bytes, random);
  const tookMs = performance.now() - startMs;
  if (tookMs > mostMs) throw new Error(`${bytes.length} bytes took ${Math.round(tookMs)} ms`);
}

/** Looks at what was not collected yet, too: an input must not cost much for a moment either. */
function requireProportion(growthBytes: number, inputBytes: number): void {
  if (growthBytes <= freeBytes + memoryFactor * inputBytes) return;
  throw new Error(`${inputBytes} bytes cost ${growthBytes} bytes of memory`);
}

function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

function usedBytesAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Buffers that the first finds unused are counted off by the second.
  collect();
  collect();
  return usedBytes();
}
