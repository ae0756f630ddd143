/** A bar of `━`, half a cell `╸` and `─`, in two parts so that only what is done carries the accent. */
export interface ProgressBar {
  readonly done: string;
  readonly rest: string;
}

/** `done` and `rest` are `columns` wide together; the bar is full only at 1. */
export function progressBar(fraction: number, columns: number): ProgressBar {
  const bounded = Math.min(1, Math.max(0, fraction));
  const halves =
    bounded < 1
      ? Math.max(0, Math.min(columns * 2 - 1, Math.floor(bounded * columns * 2)))
      : columns * 2;
  const full = Math.floor(halves / 2);
  const half = halves % 2;
  return { done: '━'.repeat(full) + '╸'.repeat(half), rest: '─'.repeat(columns - full - half) };
}
