/** The live line of hashing: what is hashed, how far, and how fast. */
import { formatPercent, formatRate } from './format.ts';
import { fitLine, type LinePart } from './line-parts.ts';
import { progressBar } from './progress-bar.ts';
import type { Style } from './style.ts';
import { cutMiddle } from './text-width.ts';
import { visibleText } from './visible-text.ts';

export interface WorkProgress {
  readonly name: string;
  /** What is known beside the name: `214 files`, `3.4 GiB`. */
  readonly facts: readonly string[];
  /** `hashing`, `verifying`. */
  readonly verb: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Bytes per second since the start. */
  readonly rate: number;
}

export function workLine(progress: WorkProgress, columns: number, style: Style): string {
  const fraction = progress.totalBytes === 0 ? 1 : progress.doneBytes / progress.totalBytes;
  const facts: LinePart = { text: progress.facts.map((fact) => `   ${fact}`).join('') };
  const verb: LinePart = { text: `   ${progress.verb}  ` };
  const tail: LinePart = { text: ` ${formatPercent(fraction)}   ${formatRate(progress.rate)}` };
  const bar = (cells: number): LinePart[] => {
    const { done, rest } = progressBar(fraction, cells);
    return [{ text: done, paint: 'accent' }, { text: rest }];
  };
  const name = (cells: number): LinePart => ({
    text: `  ${cutMiddle(visibleText(progress.name), cells)}`,
  });
  return fitLine(
    [
      [name(40), facts, verb, ...bar(20), tail],
      [name(24), facts, verb, ...bar(10), tail],
      [name(24), verb, ...bar(10), tail],
      [name(16), verb, tail],
      [name(10), tail],
    ],
    columns,
    style,
  );
}
