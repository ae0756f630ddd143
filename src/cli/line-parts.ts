/** A line made of parts: the widest of several shapes that fits, coloured only after it was measured. */
import type { Style } from './style.ts';
import { cutEnd, textWidth } from './text-width.ts';

export interface LinePart {
  readonly text: string;
  readonly paint?: keyof Style;
}

/** Shapes from the fullest to the barest; the last is cut when even that is too wide. */
export function fitLine(
  shapes: readonly (readonly LinePart[])[],
  columns: number,
  style: Style,
): string {
  const fitting = shapes.find((parts) => partsWidth(parts) <= columns);
  if (fitting !== undefined) return paintParts(fitting, style);
  const barest = shapes.at(-1) ?? [];
  let left = columns;
  const cut: LinePart[] = [];
  for (const part of barest) {
    const text = cutEnd(part.text, left);
    left -= textWidth(text);
    cut.push({ ...part, text });
  }
  return paintParts(cut, style);
}

export function partsWidth(parts: readonly LinePart[]): number {
  let columns = 0;
  for (const part of parts) columns += textWidth(part.text);
  return columns;
}

function paintParts(parts: readonly LinePart[], style: Style): string {
  return parts.map(({ text, paint }) => (paint === undefined ? text : style[paint](text))).join('');
}
