/**
 * Search tokens in the text forms of PostgreSQL's tsvector and tsquery. Its own parser is left out, so
 * that it finds what SQLite finds. Tokens hold no quote and no backslash, so quoting them is enough.
 */
import type { TorrentFacts } from './catalog-store.ts';
import { queryPhrases } from './search-tokens.ts';

/** Positions end there; later tokens would all seem to be neighbours. */
const lastPosition = 16_383;
/** Keeps phrases from spanning the name and the first file. */
const gap = 2;

export interface SearchVectors {
  readonly name: string;
  /** Of the name and of the files. */
  readonly all: string;
}

export function searchVectors(
  facts: Pick<TorrentFacts, 'nameTokens' | 'fileTokens'>,
): SearchVectors {
  const names = split(facts.nameTokens);
  const name = vector(names, 1);
  const files = vector(split(facts.fileTokens), names.length + gap);
  return { name, all: `${name} ${files}` };
}

/** Empty when the text has no token. */
export function searchExpression(text: string): string {
  const phrases = queryPhrases(text);
  return phrases
    .map((tokens, i) => {
      const quoted = tokens.map((token) => `'${token}'`);
      if (i === phrases.length - 1) quoted.push(`${quoted.pop()}:*`);
      return `(${quoted.join(' <-> ')})`;
    })
    .join(' & ');
}

function vector(tokens: readonly string[], firstPosition: number): string {
  return tokens
    .map((token, i) => {
      const position = firstPosition + i;
      return position > lastPosition ? `'${token}'` : `'${token}':${position}`;
    })
    .join(' ');
}

function split(tokens: string): string[] {
  return tokens === '' ? [] : tokens.split(' ');
}
