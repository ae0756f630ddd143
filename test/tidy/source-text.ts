/**
 * A TypeScript source split into code, strings and comments, so that a rule about code is not
 * fooled by a word in a string, nor a rule about comments by code. The parts keep the length and the
 * line breaks of the source: what does not belong to a part is blank there. It is a scanner, not a
 * parser: whether a slash opens a regular expression is decided by what stands before it.
 */
export interface SourceText {
  /** Code with the contents of strings, templates' text and regular expressions blanked. */
  readonly code: string;
  /** Comments only. */
  readonly comments: string;
}

/** After these words a slash opens a regular expression, although they look like an operand. */
const beforeExpression =
  /(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|yield|await)$/;

export function splitSource(text: string): SourceText {
  const scanner = new Scanner(text);
  scanner.run();
  return { code: scanner.code.join(''), comments: scanner.comments.join('') };
}

class Scanner {
  readonly code: string[];
  readonly comments: string[];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.code = text.split('').map((unit) => (unit === '\n' ? unit : ' '));
    this.comments = [...this.code];
  }

  run(): void {
    if (this.#text.startsWith('#!')) this.#at = this.#lineEnd();
    this.#scanCode(false);
  }

  /** Scans code up to the end, or up to the brace that closes a template's expression. */
  #scanCode(insideTemplate: boolean): void {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at] as string;
      const next = this.#text[this.#at + 1];
      if (c === '/' && next === '/') this.#copyComment(this.#lineEnd());
      else if (c === '/' && next === '*') this.#copyComment(this.#indexAfter('*/', this.#at + 2));
      else if (c === '/' && this.#opensRegExp()) this.#scanRegExp();
      else if (c === "'" || c === '"') this.#scanString(c);
      else if (c === '`') this.#scanTemplate();
      else {
        if (c === '{') depth++;
        if (c === '}' && depth-- === 0 && insideTemplate) return;
        this.#keep();
      }
    }
  }

  #scanString(quote: string): void {
    this.#keep();
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at];
      if (c === '\n') return;
      if (c === quote) break;
      this.#at += c === '\\' ? 2 : 1;
    }
    this.#keep();
  }

  #scanTemplate(): void {
    this.#keep();
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at];
      if (c === '`') break;
      if (c === '$' && this.#text[this.#at + 1] === '{') {
        this.#keep();
        this.#keep();
        this.#scanCode(true);
        this.#keep();
      } else this.#at += c === '\\' ? 2 : 1;
    }
    this.#keep();
  }

  #scanRegExp(): void {
    this.#keep();
    let inClass = false;
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at];
      if (c === '\n') return;
      if (c === '[') inClass = true;
      if (c === ']') inClass = false;
      if (c === '/' && !inClass) break;
      this.#at += c === '\\' ? 2 : 1;
    }
    this.#keep();
  }

  #opensRegExp(): boolean {
    let i = this.#at - 1;
    while (i >= 0 && /\s/.test(this.code[i] as string)) i--;
    if (i < 0) return true;
    if (!/[\w$)\]}'"`]/.test(this.code[i] as string)) return true;
    return beforeExpression.test(this.code.slice(Math.max(0, i - 12), i + 1).join(''));
  }

  #keep(): void {
    const c = this.#text[this.#at];
    if (c !== undefined) this.code[this.#at++] = c;
  }

  #copyComment(end: number): void {
    for (; this.#at < end; this.#at++) this.comments[this.#at] = this.#text[this.#at] as string;
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #indexAfter(what: string, from: number): number {
    const found = this.#text.indexOf(what, from);
    return found < 0 ? this.#text.length : found + what.length;
  }
}
