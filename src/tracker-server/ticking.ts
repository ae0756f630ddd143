/**
 * The tracker's clock: a tick each second, and shorter steps while many peers are to be forgotten, with
 * room for announces between two of them.
 */
import type { TrackerLogic } from '../tracker/tracker-logic.ts';

const tickMs = 1000;
const betweenStepsMs = 20;
/** A step that forgot so many has most likely not forgotten all. */
const manyForgotten = 4000;

/** Calls `everySecond` as well. Returns how to stop it. */
export function startTicking(logic: TrackerLogic, everySecond: () => void): () => void {
  let next: NodeJS.Timeout | undefined;
  const goOn = (forgotten: number): void => {
    if (forgotten < manyForgotten || next !== undefined) return;
    next = setTimeout(() => {
      next = undefined;
      goOn(logic.forgetSilent());
    }, betweenStepsMs);
  };
  const timer = setInterval(() => {
    goOn(logic.tick());
    everySecond();
  }, tickMs);
  return () => {
    clearInterval(timer);
    clearTimeout(next);
  };
}
