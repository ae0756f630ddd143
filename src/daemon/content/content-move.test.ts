import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  bringOver,
  type ContentMove,
  removeOld,
  requireMovable,
  takeBack,
} from './content-move.ts';
import { ownedPaths } from './owned-paths.ts';

/** A file system of its own on most Linux machines. */
const memory = '/dev/shm';

const files = [
  ['T', 'a.bin'],
  ['T', 'deep', 'b.bin'],
  ['T', 'later'],
].map((path) => ({
  path,
  offsetBytes: 0,
  lengthBytes: 1,
  padding: false,
}));

interface Rig extends ContentMove {
  /** Below both folders, as `from/T/a.bin`. */
  tree(): Record<string, number>;
}

/** `from` has a whole file, an unfinished one and the parts file. */
function rig(t: TestContext, place = tmpdir()): Rig {
  const root = mkdtempSync(join(tmpdir(), 'shoal-move-'));
  const other = mkdtempSync(join(place, 'shoal-move-'));
  t.after(() => {
    for (const dir of [root, other]) rmSync(dir, { recursive: true });
  });
  const from = join(root, 'from');
  const to = join(other, 'new', 'to');
  mkdirSync(join(from, 'T', 'deep'), { recursive: true });
  writeFileSync(join(from, 'T', 'a.bin'), 'a'.repeat(3_000_000));
  const half = Buffer.alloc(4_000_000);
  half.fill('b', 0, 100);
  writeFileSync(join(from, 'T', 'deep', 'b.bin.part'), half);
  writeFileSync(join(from, '.T.parts'), 'parts');
  utimesSync(join(from, 'T', 'a.bin'), 1000, 1_600_000_000.25);
  const tree = (): Record<string, number> => ({ ...sizes(from, 'from'), ...sizes(to, 'to') });
  return { from, to, paths: ownedPaths(files, 'T'), tree };
}

function sizes(dir: string, as: string): Record<string, number> {
  if (!existsSync(dir)) return {};
  const found: Record<string, number> = {};
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    const stats = lstatSync(join(dir, name));
    if (!stats.isDirectory()) found[`${as}/${name}`] = stats.size;
  }
  return found;
}

const all = (at: string): Record<string, number> => ({
  [`${at}/T/a.bin`]: 3_000_000,
  [`${at}/T/deep/b.bin.part`]: 4_000_000,
  [`${at}/.T.parts`]: 5,
});

const places = existsSync(memory) ? [tmpdir(), memory] : [tmpdir()];

for (const place of places) {
  test(`all of it and nothing else gets to ${place}`, async (t) => {
    const move = rig(t, place);
    writeFileSync(join(move.from, 'T', 'mine.txt'), 'foreign');
    const before = readFileSync(join(move.from, 'T', 'deep', 'b.bin.part'));
    await requireMovable(move);
    const told: number[] = [];
    await bringOver(move, { onProgress: (done, total) => told.push(done / total) });
    assert.deepEqual(move.tree(), { ...all('from'), ...all('to'), 'from/T/mine.txt': 7 });
    assert.deepEqual(
      told.toSorted((a, b) => a - b),
      told,
    );
    assert.equal(told.at(-1), 1);
    await removeOld(move);
    assert.deepEqual(move.tree(), { ...all('to'), 'from/T/mine.txt': 7 });
    assert.equal(existsSync(join(move.from, 'T', 'deep')), false, 'empty folders go');
    assert.deepEqual(readFileSync(join(move.to, 'T', 'deep', 'b.bin.part')), before);
    const { mtimeMs, blocks } = statSync(join(move.to, 'T', 'a.bin'));
    assert.equal(mtimeMs, 1_600_000_000_250);
    assert.ok(blocks > 0);
  });

  test(`a move to ${place} that was cut short is carried on, or taken back`, async (t) => {
    const move = rig(t, place);
    for (const isCarriedOn of [false, true]) {
      const cut = new AbortController();
      let chunks = 0;
      const onProgress = (): void => {
        if (++chunks === 2) cut.abort(new Error('cut'));
      };
      await assert.rejects(bringOver(move, { signal: cut.signal, onProgress }), /cut/);
      assert.deepEqual({ ...move.tree(), ...all('from') }, move.tree(), 'nothing is lost');
      if (isCarriedOn) await bringOver(move);
      else {
        await takeBack(move);
        assert.deepEqual(move.tree(), all('from'));
      }
    }
    await removeOld(move);
    assert.deepEqual(move.tree(), all('to'));
    await removeOld(move);
    assert.deepEqual(move.tree(), all('to'), 'again it does nothing');
  });

  test(`what a crash left of a copy in ${place} is not taken for it`, async (t) => {
    const move = rig(t, place);
    mkdirSync(join(move.to, 'T'), { recursive: true });
    await bringOver({ ...move, paths: [['.T.parts']] });
    writeFileSync(join(move.to, 'T', '.shoal-0000000000000000.moving'), 'half');
    await bringOver(move);
    await takeBack(move);
    assert.deepEqual(move.tree(), { ...all('from'), 'to/T/.shoal-0000000000000000.moving': 4 });
  });
}

test('what is in the way is neither overwritten nor deleted', async (t) => {
  const move = rig(t);
  mkdirSync(join(move.to, 'T'), { recursive: true });
  const foreign = join(move.to, 'T', 'later');
  writeFileSync(foreign, 'mine');
  await assert.rejects(requireMovable(move), { code: 'NAME_TAKEN' });
  rmSync(foreign);
  await requireMovable(move);
  // It comes while the move is under way.
  writeFileSync(join(move.to, 'T', 'a.bin'), 'mine');
  await assert.rejects(bringOver(move), { code: 'NAME_TAKEN' });
  await takeBack(move);
  assert.deepEqual(move.tree(), { ...all('from'), 'to/T/a.bin': 4 });
});

test('links lead nothing out of either folder', async (t) => {
  const move = rig(t);
  const outside = mkdtempSync(join(tmpdir(), 'shoal-outside-'));
  t.after(() => rmSync(outside, { recursive: true }));
  mkdirSync(move.to, { recursive: true });
  symlinkSync(outside, join(move.to, 'T'));
  await assert.rejects(bringOver(move), { code: 'MOVE_FAILED' });
  assert.deepEqual(readdirSync(outside), []);
  await takeBack(move);
  rmSync(join(move.to, 'T'));

  writeFileSync(join(outside, 'a.bin'), 'secret');
  rmSync(join(move.from, 'T'), { recursive: true });
  symlinkSync(outside, join(move.from, 'T'));
  await bringOver(move);
  await removeOld(move);
  assert.deepEqual(readdirSync(outside), ['a.bin']);
  assert.deepEqual(readdirSync(move.to), ['.T.parts']);
});
