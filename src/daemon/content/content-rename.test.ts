import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { renameContent } from './content-rename.ts';
import { planRename } from './rename-plan.ts';

const file = (path: string, padding = false) => ({
  path: path.split('/'),
  offsetBytes: 0,
  lengthBytes: 1,
  padding,
});
const files = ['T/a', 'T/deep/b', 'T/deep/c', 'T/x.part'].map((path) => file(path));

const placesOf = (path: string, name: string): string[] =>
  [...(planRename(files, { path, name })?.paths ?? [])].map(([i, to]) => `${i} ${to.join('/')}`);

test('a file, a folder and the top', () => {
  assert.deepEqual(placesOf('T/a', 'z'), ['0 T/z']);
  assert.deepEqual(placesOf('T/deep', 'low'), ['1 T/low/b', '2 T/low/c']);
  assert.deepEqual(placesOf('T', 'U'), ['0 U/a', '1 U/deep/b', '2 U/deep/c', '3 U/x.part']);
  assert.deepEqual(placesOf('T/deep/b', 'b'), []);
  assert.equal(planRename(files, { path: 'T', name: 'U' })?.isTop, true);
  assert.equal(planRename(files, { path: 'T/deep', name: 'U' })?.isTop, false);
  const single = planRename([file('one.iso')], { path: 'one.iso', name: 'two.iso' });
  assert.deepEqual([single?.isTop, single?.isFolder], [true, false]);
  const padded = [file('T/a'), file('.pad/1', true)];
  assert.equal(planRename(padded, { path: 'T', name: 'U' })?.isTop, true);
});

test('names that are in use by the torrent, in whatever case, and bad ones', () => {
  const taken = ['deep', 'DEEP', 'x', 'x.part', 'X.PART'];
  for (const name of taken) {
    assert.throws(() => placesOf('T/a', name), { code: 'NAME_TAKEN' }, name);
  }
  assert.throws(() => placesOf('T/deep', 'a'), { code: 'NAME_TAKEN' });
  assert.throws(() => placesOf('T/deep', 'A.part'), { code: 'NAME_TAKEN' });
  assert.throws(() => placesOf('T/deep/b', 'C'), { code: 'NAME_TAKEN' });
  assert.deepEqual(placesOf('T/a', 'A'), ['0 T/A'], 'only the case of its own name');
  for (const name of ['..', '.', '', 'a/b', '..\\x', 'a\nb', '\ud800']) {
    assert.throws(() => placesOf('T/a', name), { code: 'BAD_REQUEST' }, name);
  }
  for (const path of ['no', 'T/dee', 'T/a/b', '', '/', '..']) {
    assert.throws(() => placesOf(path, 'z'), { code: 'NOT_FOUND' }, path);
  }
});

test('on the disk: what is there gets the name, nothing is overwritten', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'shoal-rename-'));
  t.after(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, 'T', 'deep'), { recursive: true });
  writeFileSync(join(dir, 'T', 'deep', 'b.part'), 'b');
  writeFileSync(join(dir, 'T', 'mine'), 'mine');
  const tree = (): string[] =>
    readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort((a, b) => (a < b ? -1 : 1));
  const change = (from: string, to: string, isFolder: boolean) =>
    renameContent({ dir, from: from.split('/'), to: to.split('/'), isFolder });
  await change('T/deep/b', 'T/deep/c', false);
  await change('T/deep', 'T/low', true);
  await change('T', 'U', true);
  await change('U/later', 'U/other', false);
  assert.deepEqual(tree(), ['U', 'U/low', 'U/low/c.part', 'U/mine']);
  await change('T', 'U', true);
  await assert.rejects(change('U/low', 'U/mine', true), { code: 'NAME_TAKEN' });
  await assert.rejects(change('U/mine', 'U/low', false), { code: 'NAME_TAKEN' });
  assert.equal(readFileSync(join(dir, 'U', 'mine'), 'utf8'), 'mine');

  const outside = mkdtempSync(join(tmpdir(), 'shoal-outside-'));
  t.after(() => rmSync(outside, { recursive: true }));
  writeFileSync(join(outside, 'secret'), '');
  symlinkSync(outside, join(dir, 'out'));
  await assert.rejects(change('out/secret', 'out/told', false), { code: 'RENAME_FAILED' });
  assert.deepEqual(readdirSync(outside), ['secret']);
});
