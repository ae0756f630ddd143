/**
 * Text as roff takes it literally. Invariant: what comes out holds only printable ASCII, and no line
 * of it is read as a request.
 */

/** Characters that roff changes or that `man` typesets as others: a plain `-` becomes a hyphen. */
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\(rs',
  '-': '\\-',
  "'": '\\(aq',
  '"': '\\(dq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
};

/** One line of running text, or a quoted argument of a macro. Line breaks become spaces. */
export function roffText(text: string): string {
  const escaped = [...text.replaceAll(/\s+/g, ' ')].map(roffCharacter).join('');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function roffCharacter(character: string): string {
  const known = escapes[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return character;
  return `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

export function bold(text: string): string {
  return `\\fB${roffText(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${roffText(text)}\\fR`;
}
