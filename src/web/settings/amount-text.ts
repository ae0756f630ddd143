/** Rates and times as people write them into a field, and back. Each reader gives undefined for what is neither. */
import { formatBytes, formatDuration } from '../../base/amounts.ts';

const rateUnits: Readonly<Record<string, number>> = {
  '': 1024 ** 2,
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
};

/** Bytes per second: `2 MiB/s`, `500k`; a number alone is MiB/s, as the field says. */
export function readRate(text: string): number | undefined {
  const rate = readAmount(text.replace(/\/\s*s$/i, ''), rateUnits);
  return rate === undefined || rate < 1 ? undefined : Math.round(rate);
}

/** Exact, so that what is shown and not changed stays the same. */
export function writeRate(bytesPerSecond: number): string {
  const text = `${formatBytes(bytesPerSecond)}/s`;
  return readRate(text) === bytesPerSecond ? text : `${bytesPerSecond} B/s`;
}

const timeUnits: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
};

/** Seconds: `90 min`, `2 h 5 min`, `3 d`. */
export function readTime(text: string): number | undefined {
  const parts = text.trim().match(/[\d.]+\s*[a-z]+\s*/gi);
  if (parts === null || parts.join('') !== text.trim()) return undefined;
  let seconds = 0;
  for (const part of parts) {
    const amount = readAmount(part, timeUnits);
    if (amount === undefined) return undefined;
    seconds += amount;
  }
  return Math.round(seconds);
}

export function writeTime(seconds: number): string {
  const text = formatDuration(seconds);
  return readTime(text) === seconds ? text : `${seconds} s`;
}

/** Digits only. */
export function readWhole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}

export function readNumber(text: string): number | undefined {
  return /^\d{1,9}(?:[.,]\d{1,4})?$/.test(text.trim()) ? Number(text.replace(',', '.')) : undefined;
}

function readAmount(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d{1,12}(?:[.,]\d{1,6})?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = Object.hasOwn(units, match?.[2]?.toLowerCase() ?? '?')
    ? units[match?.[2]?.toLowerCase() ?? '']
    : undefined;
  return match === null || unit === undefined
    ? undefined
    : Number((match[1] as string).replace(',', '.')) * unit;
}
