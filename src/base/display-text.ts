/**
 * Text from strangers, made fit to show on one line: nothing in it can start a new line, reverse the
 * direction of what surrounds it or hide itself. Escaping for HTML or a terminal is the shower's own.
 */

/** Control, format (bidi overrides, zero width), surrogate, private-use, line and paragraph separators. */
const unfit = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu;

/** At most `maxCharacters` code points; empty when nothing of the text can be shown. */
export function displayText(text: string, maxCharacters: number): string {
  // A code point is at most two units: the rest cannot survive the cut, so it is not looked at.
  const shown = text.replace(unfit, ' ').replace(/\s+/gu, ' ').trim();
  const characters = [...shown.slice(0, 2 * maxCharacters)];
  return characters.slice(0, maxCharacters).join('').toWellFormed().trimEnd();
}
