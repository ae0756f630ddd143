/**
 * Changes one key in the text of a TOML document and leaves every other line as it is, comments too.
 * Invariant: what comes out parses to the old document with that one change, or there is no result.
 */
import { isDeepStrictEqual } from 'node:util';
import { parse, type TomlTable } from 'smol-toml';
import { scanToml, type TomlEntry, type TomlLines } from './toml-lines.ts';

/** A key at the top, or in a table that stands at the top. */
export interface KeyPlace {
  readonly table: string | undefined;
  readonly key: string;
}

export type Written = string | number | boolean | readonly string[];

/** Undefined when the document has a form in which the key cannot be set by changing lines. */
export function setInToml(text: string, place: KeyPlace, value: Written): string | undefined {
  const changed = withKey(text, scanToml(text), place, tomlOf(value));
  const wanted = copyOf(parse(text));
  const table = place.table === undefined ? wanted : (wanted[place.table] ?? {});
  if (!isTable(table)) return undefined;
  table[place.key] = typeof value === 'object' ? [...value] : value;
  if (place.table !== undefined) wanted[place.table] = table;
  return parsesTo(changed, wanted) ? changed : undefined;
}

/** Undefined when the key is not there as a line of its own. */
export function unsetInToml(text: string, place: KeyPlace): string | undefined {
  const { entries } = scanToml(text);
  const entry = entries.find((each) => isAt(each, place));
  if (entry === undefined) return undefined;
  const before = text.slice(0, entry.start);
  const after = text.slice(entry.end);
  // Of the empty lines above and below, one side is enough.
  const isGap = before === '' || /\n\r?\n$/.test(before);
  const changed = before + (isGap ? after.replace(/^\r?\n/, '') : after);
  const wanted = copyOf(parse(text));
  const table = place.table === undefined ? wanted : wanted[place.table];
  if (!isTable(table)) return undefined;
  delete table[place.key];
  return parsesTo(changed, wanted) ? changed : undefined;
}

/** As it would stand in the file. */
export function tomlOf(value: Written): string {
  if (typeof value === 'object') return `[${value.map(tomlOf).join(', ')}]`;
  if (typeof value !== 'string') return String(value);
  // JSON escapes as TOML does, but leaves DEL as it is.
  return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
}

function withKey(text: string, lines: TomlLines, place: KeyPlace, value: string): string {
  const entry = lines.entries.find((each) => isAt(each, place));
  if (entry !== undefined) {
    return text.slice(0, entry.valueStart) + value + text.slice(entry.valueEnd);
  }
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const { table, key } = place;
  const line = `${key} = ${value}${newline}`;
  const section = table === undefined ? [] : [table];
  const last = lines.entries.findLast((each) => isDeepStrictEqual(each.section, section));
  if (last !== undefined) return insert(text, last.end, line, newline);
  if (table === undefined) {
    const first = lines.headers[0];
    if (first === undefined) return insert(text, text.length, line, newline);
    return insert(text, aboveComments(text, first.start), line + newline, newline);
  }
  const header = lines.headers.find((each) => isDeepStrictEqual(each.path, section));
  if (header !== undefined) return insert(text, header.end, line, newline);
  // A table that dotted keys make, as tracker.port = 1 does.
  const dotted = lines.entries.findLast(({ path }) => path.length > 1 && path[0] === table);
  if (dotted !== undefined && dotted.section.length === 0) {
    return insert(text, dotted.end, `${table}.${line}`, newline);
  }
  const gap = text.trim() === '' ? '' : newline;
  return insert(text, text.length, `${gap}[${table}]${newline}${line}`, newline);
}

function insert(text: string, at: number, lines: string, newline: string): string {
  const before = text.slice(0, at);
  const joint = before === '' || before.endsWith('\n') ? '' : newline;
  return before + joint + lines + text.slice(at);
}

/** Comments right above a header belong to it. */
function aboveComments(text: string, headerStart: number): number {
  let at = headerStart;
  while (at > 0) {
    const lineStart = text.lastIndexOf('\n', at - 2) + 1;
    if (!/^[ \t]*#/.test(text.slice(lineStart, at))) return at;
    at = lineStart;
  }
  return at;
}

function isAt(entry: TomlEntry, { table, key }: KeyPlace): boolean {
  return isDeepStrictEqual(entry.path, table === undefined ? [key] : [table, key]);
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Two levels deep, which is as deep as a change goes. */
function copyOf(document: TomlTable): TomlTable {
  const copy: TomlTable = {};
  for (const [key, value] of Object.entries(document)) {
    copy[key] = isTable(value) && !(value instanceof Date) ? { ...value } : value;
  }
  return copy;
}

/** A table without keys counts as none: removing a dotted key removes its table. */
function parsesTo(text: string, wanted: TomlTable): boolean {
  try {
    return isDeepStrictEqual(withoutEmpty(copyOf(parse(text))), withoutEmpty(wanted));
  } catch {
    return false;
  }
}

function withoutEmpty(document: TomlTable): TomlTable {
  return Object.fromEntries(
    Object.entries(document).filter(
      ([, value]) => !isTable(value) || value instanceof Date || Object.keys(value).length > 0,
    ),
  );
}
