/** Amounts as people read them: sizes and rates in binary units, durations in at most two units. */

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** `512 B`, `3.4 GiB`, `1 MiB` where it is exact. */
export function formatBytes(bytes: number): string {
  const unit = unitOf(bytes);
  const value = bytes / 1024 ** unit;
  const text = Number.isInteger(value) ? String(value) : value.toFixed(1);
  return `${text} ${units[unit]}`;
}

/** `2.1 of 3.4 GiB`: both in the unit of the second. */
export function formatBytesOf(bytes: number, totalBytes: number): string {
  const unit = unitOf(totalBytes);
  if (unit === 0) return `${bytes} of ${totalBytes} B`;
  const scale = 1024 ** unit;
  // Rounded down, so that the two are equal only when nothing is missing.
  const done =
    bytes >= totalBytes ? totalBytes / scale : Math.floor((bytes / scale) * 10 + 1e-9) / 10;
  return `${done.toFixed(1)} of ${(totalBytes / scale).toFixed(1)} ${units[unit]}`;
}

/** `97.3 MiB/s`, always with one decimal, so that a live line does not jump. */
export function formatRate(bytesPerSecond: number): string {
  const unit = unitOf(bytesPerSecond);
  const value = bytesPerSecond / 1024 ** unit;
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}/s`;
}

/** `0.4 s`, `13 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return twoUnits(whole, 60, 'min', 1, 's');
  if (whole < 86_400) return twoUnits(whole, 3600, 'h', 60, 'min');
  return twoUnits(whole, 86_400, 'd', 3600, 'h');
}

/** A wait still ahead, in milliseconds; rounded up, so that it is never promised too short. */
export function formatWait(ms: number): string {
  return formatDuration(Math.ceil(ms / 1000));
}

function unitOf(bytes: number): number {
  let unit = 0;
  // 1023.95 and more would be shown as 1024.0 of the smaller unit.
  while (unit < units.length - 1 && bytes / 1024 ** unit >= (unit === 0 ? 1024 : 1023.95)) unit++;
  return unit;
}

function twoUnits(
  seconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const rest = Math.floor((seconds % large) / small);
  const head = `${Math.floor(seconds / large)} ${largeName}`;
  return rest === 0 ? head : `${head} ${rest} ${smallName}`;
}
