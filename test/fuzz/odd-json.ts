/** JSON with a value of it replaced, taken out or doubled: what byte-wise mutation seldom gets right. */
import type { Random } from '../../src/base/random.ts';

type Json = unknown;

const deepBy = 2000;

/** `words` are texts that mean something to the one who reads it. Undefined when it is no JSON. */
export function oddJson(
  text: string,
  words: readonly string[],
  random: Random,
): string | undefined {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const odd = changed(value, words, random);
  const printed = JSON.stringify(odd) ?? '';
  // JSON.stringify cannot write these.
  switch (random.below(40)) {
    case 0:
      return printed.replace(/\d+/, '1e400');
    case 1:
      return printed.replace('{', '{"__proto__":{"x":1},"constructor":1,');
    case 2:
      return printed.replace('{', `{"x":${'['.repeat(deepBy)}${']'.repeat(deepBy)},`);
    case 3:
      return `${' '.repeat(random.below(2000))}${printed}`;
    default:
      return printed;
  }
}

function changed(value: Json, words: readonly string[], random: Random): Json {
  const isLeaf = typeof value !== 'object' || value === null;
  if (isLeaf || random.below(6) === 0)
    return random.below(8) === 0 ? [value] : oddValue(words, random);
  if (Array.isArray(value)) return changedList(value, words, random);
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const entry = entries[at];
  if (entry === undefined)
    return { ...value, [String(oddText(words, random))]: oddValue(words, random) };
  if (random.below(8) === 0) entries.splice(at, 1);
  else entries[at] = [entry[0], changed(entry[1], words, random)];
  return Object.fromEntries(entries);
}

function changedList(list: readonly Json[], words: readonly string[], random: Random): Json {
  const at = random.below(list.length + 1);
  const item = list[at];
  if (item === undefined) return [...list, oddValue(words, random)];
  if (random.below(8) === 0) return Array.from({ length: random.below(1500) }, () => item);
  return list.with(at, changed(item, words, random));
}

const plainOdd: readonly Json[] = [
  ...[null, true, false, 0, -1, 1, 0.5, 7, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 32, 2 ** 53],
  ...[[], {}, [[]], '', [null], { length: 1e9 }],
];

function oddValue(words: readonly string[], random: Random): Json {
  if (random.below(2) === 0) return plainOdd[random.below(plainOdd.length)];
  return oddText(words, random);
}

const oddTexts: readonly string[] = [
  ...['', ' ', '.', '..', '../..', '../../outside', '/', '//', '\\\\host\\share', 'C:\\x', 'a/b'],
  ...['\0', 'a\0b', '\ud800', '\u202e', '\n', '__proto__', 'constructor', 'toString', 'NaN', '1e9'],
  ...['é'.normalize('NFD'), 'x'.repeat(300), 'x'.repeat(70_000), '%2e%2e%2f', '~', '$HOME', '-1'],
];

function oddText(words: readonly string[], random: Random): string {
  const list = random.below(2) === 0 && words.length > 0 ? words : oddTexts;
  return list[random.below(list.length)] ?? '';
}
