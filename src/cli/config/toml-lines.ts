/**
 * Where in the text of a TOML document its keys stand, for messages and for changing one line. It reads
 * only documents that the parser has accepted, and never says what a value means: that is the parser's.
 */

export interface TomlEntry {
  /** From the top of the document. */
  readonly path: readonly string[];
  /** The table whose section it stands in; empty above the first header. */
  readonly section: readonly string[];
  /** From 1. */
  readonly line: number;
  /** Offsets: where its first line begins, its value without what stands around it, behind its last line. */
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly end: number;
}

export interface TomlHeader {
  readonly path: readonly string[];
  readonly isArray: boolean;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export interface TomlLines {
  readonly entries: readonly TomlEntry[];
  readonly headers: readonly TomlHeader[];
}

export function scanToml(text: string): TomlLines {
  const entries: TomlEntry[] = [];
  const headers: TomlHeader[] = [];
  let section: readonly string[] = [];
  let line = 1;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const start = at;
    const first = skipBlank(text, start);
    let end = endOfLine(text, first);
    if (text[first] === '[') {
      const isArray = text[first + 1] === '[';
      const { path } = readKey(text, first + (isArray ? 2 : 1));
      section = path;
      headers.push({ path, isArray, line, start, end });
    } else if (first < text.length && !'#\r\n'.includes(text[first]!)) {
      const key = readKey(text, first);
      // Over the equals sign.
      const valueStart = skipBlank(text, key.end + 1);
      const valueEnd = endOfValue(text, valueStart);
      end = endOfLine(text, valueEnd);
      const path = [...section, ...key.path];
      entries.push({ path, section, line, start, valueStart, valueEnd, end });
    }
    line += text.slice(start, end).split('\n').length - 1;
    at = end;
  }
  return { entries, headers };
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

/** Behind the line break. */
function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? text.length : at + 1;
}

function readKey(text: string, from: number): { path: string[]; end: number } {
  const path: string[] = [];
  let at = from;
  for (;;) {
    at = skipBlank(text, at);
    const end = isQuote(text[at]) ? endOfString(text, at) : endOfBareKey(text, at);
    path.push(keyText(text.slice(at, end)));
    at = skipBlank(text, end);
    if (text[at] !== '.') return { path, end: at };
    at++;
  }
}

function keyText(written: string): string {
  if (written.startsWith("'")) return written.slice(1, -1);
  if (!written.startsWith('"')) return written;
  try {
    return String(JSON.parse(written));
  } catch {
    return written;
  }
}

function endOfBareKey(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\w-]/.test(text[at]!)) at++;
  return at;
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}

function endOfString(text: string, from: number): number {
  const quote = text[from]!;
  const isLong = text.startsWith(quote.repeat(3), from);
  const close = isLong ? quote.repeat(3) : quote;
  let at = from + close.length;
  while (at < text.length && !text.startsWith(close, at)) {
    at += quote === '"' && text[at] === '\\' ? 2 : 1;
  }
  at += close.length;
  // Up to two quotes may stand right before the closing three.
  while (isLong && text[at] === quote) at++;
  return Math.min(at, text.length);
}

/** Strings and brackets may go on over lines; anything else ends with its line or at a comment. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  let end = from;
  while (at < text.length) {
    const character = text[at]!;
    if (depth === 0 && '#\r\n'.includes(character)) break;
    if (isQuote(character)) {
      at = endOfString(text, at);
      end = at;
      continue;
    }
    if (character === '#') {
      at = endOfLine(text, at);
      continue;
    }
    if (character === '[' || character === '{') depth++;
    if (character === ']' || character === '}') depth--;
    at++;
    if (character !== ' ' && character !== '\t') end = at;
  }
  return end;
}
