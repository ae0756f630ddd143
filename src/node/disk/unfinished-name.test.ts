import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { safeName } from '../../protocol/safe-path.ts';
import { partsName, unfinishedName } from './unfinished-name.ts';

test('a name with room keeps all of itself', () => {
  assert.equal(unfinishedName('x.iso'), 'x.iso.part');
  assert.equal(unfinishedName('n'.repeat(250)), `${'n'.repeat(250)}.part`);
  assert.equal(partsName('holiday'), '.holiday.parts');
});

test('a name without room keeps its beginning, cut between characters', () => {
  const long = unfinishedName('🐟'.repeat(63));
  assert.match(long, /^🐟{59}~[0-9a-f]{12}\.part$/u);
  assert.match(partsName('n'.repeat(255)), /^\.n{235}~[0-9a-f]{12}\.parts$/);
  assert.notEqual(unfinishedName(`${'n'.repeat(254)}1`), unfinishedName(`${'n'.repeat(254)}2`));
});

test('every name fits in 255 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 60, maxLength: 300 }), (text) => {
      const name = safeName(text, 'exact');
      for (const own of [unfinishedName(name), partsName(name)]) {
        assert.ok(Buffer.byteLength(own) <= 255);
        assert.ok(own.isWellFormed());
      }
    }),
  );
});
