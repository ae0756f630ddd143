/** Amounts as people read them in a sentence: sizes in binary units, durations in one or two units. */

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `512 bytes`, `1.2 GiB`, `340 MiB`: one decimal below ten, and none where it is zero. */
export function bytesInWords(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  // 1023.5 would round to "1024 KiB".
  while (amount >= 1023.5 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  const digits = unit > 0 && amount < 9.95 ? 1 : 0;
  const text = amount.toFixed(digits).replace(/\.0$/, '');
  return unit === 0 && text === '1' ? '1 byte' : `${text} ${units[unit]}`;
}

/** `40 s`, `3 min 12 s`, `2 h 5 min`, `3 days`; rounded up, so that a wait is never promised too short. */
export function durationInWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 48 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  return `${Math.ceil(minutes / 1440)} days`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
