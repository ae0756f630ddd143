import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutEnd, cutMiddle, padEnd, padStart, textWidth } from './text-width.ts';
import { visibleText } from './visible-text.ts';

test('wide characters take two columns, marks take none', () => {
  assert.equal(textWidth('holiday'), 7);
  assert.equal(textWidth('日本'), 4);
  assert.equal(textWidth('été'), 3);
  assert.equal(textWidth('e\u0301te\u0301'), 3);
  assert.equal(textWidth('🦈'), 2);
  assert.equal(textWidth('━╸─'), 3);
});

test('names are cut in the middle and keep both ends', () => {
  assert.equal(cutMiddle('holiday', 7), 'holiday');
  assert.equal(cutMiddle('a-long-holiday.mkv', 9), 'a-lo….mkv');
  assert.equal(cutMiddle('日本日本', 5), '日…本');
  assert.equal(cutMiddle('abc', 1), '…');
  assert.equal(cutMiddle('abc', 0), '');
  assert.equal(cutEnd('abcdef', 4), 'abc…');
});

test('nothing that was cut is wider than asked, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(40), (raw, columns) => {
      const text = visibleText(raw);
      assert.ok(textWidth(cutMiddle(text, columns)) <= columns);
      assert.ok(textWidth(cutEnd(text, columns)) <= columns);
    }),
  );
});

test('padding reaches the width', () => {
  assert.equal(padEnd('日', 4), '日  ');
  assert.equal(padStart('7', 3), '  7');
});

test('text of strangers cannot steer the terminal', () => {
  assert.equal(visibleText('a\u001b[31mb\nc'), 'a\ufffd[31mb\ufffdc');
  assert.equal(visibleText('photo\u202egpj.exe'), 'photo\ufffdgpj.exe');
  assert.equal(visibleText('\u009b2J'), '\ufffd2J');
  assert.equal(visibleText('plain été 日本 🦈'), 'plain été 日本 🦈');
});
