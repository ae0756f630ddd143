/** The order of the queue, and moving several in it at once. Pure. */
import type { QueueMove } from '../../api/contract/torrents.ts';

/** Those that move keep their order among themselves. */
export function movedInQueue<Item>(
  order: readonly Item[],
  moving: ReadonlySet<Item>,
  to: QueueMove,
): Item[] {
  const moved = order.filter((item) => moving.has(item));
  const others = order.filter((item) => !moving.has(item));
  if (to === 'top') return [...moved, ...others];
  if (to === 'bottom') return [...others, ...moved];
  if (to === 'up') return steppedUp(order, moving);
  return steppedUp(order.toReversed(), moving).reverse();
}

/** Each changes places with the one before it, unless that moves too and cannot. */
function steppedUp<Item>(order: readonly Item[], moving: ReadonlySet<Item>): Item[] {
  const next = [...order];
  for (let i = 1; i < next.length; i++) {
    const [before, item] = [next[i - 1]!, next[i]!];
    if (!moving.has(item) || moving.has(before)) continue;
    next[i - 1] = item;
    next[i] = before;
  }
  return next;
}

const alwaysDense = 500;

/**
 * The positions that the items of this order should have. Gaps that removed ones left stay while they are
 * few, so that a removal from a long queue does not change all that come after it.
 */
export function queuePositions(present: readonly number[]): number[] {
  const sorted = present.toSorted((a, b) => a - b);
  const highest = sorted.at(-1) ?? 0;
  const isRising = sorted.every((position, i) => i === 0 || sorted[i - 1]! < position);
  const mayKeep = isRising && present.length > alwaysDense && highest < 2 * present.length;
  return mayKeep ? sorted : present.map((_, index) => index);
}
