/** Amounts as people type them, and back. Undefined for what is none. */
import { formatBytes, formatDuration } from '../../base/amounts.ts';

const rateScales: ReadonlyMap<string, number> = new Map([
  ['', 1024],
  ['b', 1],
  ['k', 1024],
  ['kib', 1024],
  ['kb', 1000],
  ['m', 1024 ** 2],
  ['mib', 1024 ** 2],
  ['mb', 1000 ** 2],
  ['g', 1024 ** 3],
  ['gib', 1024 ** 3],
  ['gb', 1000 ** 3],
]);

/** Bytes per second of `2 MiB`, `500 KiB/s`, `500` (KiB); null of an empty text, which is no limit. */
export function rateIn(text: string): number | null | undefined {
  const plain = text.trim().replace(/\/\s*s$/i, '');
  if (plain === '') return null;
  const rate = scaled(plain, rateScales);
  return rate === undefined || rate < 1 ? undefined : Math.round(rate);
}

/** As it is typed again, to the byte: what is not changed stays the same. Empty for no limit. */
export function rateAsTyped(rate: number | null | undefined): string {
  if (rate === undefined || rate === null) return '';
  const text = `${formatBytes(rate)}/s`;
  return rateIn(text) === rate ? text : `${rate} B/s`;
}

const timeScales: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['sec', 1],
  ['m', 60],
  ['min', 60],
  ['h', 3600],
  ['d', 86_400],
  ['day', 86_400],
  ['days', 86_400],
]);

/** Seconds of `90 min`, `2 h 5 min`, `3 d`; null of an empty text. */
export function timeIn(text: string): number | null | undefined {
  const plain = text.trim();
  if (plain === '') return null;
  const parts = plain.match(/[\d.,]+\s*[a-z]+\s*/gi);
  if (parts === null || parts.join('') !== plain) return undefined;
  let seconds = 0;
  for (const part of parts) {
    const amount = scaled(part.trim(), timeScales);
    if (amount === undefined) return undefined;
    seconds += amount;
  }
  return Math.round(seconds);
}

export function timeAsTyped(seconds: number | null): string {
  if (seconds === null) return '';
  const text = formatDuration(seconds);
  return timeIn(text) === seconds ? text : `${seconds} s`;
}

/** A number not below zero, with a point or a comma. */
export function numberIn(text: string): number | undefined {
  const plain = text.trim().replace(',', '.');
  return /^\d{1,12}(\.\d{1,6})?$/.test(plain) ? Number(plain) : undefined;
}

export function wholeIn(text: string): number | undefined {
  return /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined;
}

function scaled(text: string, scales: ReadonlyMap<string, number>): number | undefined {
  const parts = /^(\S*?)\s*([a-z]*)$/i.exec(text);
  const number = numberIn(parts?.[1] ?? '');
  const scale = scales.get(parts?.[2]?.toLowerCase() ?? '');
  return number === undefined || scale === undefined ? undefined : number * scale;
}
