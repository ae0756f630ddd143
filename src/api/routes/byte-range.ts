/** The part of a file that a request wants (RFC 9110, section 14.1.2). */
export interface ByteSpan {
  readonly begin: number;
  /** Not in it any more. */
  readonly end: number;
}

/**
 * `header` is of the form `bytes=0-99`, `bytes=100-` or `bytes=-100`. Undefined for the whole file: there
 * is no header, or none that has to be understood, such as several ranges.
 */
export function byteRange(
  header: string | undefined,
  lengthBytes: number,
): ByteSpan | 'unsatisfiable' | undefined {
  const match = /^bytes=\s*(\d{0,16})\s*-\s*(\d{0,16})\s*$/i.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const begin = Math.max(0, lengthBytes - Number(last));
    return begin < lengthBytes ? { begin, end: lengthBytes } : 'unsatisfiable';
  }
  const begin = Number(first);
  const end = last === '' ? lengthBytes : Math.min(lengthBytes, Number(last) + 1);
  if (last !== '' && Number(last) < begin) return undefined;
  return begin < lengthBytes ? { begin, end } : 'unsatisfiable';
}
