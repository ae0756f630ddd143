import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeLatin1, encodeUtf8 } from '../base/text.ts';
import { numberedName, safeComponent, safeName, safePath } from './safe-path.ts';

test('odd but legal names stay as they are', () => {
  const names = [
    'foo... bar',
    '...x',
    '-rf',
    '$(touch x)',
    ' lead',
    'a..b',
    '日本語.txt',
    '🎵',
    '.hidden',
  ];
  for (const name of names) {
    assert.equal(safeComponent(name), name);
    assert.equal(safeComponent(encodeUtf8(name), 'exact'), name);
  }
});

test('what could leave the folder cannot', () => {
  for (const rules of ['portable', 'exact'] as const) {
    for (const name of ['', '.', '..']) assert.equal(safeComponent(name, rules), undefined);
    assert.equal(safeComponent('../../etc/passwd', rules), '.._.._etc_passwd');
    assert.equal(safeComponent('..\\..\\x', rules), '.._.._x');
    assert.equal(safeComponent('/etc', rules), '_etc');
    assert.equal(safeComponent('a\0b\nc\x7f', rules), 'a_b_c_');
    assert.deepEqual(safePath(['..', '..', 'etc', '', '.', 'passwd'], rules), ['etc', 'passwd']);
    assert.deepEqual(safePath(['..', '.'], rules), ['unnamed']);
    assert.deepEqual(safePath([], rules), ['unnamed']);
  }
});

test('portable names suit Windows; exact ones are left alone', () => {
  const cases: [string, string | undefined][] = [
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['com1', '_com1'],
    ['LPT9.tar.gz', '_LPT9.tar.gz'],
    ['aux.c', '_aux.c'],
    ['console', 'console'],
    ['com10', 'com10'],
    ['Inc.', 'Inc'],
    ['dots. . .', 'dots'],
    ['con ', '_con'],
    ['...', undefined],
    ['. ', undefined],
    ['C:', 'C_'],
    ['What?', 'What_'],
    ['file:stream', 'file_stream'],
    ['evil\u202efdp.exe', 'evil_fdp.exe'],
  ];
  for (const [name, portable] of cases) {
    assert.equal(safeComponent(name), portable, name);
    assert.equal(safeComponent(name, 'exact'), name);
  }
});

test('what is not UTF-8 becomes readable text', () => {
  assert.equal(safeComponent(encodeLatin1('caf\xe9')), 'caf_');
  assert.equal(safeComponent('\ud800x'), '_x');
  // Overlong forms of "/" and "." are no UTF-8 either.
  assert.equal(safeComponent(encodeLatin1('..\xc0\xafx')), '..__x');
});

test('long names are cut at whole characters and keep their extension', () => {
  const long = safeComponent(`${'é'.repeat(200)}.flac`, 'exact')!;
  assert.equal(encodeUtf8(long).length, 255);
  assert.ok(long.endsWith('é.flac'));
  assert.equal(safeComponent('x'.repeat(255), 'exact'), 'x'.repeat(255));
  assert.ok(encodeUtf8(safeComponent('🎵'.repeat(1000))!).length <= 255);
  const deep = safePath(Array.from({ length: 5000 }, (_, i) => `d${i}`));
  assert.equal(deep.length, 100);
  assert.equal(deep.at(-1), 'd4999');
});

test('numbers go before the extension and within the limit', () => {
  assert.equal(numberedName('report.pdf', 2), 'report (2).pdf');
  assert.equal(numberedName('README', 3), 'README (3)');
  assert.equal(numberedName('.bashrc', 2), '.bashrc (2)');
  assert.equal(encodeUtf8(numberedName(`${'é'.repeat(125)}.flac`, 12)).length, 254);
  assert.equal(safeName('..', 'exact', 'fallback'), 'fallback');
});

test('anything at all becomes one safe component, which is then stable', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .array(fc.constantFrom('.', '..', '/', '\\', 'con', ' ', '\0', 'é', 'x'.repeat(90)), {
        maxLength: 6,
      })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(anything, fc.constantFrom('portable', 'exact'), (name, rules) => {
      const safe = safeName(name, rules);
      assert.ok(safe !== '' && safe !== '.' && safe !== '..');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
      assert.doesNotMatch(safe, /[/\\\x00-\x1f\x7f]/);
      assert.ok(encodeUtf8(safe).length <= 255);
      assert.ok(safe.isWellFormed());
      if (rules === 'portable') assert.doesNotMatch(safe, /[. ]$|^(con|nul)(\.|$)/i);
      assert.equal(safeName(safe, rules), safe);
    }),
    { numRuns: 500 },
  );
});
