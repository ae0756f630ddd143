/** ASCII text inside bytes, compared in place; for parsers that make no strings. */

/** Space or tab. */
export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

export function equalsText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Without regard to case; `text` is of lower-case letters, digits and hyphens. */
export function equalsLowerCase(
  bytes: Uint8Array,
  start: number,
  end: number,
  text: string,
): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if ((bytes[start + i]! | 0x20) !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** Whether a list separated by commas has `text`, in any case. */
export function listHas(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  for (let first = start; first <= end; ) {
    let comma = first;
    while (comma < end && bytes[comma] !== 0x2c) comma++;
    let last = comma;
    while (first < last && isBlank(bytes[first])) first++;
    while (first < last && isBlank(bytes[last - 1])) last--;
    if (equalsLowerCase(bytes, first, last, text)) return true;
    first = comma + 1;
  }
  return false;
}

/** 1 for each byte that is one of `characters` or in one of the ranges, ends included. */
export function byteSet(characters: string, ...ranges: readonly [number, number][]): Uint8Array {
  const set = new Uint8Array(256);
  for (const character of characters) set[character.charCodeAt(0)] = 1;
  for (const [from, to] of ranges) set.fill(1, from, to + 1);
  return set;
}

/** Returns the end. `text` is ASCII. */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** A whole number from 0; returns the end. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  let digits = 1;
  for (let most = 10; value >= most; most *= 10) digits++;
  writeNumberBackwards(bytes, at + digits, value);
  return at + digits;
}

/** So that its last digit is in front of `end`; returns where the first is. */
export function writeNumberBackwards(bytes: Uint8Array, end: number, value: number): number {
  let at = end;
  let rest = value;
  do {
    const next = Math.floor(rest / 10);
    bytes[--at] = 0x30 + (rest - next * 10);
    rest = next;
  } while (rest > 0);
  return at;
}
