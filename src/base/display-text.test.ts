import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { displayText } from './display-text.ts';

test('readable text stays as it is', () => {
  for (const text of ['µTorrent 3.5.5', '迅雷', 'a <b> & c', 'naïve 🐟']) {
    assert.equal(displayText(text, 64), text);
  }
});

test('what could disturb its surroundings is gone', () => {
  assert.equal(displayText('  a\r\nb\tc\u0000d  ', 64), 'a b c d');
  assert.equal(displayText('evil\u202Egnp.exe', 64), 'evil gnp.exe');
  assert.equal(displayText('\u001b[31mred\u2066\u200b\u2028x', 64), '[31mred x');
  assert.equal(displayText('\ud800\u200f\u0007', 64), '');
});

test('the limit counts code points', () => {
  assert.equal(displayText('🐟🐟🐟', 2), '🐟🐟');
  assert.equal(displayText('ab cd', 3), 'ab');
});

test('any text becomes one well-formed line within the limit', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.integer({ min: 0, max: 20 }),
      (text, limit) => {
        const shown = displayText(text, limit);
        assert.ok([...shown].length <= limit);
        assert.ok(shown.isWellFormed());
        assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
      },
    ),
  );
});
