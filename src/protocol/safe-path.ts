/**
 * The one place that turns names from strangers into path components. Invariant: a result is one
 * component, never empty, `.` or `..`, without separators or control characters, valid Unicode and at
 * most 255 bytes of UTF-8; joined under a folder it cannot leave that folder. Components are judged
 * one by one, never as substrings, so `foo... bar` stays as it is.
 */
import { cutToBytes, decodeUtf8Lossy, encodeUtf8 } from '../base/text.ts';

/**
 * `portable`: names that every file system takes, Windows' rules included, and files told apart even
 * where case and Unicode form do not count. `exact`: only what could escape or cannot exist on a
 * case-sensitive POSIX file system is changed, so that content found under legal but odd names
 * (`aux.c`, `What?`, `Inc.`) keeps them.
 */
export type PathRules = 'portable' | 'exact';

export const maxComponentBytes = 255;
const maxComponents = 100;
/** Leaves room for the download folder below the usual 4,096 bytes of a path. */
const maxPathBytes = 3072;
const fallbackName = 'unnamed';

const slashes = /[/\\]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes.
const controls = /[\x00-\x1f\x7f-\x9f]/g;
/** Characters Windows refuses, and marks that make a name read in another order than it is. */
const unportable = /[<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

/**
 * One safe component, or undefined when the name is empty, `.` or `..` and so names nothing.
 * Invalid UTF-8 and forbidden characters become `_`.
 */
export function safeComponent(
  name: string | Uint8Array,
  rules: PathRules = 'portable',
): string | undefined {
  let text = typeof name === 'string' ? name.toWellFormed() : decodeUtf8Lossy(name);
  text = text.replace(slashes, '_').replace(controls, '_').replaceAll('\ufffd', '_');
  if (text === '' || text === '.' || text === '..') return undefined;
  if (rules === 'exact') return shorten(text, maxComponentBytes);
  text = shorten(text.replace(unportable, '_'), maxComponentBytes - 1);
  text = text.replace(/[. ]+$/, '');
  if (text === '') return undefined;
  return reserved.test(text) ? `_${text}` : text;
}

/** As `safeComponent`, with a name for what has none. */
export function safeName(
  name: string | Uint8Array,
  rules: PathRules = 'portable',
  fallback = fallbackName,
): string {
  return safeComponent(name, rules) ?? fallback;
}

/**
 * A relative path of at least one component. Components that name nothing are dropped; of a path
 * beyond 100 components or 3,072 bytes the leading folders go.
 */
export function safePath(
  components: readonly (string | Uint8Array)[],
  rules: PathRules = 'portable',
): string[] {
  const kept: string[] = [];
  let room = maxPathBytes;
  for (let i = components.length - 1; i >= 0 && kept.length < maxComponents; i--) {
    const component = safeComponent(components[i]!, rules);
    if (component === undefined) continue;
    room -= byteLength(component) + 1;
    if (room < 0) break;
    kept.push(component);
  }
  return kept.length === 0 ? [fallbackName] : kept.reverse();
}

/** `report.pdf` and 2 give `report (2).pdf`; the stem is cut where the whole would be too long. */
export function numberedName(name: string, number: number): string {
  const suffix = ` (${number})`;
  const dot = name.lastIndexOf('.');
  // A long ending after a dot is no extension, and cutting the stem to nothing would lose the name.
  const split = dot > 0 && name.length - dot <= 16 ? dot : name.length;
  const extension = name.slice(split);
  const room = maxComponentBytes - suffix.length - byteLength(extension);
  return cutToBytes(name.slice(0, split), room) + suffix + extension;
}

/** Keeps the extension, by which people and programs know a file. */
function shorten(name: string, limit: number): string {
  if (name.length * 3 <= limit || byteLength(name) <= limit) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : '';
  return (
    cutToBytes(name.slice(0, name.length - extension.length), limit - byteLength(extension)) +
    extension
  );
}

function byteLength(text: string): number {
  return encodeUtf8(text).length;
}
