/** Base32 text (RFC 4648, section 6), without padding: the older form of info-hashes in magnet links. */

/** Bytes of base32 in either case; undefined when a character is none of it or the length cannot be whole bytes. */
export function decodeBase32(text: string): Uint8Array | undefined {
  if (!/^[a-z2-7]*$/i.test(text)) return undefined;
  const length = Math.floor((text.length * 5) / 8);
  // 1, 3 and 6 characters of a last group carry bits that no whole byte needs.
  if (Math.ceil((length * 8) / 5) !== text.length) return undefined;
  const bytes = new Uint8Array(length);
  let bits = 0;
  let held = 0;
  let write = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 0x3a ? code - 0x32 + 26 : (code & 0x1f) - 1;
    bits = ((bits << 5) | value) & 0xfff;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    bytes[write++] = bits >> held;
  }
  return bytes;
}
