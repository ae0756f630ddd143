/**
 * Percent-encoding of raw bytes in URLs (RFC 3986, 2.1). Info-hashes and peer ids are no text, so the
 * platform's functions, which go through UTF-8, would garble them.
 */
const hexDigits = '0123456789ABCDEF';
/** By byte; −1 for what is no hex digit. A table, for the digits of a hash are nothing a branch can guess. */
const hexValues = Int8Array.from({ length: 256 }, (_, code) => hexValue(code));

/** Everything but letters, digits and `-._~` is escaped. */
export function percentEncode(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += isUnreserved(byte)
      ? String.fromCharCode(byte)
      : `%${hexDigits.charAt(byte >> 4)}${hexDigits.charAt(byte & 15)}`;
  }
  return text;
}

/**
 * The bytes a query value stands for: escapes in either case, other characters as their own byte. `+`
 * stays a plus, since clients send raw bytes. Undefined for a broken escape or a character above
 * U+00FF, which no byte of a request line decodes to.
 */
export function percentDecode(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  let write = 0;
  for (let read = 0; read < text.length; read++) {
    const code = text.charCodeAt(read);
    if (code > 0xff) return undefined;
    if (code !== 0x25) {
      bytes[write++] = code;
      continue;
    }
    const high = hexValue(text.charCodeAt(read + 1));
    const low = hexValue(text.charCodeAt(read + 2));
    if (high === -1 || low === -1) return undefined;
    bytes[write++] = (high << 4) | low;
    read += 2;
  }
  return bytes.subarray(0, write);
}

/**
 * As `percentDecode`, of `bytes` from `start` to `end` into `target`. Returns how many bytes the value
 * stands for, of which as many are written as fit; −1 for a broken escape.
 */
export function percentDecodeInto(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
): number {
  let write = 0;
  for (let read = start; read < end; read++) {
    let byte = bytes[read]!;
    if (byte === 0x25) {
      if (read + 2 >= end) return -1;
      byte = (hexValues[bytes[read + 1]!]! << 4) | hexValues[bytes[read + 2]!]!;
      if (byte < 0) return -1;
      read += 2;
    }
    if (write < target.length) target[write] = byte;
    write++;
  }
  return write;
}

function isUnreserved(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x5f ||
    byte === 0x7e
  );
}

/** −1 when the character is no hex digit, or missing. */
function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  return -1;
}
