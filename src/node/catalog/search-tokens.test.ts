import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldName, queryPhrases, searchTokens } from './search-tokens.ts';

const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff })
  .map((code) => String.fromCodePoint(code));

test('text is cut at what is no letter, digit or symbol', () => {
  assert.equal(searchTokens('Ubuntu-24.04_LTS (x86).iso', 100), 'ubuntu 24 04 lts x86 iso');
  assert.equal(searchTokens('東京2020タワー', 100), '東 京 2020 タ ワ ー');
  assert.equal(searchTokens('ok 👍🏽', 100), 'ok 👍');
  assert.equal(searchTokens('É e\u0301 ＡＢ ﬁ Straße ΟΔΟΣ', 100), 'e e ab fi strasse οδοσ');
  assert.equal(searchTokens('"*" -- \0\u202e', 100), '');
});

test('tokens stay within the room there is', () => {
  assert.equal(searchTokens('aaa bbb ccc', 8), 'aaa bbb');
  assert.equal(searchTokens('x'.repeat(100), 1000), 'x'.repeat(64));
  assert.equal(searchTokens('漢字', 3), '漢');
});

test('a query is a bounded number of phrases', () => {
  assert.deepEqual(queryPhrases('Tokyo 東京 to'), [['tokyo'], ['東', '京'], ['to']]);
  assert.equal(queryPhrases('a '.repeat(400)).length, 16);
  assert.equal(queryPhrases('漢'.repeat(5000))[0]?.length, 48);
  assert.deepEqual(queryPhrases(' "" '), []);
});

test('a token is never syntax of a query language', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (text) => {
      for (const token of [...queryPhrases(text).flat(), ...searchTokens(text, 1000).split(' ')]) {
        assert.match(token, /^(?:[\p{L}\p{N}\p{M}]+|\p{So}|)$/u);
      }
    }),
    { numRuns: 100 },
  );
});

test('piles of marks are sorted out quickly', () => {
  const startedMs = performance.now();
  searchTokens('\u0300\u0316'.repeat(30_000), 64 * 1024);
  assert.ok(performance.now() - startedMs < 200);
});

test('names are equal but for their case', () => {
  assert.equal(foldName('STRASSE'), foldName('straße'));
  assert.equal(foldName('Σίσυφος'), foldName('ΣΊΣΥΦΟΣ'));
  assert.notEqual(foldName('resume'), foldName('résumé'));
});
