import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PathRules } from './safe-path.ts';
import { UniquePaths } from './unique-paths.ts';

function claimAll(paths: readonly string[], rules: PathRules = 'portable'): string[] {
  const unique = new UniquePaths(rules);
  return paths.map((path) => unique.claim(path.split('/')).join('/'));
}

test('equal paths are numbered', () => {
  assert.deepEqual(claimAll(['d/a.txt', 'd/a.txt', 'd/a.txt', 'a.txt']), [
    'd/a.txt',
    'd/a (2).txt',
    'd/a (3).txt',
    'a.txt',
  ]);
  assert.deepEqual(claimAll(['a', 'a (2)', 'a']), ['a', 'a (2)', 'a (3)']);
});

test('letter case and Unicode form do not tell portable paths apart', () => {
  assert.deepEqual(claimAll(['README', 'readme']), ['README', 'readme (2)']);
  assert.deepEqual(claimAll(['é', 'e\u0301']), ['é', 'e\u0301 (2)']);
  assert.deepEqual(claimAll(['straße', 'STRASSE']), ['straße', 'STRASSE (2)']);
  assert.deepEqual(claimAll(['Dir/a', 'dir/A', 'DIR/b']), ['Dir/a', 'dir/A (2)', 'DIR/b']);
  const exact = ['README', 'readme', 'é', 'e\u0301', 'Dir/a', 'dir/a'];
  assert.deepEqual(claimAll(exact, 'exact'), exact);
});

test('a path is not both a file and a folder', () => {
  assert.deepEqual(claimAll(['a', 'a/b', 'a/c']), ['a', 'a (2)/b', 'a (2)/c']);
  assert.deepEqual(claimAll(['a/b', 'A', 'a/c']), ['a/b', 'A (2)', 'a/c']);
  assert.deepEqual(claimAll(['x', 'x/y', 'x/y/z', 'x']), [
    'x',
    'x (2)/y',
    'x (2)/y (2)/z',
    'x (3)',
  ]);
});

test('many equal names take linear time', () => {
  const names = claimAll(Array.from({ length: 50_000 }, () => 'same'));
  assert.equal(names.at(-1), 'same (50000)');
});

test('whatever the names, files and folders stay apart', () => {
  const component = fc.constantFrom('a', 'A', 'b', 'a (2)', 'A (3)', 'ß', 'SS');
  const paths = fc.array(fc.array(component, { minLength: 1, maxLength: 3 }), { maxLength: 20 });
  fc.assert(
    fc.property(paths, (input) => {
      const claimed = claimAll(input.map((path) => path.join('/'))).map((path) =>
        path.toUpperCase().toLowerCase(),
      );
      assert.equal(new Set(claimed).size, claimed.length);
      const files = new Set(claimed);
      for (const path of claimed) {
        for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
          assert.ok(!files.has(path.slice(0, at)), path);
        }
      }
    }),
  );
});
