/**
 * IPv4 and IPv6 addresses: text to bytes and back, and what kind of network they belong to.
 * Invariant: `formatIp` gives one text for one address (RFC 5952; an IPv4-mapped IPv6 address is its
 * IPv4 self), so that equal addresses are equal strings. An address is 4 or 16 bytes here.
 */

/**
 * 4 or 16 bytes of a numeric address; undefined for anything else. Names, zone ids, brackets, ports
 * and IPv4 in octal, hexadecimal or fewer than four parts are refused: programs disagree about them.
 */
export function parseIp(text: string): Uint8Array | undefined {
  if (text.length > 45) return undefined;
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[i] = Number(part);
  }
  return bytes;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const length = head.length + tail.length;
  // "::" stands for at least one group.
  if (halves.length === 1 ? length !== 16 : length > 14) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** The bytes of colon-separated groups; the last may be a dotted IPv4 address where that ends the text. */
function parseGroups(text: string, endsAddress: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    if (group.includes('.')) {
      const embedded = endsAddress && i === groups.length - 1 ? parseIpv4(group) : undefined;
      if (embedded === undefined) return undefined;
      bytes.push(...embedded);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes;
}

/** Canonical text of 4 or 16 bytes; undefined for any other number of them. */
export function formatIp(address: Uint8Array): string | undefined {
  if (address.length === 4) return address.join('.');
  if (address.length !== 16) return undefined;
  if (isIpv4Mapped(address)) return address.subarray(12).join('.');
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((address[i]! << 8) | address[i + 1]!);
  const run = longestZeroRun(groups);
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (run.length < 2) return hex(groups);
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

/** The first of the longest runs of zeros, which RFC 5952 (4.2) shortens to "::". */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue;
    if (i - start > longest.length) longest = { start, length: i - start };
    start = i + 1;
  }
  return longest;
}

/** The canonical text of an address in any accepted spelling; undefined if it is none. */
export function canonicalIp(text: string): string | undefined {
  const bytes = parseIp(text);
  return bytes === undefined ? undefined : formatIp(bytes);
}

/** ::ffff:0:0/96, how a dual-stack socket shows an IPv4 peer. */
export function isIpv4Mapped(address: Uint8Array): boolean {
  if (address.length !== 16 || address[10] !== 0xff || address[11] !== 0xff) return false;
  for (let i = 0; i < 10; i++) if (address[i] !== 0) return false;
  return true;
}

/** The 4 bytes inside an IPv4-mapped address, any other address as it is. A view, not a copy. */
export function unmapIpv4(address: Uint8Array): Uint8Array {
  return isIpv4Mapped(address) ? address.subarray(12) : address;
}
