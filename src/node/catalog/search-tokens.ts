/**
 * Text cut into search tokens, the same way for what is stored and for what is asked, whatever the
 * store: case, width and the accents of Latin, Greek and Cyrillic letters do not count. Scripts that
 * write no spaces give a token a character, so that any part of a name is found. Emoji are tokens.
 * Invariant: a token holds letters, digits, marks or one symbol: nothing that a query language reads
 * as syntax.
 */

/** A longer token loses its end, in what is stored and in what is asked. */
const maxTokenUnits = 64;
/** More of a query is not looked at. */
const maxQueryUnits = 1000;
const maxQueryPhrases = 16;
const maxQueryTokens = 48;

/** More marks on one letter are no writing, and putting thousands in order takes long. */
const maxMarks = 8;
const markPile = /\p{M}{9,}/gu;

const run = /[\p{L}\p{N}\p{M}]+|\p{So}/gu;
const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

/** Tokens with a space between each, at most `maxUnits` UTF-16 units. */
export function searchTokens(text: string, maxUnits: number): string {
  const tokens: string[] = [];
  let units = 0;
  for (const phrase of phrases(text)) {
    for (const token of phrase) {
      units += token.length + 1;
      if (units > maxUnits) return tokens.join(' ');
      tokens.push(token);
    }
  }
  return tokens.join(' ');
}

/**
 * What a person typed, as phrases that must all occur: a phrase is one token, or several that follow
 * each other. The last token of the last phrase is the beginning of a word.
 */
export function queryPhrases(text: string): readonly (readonly string[])[] {
  const found: string[][] = [];
  let tokens = 0;
  for (const phrase of phrases(text.slice(0, maxQueryUnits))) {
    if (found.length === maxQueryPhrases || tokens === maxQueryTokens) break;
    found.push(phrase.slice(0, maxQueryTokens - tokens));
    tokens += found.at(-1)!.length;
  }
  return found;
}

function* phrases(text: string): Generator<string[]> {
  for (const [word] of fold(text).matchAll(run)) {
    yield unspaced.test(word) ? splitUnspaced(word) : [word.slice(0, maxTokenUnits).toWellFormed()];
  }
}

/** `第2巻abc` gives 第, 2, 巻, abc. */
function splitUnspaced(word: string): string[] {
  const tokens: string[] = [];
  let spaced = '';
  for (const character of word) {
    if (!unspaced.test(character)) {
      spaced += character;
      continue;
    }
    if (spaced !== '') tokens.push(spaced.slice(0, maxTokenUnits).toWellFormed());
    tokens.push(character);
    spaced = '';
  }
  if (spaced !== '') tokens.push(spaced.slice(0, maxTokenUnits).toWellFormed());
  return tokens;
}

function fold(text: string): string {
  return foldCase(text)
    .replace(markPile, (marks) => marks.slice(0, maxMarks))
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

/** Names that differ only in case are equal under this. */
export function foldName(name: string): string {
  return foldCase(name).normalize('NFC');
}

/** Through upper case, so that ß meets SS; and the Greek sigma has two lower-case forms. */
function foldCase(text: string): string {
  return text.toWellFormed().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}
