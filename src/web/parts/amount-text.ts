/** Amounts as people type them. Undefined for what is none. */

const scales: Readonly<Record<string, number>> = {
  '': 1024,
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1024,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1024 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1024 ** 3,
};

/** Bytes per second of `2 MiB`, `500 KiB/s`, `500` (KiB); null of an empty text, which is no limit. */
export function rateIn(text: string): number | null | undefined {
  const plain = text.trim().toLowerCase().replace(/\/s$/, '');
  if (plain === '') return null;
  const parts = /^(\d+(?:[.,]\d+)?)\s*([a-z]*)$/.exec(plain);
  const scale = scales[parts?.[2] ?? ''];
  if (parts?.[1] === undefined || scale === undefined) return undefined;
  const rate = Math.round(Number(parts[1].replace(',', '.')) * scale);
  return rate >= 1 ? rate : undefined;
}

/** As it is typed again: `2 MiB`, `500 KiB`; empty for no limit. */
export function rateAsTyped(rate: number | null | undefined): string {
  if (rate === undefined || rate === null) return '';
  const [scale, unit] = rate >= 1024 ** 2 ? [1024 ** 2, 'MiB'] : [1024, 'KiB'];
  return `${Number((rate / scale).toFixed(2))} ${unit}`;
}

/** A number not below zero, with a point or a comma. */
export function numberIn(text: string): number | undefined {
  const plain = text.trim().replace(',', '.');
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}
