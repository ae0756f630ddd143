/**
 * Feeds a server over its sockets with inputs: it stays alive, goes on serving honest clients, and its
 * memory is flat once it has warmed up. Which of the inputs between two looks was at fault stays open.
 */
import type { Random } from '../../src/base/random.ts';
import type { CampaignOptions } from './campaign.ts';
import { InputMaker, type InputSource } from './input-maker.ts';

export interface LiveTarget extends InputSource {
  open(): Promise<LiveSession>;
}

export interface ProcessMemory {
  readonly rss: number;
  /** Heap and buffers after a collection. */
  readonly used: number;
}

/** What is fuzzed, seen from outside. */
export interface LiveSubject {
  memory(): Promise<ProcessMemory>;
  /** Rejects unless honest clients are served, and nothing happened that must not. */
  requireService(): Promise<void>;
}

export interface LiveSession {
  readonly subject: LiveSubject;
  /** Waits when the other side is behind. */
  send(bytes: Uint8Array, random: Random): void | Promise<void>;
  /** Resolves when all that was sent was taken. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface LiveResult {
  /** From one look to the next, at most. */
  readonly slowestMs: number;
  /** Over what it was after a third of the inputs. */
  readonly growthBytes: number;
  readonly rssGrowthBytes: number;
}

const lookEvery = 2000;
const mostGrowthBytes = 16 * 2 ** 20;
/** The system gives pages back late, and allocators keep some. */
const mostRssGrowthBytes = 64 * 2 ** 20;

/** Rejects with the first look that shows something wrong. */
export async function runLiveCampaign(
  target: LiveTarget,
  { seed, first = 0, count, onInput }: CampaignOptions,
): Promise<LiveResult> {
  const maker = new InputMaker(target, seed);
  const session = await target.open();
  const { subject } = session;
  let lookedAt = first;
  let lookedMs = performance.now();
  let slowestMs = 0;
  try {
    let settled = await subject.memory();
    for (let index = first; index < first + count; index++) {
      onInput?.(index);
      const { bytes, random } = maker.make(index);
      const pending = session.send(bytes, random);
      if (pending !== undefined) await pending;
      if (index === first + Math.floor(count / 3)) settled = await subject.memory();
      if (index - lookedAt < lookEvery) continue;
      await session.settle();
      await subject.requireService();
      lookedAt = index;
      slowestMs = Math.max(slowestMs, performance.now() - lookedMs);
      lookedMs = performance.now();
    }
    await session.settle();
    await subject.requireService();
    const end = await subject.memory();
    const growthBytes = end.used - settled.used;
    const rssGrowthBytes = end.rss - settled.rss;
    if (growthBytes > mostGrowthBytes || rssGrowthBytes > mostRssGrowthBytes) {
      const [used, rss] = [growthBytes, rssGrowthBytes].map(
        (b) => `${Math.round(b / 2 ** 20)} MiB`,
      );
      throw new Error(`memory grew by ${used} in use, ${rss} resident`);
    }
    return { slowestMs, growthBytes, rssGrowthBytes };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const again = `npm run fuzz -- --target ${target.name} --seed ${seed} --count ${first + count}`;
    throw new Error(`${target.name}, after input ${lookedAt}: ${text}\n  again: ${again}`, {
      cause: error,
    });
  } finally {
    await session.close();
  }
}
