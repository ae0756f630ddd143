/** Numbers as people read them: sizes, durations, grouped counts and percentages. */
export { formatBytes, formatBytesOf, formatDuration, formatRate } from '../base/amounts.ts';

/** ` 63%`, `100%`: rounded down, so that 100 means all. */
export function formatPercent(fraction: number): string {
  const percent = Math.floor(Math.min(1, Math.max(0, fraction)) * 100 + 1e-9);
  return `${String(fraction < 1 ? Math.min(99, percent) : percent).padStart(3)}%`;
}

/** `1 file`, `214 files`, `12,345 files`. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${groupDigits(count)} ${count === 1 ? noun : plural}`;
}

/** `12,345`. */
export function groupDigits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
