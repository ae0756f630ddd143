import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Bitfield } from '../../base/bitfield.ts';
import type { Metainfo } from '../../protocol/metainfo.ts';
import { layoutOf } from '../client/content-storage.ts';
import { ResumeFiles } from '../client/resume-files.ts';
import { createTorrent } from '../torrent-files/create-torrent.ts';
import {
  ContentMoves,
  type MovableRow,
  type MovableTorrent,
  requireNoMove,
} from './content-moves.ts';
import { SaveFolders } from './save-folders.ts';

const memory = '/dev/shm';

/** A torrent that is in no client. */
class FakeTorrent implements MovableTorrent {
  row: MovableRow;
  isMoving = false;
  turn: Promise<void> = Promise.resolve();
  /** Each state that was written. */
  readonly written: Partial<MovableRow>[] = [];
  readonly #metainfo: Metainfo | undefined;

  constructor(metainfo: Metainfo | undefined, row: MovableRow) {
    this.#metainfo = metainfo;
    this.row = row;
  }

  async contentInfo(): Promise<Metainfo | undefined> {
    return this.#metainfo;
  }

  change(news: Partial<MovableRow>): void {
    this.row = { ...this.row, ...news };
    this.written.push(news);
  }

  whileOut(work: () => Promise<Partial<MovableRow>>): Promise<void> {
    const done = this.turn.then(async () => {
      this.isMoving = true;
      try {
        this.change(await work());
      } finally {
        this.isMoving = false;
      }
    });
    this.turn = done.catch(() => undefined);
    return done;
  }
}

async function rig(t: TestContext, lengthBytes = 40_000) {
  const root = mkdtempSync(join(tmpdir(), 'shoal-moves-'));
  const place = existsSync(memory) ? memory : tmpdir();
  const other = mkdtempSync(join(place, 'shoal-moves-'));
  t.after(() => {
    for (const dir of [root, other]) rmSync(dir, { recursive: true, force: true });
  });
  const from = join(root, 'from');
  mkdirSync(join(from, 'T'), { recursive: true });
  for (const name of ['a', 'b']) writeFileSync(join(from, 'T', name), name.repeat(lengthBytes));
  const { metainfo } = await createTorrent(join(from, 'T'));
  const resume = new ResumeFiles(join(root, 'resume'), () => undefined);
  const { infoHash, name } = metainfo;
  const row: MovableRow = {
    infoHash,
    name,
    givenName: undefined,
    dir: from,
    paths: new Map(),
    recheck: false,
    moving: undefined,
  };
  const torrent = new FakeTorrent(metainfo, row);
  const troubles: string[] = [];
  const moves = new ContentMoves({
    folders: new SaveFolders(from, [other]),
    resume,
    flushed: async () => undefined,
    onTrouble: (_torrent, message) => troubles.push(message),
  });
  return { moves, torrent, metainfo, resume, from, to: join(other, 'to'), troubles };
}

test('what was verified stays so, though the copy has another time', async (t) => {
  const { moves, torrent, metainfo, resume, from, to, troubles } = await rig(t);
  const layout = layoutOf(metainfo);
  const stampsIn = (dir: string) =>
    ['a', 'b'].map((name) => {
      const { size, mtimeMs } = statSync(join(dir, 'T', name));
      return { lengthBytes: size, mtimeMs };
    });
  const changed = { lengthBytes: 1, mtimeMs: 1 };
  await resume.save({
    infoHash: metainfo.infoHash,
    savedAtMs: 1,
    verified: Bitfield.full(layout.pieceCount),
    files: [stampsIn(from)[0], changed],
    partial: [],
    uploadedBytes: 0,
    downloadedBytes: 0,
    corruptBytes: 0,
    seedingForMs: 0,
    completedOnce: true,
  });
  await moves.move(torrent, { dir: to });
  assert.equal(torrent.isMoving, true, 'answered when it is on its way');
  await assert.rejects(moves.move(torrent, { dir: from }), { code: 'TORRENT_MOVING' });
  await assert.rejects(moves.rename(torrent, { path: 'T', name: 'U' }), { code: 'TORRENT_MOVING' });
  await torrent.turn;
  assert.deepEqual([torrent.row.dir, torrent.row.moving, troubles], [to, undefined, []]);
  assert.deepEqual(torrent.written[0], { moving: { kind: 'move', from, to } }, 'said before done');
  const saved = await resume.load(metainfo.infoHash, layout);
  assert.deepEqual(saved?.files, [stampsIn(to)[0], changed], 'doubt stays doubt');
  assert.deepEqual(readdirSync(from), []);
});

test('a move that is taken back, or that fails, leaves all where it was', async (t) => {
  const { moves, torrent, from, to, troubles } = await rig(t, 8_000_000);
  await moves.move(torrent, { dir: to });
  moves.cancel(torrent);
  await torrent.turn;
  assert.deepEqual([torrent.row.dir, torrent.row.moving], [from, undefined]);
  assert.match(troubles.join(), /stay in .*taken back/);
  assert.deepEqual(readdirSync(join(from, 'T')), ['a', 'b']);
  assert.deepEqual(readdirSync(to), []);

  mkdirSync(join(to, 'T'), { recursive: true });
  writeFileSync(join(to, 'T', 'b'), 'mine');
  await assert.rejects(moves.move(torrent, { dir: to }), { code: 'NAME_TAKEN' });
  await assert.rejects(moves.move(torrent, { dir: '/etc' }), { code: 'FORBIDDEN_DIR' });
  // It was free when it was asked.
  torrent.change({ moving: { kind: 'move', from, to } });
  assert.throws(() => requireNoMove(torrent.row), { code: 'MOVE_UNFINISHED' });
  moves.carryOn(torrent);
  await torrent.turn;
  assert.match(troubles.at(-1) ?? '', /is there already and is not overwritten/);
  assert.deepEqual([torrent.row.dir, torrent.row.moving], [from, undefined]);
  assert.deepEqual(readdirSync(join(from, 'T')), ['a', 'b']);
  assert.deepEqual(readdirSync(join(to, 'T')), ['b']);
});

test('the end of the daemon leaves a move to the next start', async (t) => {
  const first = await rig(t, 8_000_000);
  const { torrent, from, to, resume } = first;
  await first.moves.move(torrent, { dir: to });
  first.moves.close();
  await torrent.turn;
  assert.deepEqual(torrent.row.moving, { kind: 'move', from, to });
  assert.deepEqual(first.troubles, []);
  const next = new ContentMoves({
    folders: new SaveFolders(from, []),
    resume,
    flushed: async () => undefined,
    onTrouble: (_torrent, message) => first.troubles.push(message),
  });
  next.carryOn(torrent);
  await torrent.turn;
  assert.deepEqual([torrent.row.dir, torrent.row.moving, first.troubles], [to, undefined, []]);
  assert.deepEqual(readdirSync(join(to, 'T')), ['a', 'b']);
  assert.deepEqual(readdirSync(from), []);
});

test('a rename that was cut short is carried on; a name of its own is no other place', async (t) => {
  const { moves, torrent, from } = await rig(t);
  await moves.rename(torrent, { path: 'T/a', name: 'c' });
  assert.deepEqual([...torrent.row.paths], [[0, ['T', 'c']]]);
  const moving = { kind: 'rename', from: ['T', 'b'], to: ['T', 'd'], isFolder: false } as const;
  torrent.change({ moving, paths: new Map([...torrent.row.paths, [1, ['T', 'd']]]) });
  moves.carryOn(torrent);
  await torrent.turn;
  assert.deepEqual(readdirSync(join(from, 'T')), ['c', 'd']);
  await moves.rename(torrent, { path: 'T', name: 'U' });
  assert.equal(torrent.row.givenName, 'U');
  await moves.rename(torrent, { path: 'U', name: 'T' });
  await moves.rename(torrent, { path: 'T/c', name: 'a' });
  assert.deepEqual([...torrent.row.paths], [[1, ['T', 'd']]]);
  assert.equal(torrent.row.givenName, undefined);
});

test('a link without metadata only changes its folder, and has nothing to rename', async (t) => {
  const { moves, torrent, to } = await rig(t);
  const link = new FakeTorrent(undefined, torrent.row);
  await moves.move(link, { dir: to });
  assert.equal(link.row.dir, to);
  await assert.rejects(moves.rename(link, { path: 'T', name: 'U' }), { code: 'NO_METADATA' });
});
