/**
 * The client behind a peer id (BEP 20), as text to show, and Shoal's own peer ids.
 * Invariant: the name is printable; a peer id that follows no convention is shown as its first eight
 * bytes, escaped. A peer id proves nothing: clients pretend to be others.
 */
import { assert } from '../base/assert.ts';
import type { Random } from '../base/random.ts';
import { decodeLatin1, encodeLatin1 } from '../base/text.ts';
import { azureusClients, prefixClients, shadowClients, type VersionStyle } from './client-table.ts';

/** "SH" is in neither BEP 20 nor the tables of other clients. Then the version's digits. */
export const PEER_ID_PREFIX = '-SH0100-';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 20 bytes: the prefix and twelve random letters and digits. A new one for each run keeps users unlinked. */
export function makePeerId(random: Random): Uint8Array {
  let text = PEER_ID_PREFIX;
  while (text.length < 20) text += alphabet.charAt(random.below(alphabet.length));
  return encodeLatin1(text);
}

/** "qBittorrent 4.6.5", or "%00ab…" where nothing is known. `peerId` has 20 bytes. */
export function clientName(peerId: Uint8Array): string {
  assert(peerId.length === 20, `a peer id has 20 bytes, not ${peerId.length}`);
  const id = decodeLatin1(peerId);
  return byPrefix(id) ?? azureusStyle(id) ?? mainlineStyle(id) ?? shadowStyle(id) ?? escaped(id);
}

function byPrefix(id: string): string | undefined {
  for (const { at = 0, text, name, version } of prefixClients) {
    // Behind a dash, the same letters are part of an Azureus-style code and version.
    if (!id.startsWith(text, at) || (at > 0 && id[0] === '-')) continue;
    const found = version?.exec(id);
    return found ? `${name} ${found.slice(1).map(trimZeros).join('.')}` : name;
  }
  return undefined;
}

/** `-AZ2060-`; some clients put another digit or letter in place of the second dash. */
function azureusStyle(id: string): string | undefined {
  const match = /^-([A-Za-z0-9][A-Za-z0-9~])([0-9A-Za-z.]{4})/.exec(id);
  if (match === null) return undefined;
  const code = match[1]!;
  const client = azureusClients.get(code);
  if (client === undefined && id[7] !== '-') return undefined;
  const { name, style } = client ?? { name: code, style: 'dotted' as const };
  return `${name} ${azureusVersion(match[2]!, style)}`.trimEnd();
}

function azureusVersion(digits: string, style: VersionStyle): string {
  const [a, b, c, d] = [...digits] as [string, string, string, string];
  switch (style) {
    case 'none':
      return '';
    case 'pairs':
      return `${trimZeros(a + b)}.${trimZeros(c + d)}`;
    case 'major-minor2':
      return `${trimZeros(a + b)}.${c}${d}`;
    case 'transmission': {
      if (digits.startsWith('00')) return `0.${digits.slice(digits.startsWith('000') ? 3 : 2)}`;
      // Up to 3.00 the minor version had two digits.
      const number = a < '4' && /[0-9]/.test(a) ? `${a}.${b}${c}` : dotted([a, b, c]);
      return d === 'Z' || d === 'X' ? `${number}+` : number;
    }
    case 'three':
      return dotted([a, b, c]);
    case 'dotted':
      return dotted(/[1-9A-Z]/.test(d) ? [a, b, c, d] : [a, b, c]);
  }
}

/** Letters stand for numbers from 10 on. */
function dotted(digits: readonly string[]): string {
  return digits.map((digit) => base36(digit)).join('.');
}

function base36(digit: string): string {
  const value = Number.parseInt(digit, 36);
  return Number.isNaN(value) ? '0' : String(value);
}

/** `M4-3-6--`, `M4-20-8-`. */
function mainlineStyle(id: string): string | undefined {
  const match = /^([MQ])(\d{1,2})-(\d{1,2})-(\d{1,2})-/.exec(id);
  if (match === null) return undefined;
  const name = match[1] === 'M' ? 'BitTorrent' : 'Queen Bee';
  return `${name} ${match.slice(2, 5).join('.')}`;
}

/** `S58B-----`: a letter, up to five characters of version padded with dashes, three dashes. */
function shadowStyle(id: string): string | undefined {
  const match = /^([A-Z])([0-9A-Za-z.]{1,5})-*$/.exec(id.slice(0, 6));
  const name = match === null ? undefined : shadowClients.get(match[1]!);
  if (match === null || name === undefined || id.slice(6, 9) !== '---') return undefined;
  const version = [...match[2]!].map((digit) => String(`${alphabet}.`.indexOf(digit)));
  return `${name} ${version.join('.')}`;
}

function escaped(id: string): string {
  let shown = '';
  for (const character of id.slice(0, 8)) {
    const code = character.charCodeAt(0);
    const isPlain = code > 0x20 && code < 0x7f && character !== '%';
    shown += isPlain ? character : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return shown;
}

function trimZeros(digits: string): string {
  return digits.replace(/^0+(?=.)/, '');
}
