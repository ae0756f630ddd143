import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DaemonRefusal } from '../../api/service/refusal.ts';
import { WatchFolder, type WatchFolderOptions } from './watch-folder.ts';

const text = (bytes: Uint8Array | string): string =>
  typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString();

interface Rig {
  readonly dir: string;
  readonly added: string[];
  readonly lines: string[];
  open(change?: Partial<WatchFolderOptions>): WatchFolder;
  until(names: readonly string[]): Promise<void>;
}

function rig(t: TestContext): Rig {
  const dir = mkdtempSync(join(tmpdir(), 'shoal-watch-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const added: string[] = [];
  const lines: string[] = [];
  const add = async (source: Uint8Array | string): Promise<void> => {
    const words = text(source);
    if (!/^(whole|magnet)/.test(words)) throw new DaemonRefusal('BAD_TORRENT', 'not understood');
    if (words.includes('no room')) throw new DaemonRefusal('DISK_FOLDER', 'no room');
    if (added.includes(words)) throw new DaemonRefusal('TORRENT_DUPLICATE', 'here already');
    added.push(words);
  };
  return {
    dir,
    added,
    lines,
    open: (change = {}) => {
      const log = (_level: string, line: string): void => void lines.push(line);
      const times = { pollMs: 20, settledMs: 30, patienceMs: 150 };
      const folder = new WatchFolder({ dir, add, log, ...times, ...change });
      t.after(() => folder.close());
      return folder;
    },
    until: async (names) => {
      for (let i = 0; i < 150; i++) {
        if (JSON.stringify(readdirSync(dir).sort()) === JSON.stringify([...names].sort())) return;
        await sleep(20);
      }
      assert.deepEqual(readdirSync(dir).sort(), [...names].sort());
    },
  };
}

test('what lies there and what comes is added once, and marked', async (t) => {
  const { dir, added, open, until } = rig(t);
  await writeFile(join(dir, 'a.torrent'), 'whole a');
  await writeFile(join(dir, 'notes.txt'), 'whole notes');
  open();
  await until(['a.torrent.added', 'notes.txt']);
  await writeFile(join(dir, 'b.MAGNET'), ' magnet:?xt=urn:btih:x\n');
  await writeFile(join(dir, 'a.torrent'), 'whole a');
  await until(['a.torrent.2.added', 'a.torrent.added', 'b.MAGNET.added', 'notes.txt']);
  assert.deepEqual(added, ['whole a', 'magnet:?xt=urn:btih:x']);
});

test('events of the system are enough', async (t) => {
  const { dir, open, until } = rig(t);
  open({ pollMs: 60_000 });
  await sleep(50);
  await writeFile(join(dir, 'a.torrent'), 'whole a');
  await until(['a.torrent.added']);
});

test('a file that is still being written is waited for', async (t) => {
  const { dir, added, open, until } = rig(t);
  const path = join(dir, 'slow.torrent');
  open({ settledMs: 10, patienceMs: 1000 });
  await writeFile(path, 'wh');
  for (const part of ['o', 'l', 'e']) {
    await sleep(60);
    await appendFile(path, part);
  }
  await until(['slow.torrent.added']);
  assert.deepEqual(added, ['whole']);
});

test('what is no torrent is marked so and told', async (t) => {
  const { dir, lines, open, until } = rig(t);
  await writeFile(join(dir, 'bad.torrent'), 'garbage');
  await writeFile(join(dir, 'url.magnet'), 'http://127.0.0.1/x');
  open();
  await until(['bad.torrent.invalid', 'url.magnet.invalid']);
  assert.match(lines.join('\n'), /bad\.torrent is no torrent: not understood/);
  assert.equal(lines.length, 2);
});

test('links are not followed, folders and the like are passed over', async (t) => {
  const { dir, added, open, until } = rig(t);
  const outside = mkdtempSync(join(tmpdir(), 'shoal-outside-'));
  t.after(() => rmSync(outside, { recursive: true }));
  await writeFile(join(outside, 'secret'), 'whole secret');
  symlinkSync(join(outside, 'secret'), join(dir, 'link.torrent'));
  await mkdir(join(dir, 'folder.torrent'));
  await writeFile(join(dir, 'z.torrent'), 'whole z');
  open();
  await until(['folder.torrent', 'link.torrent', 'z.torrent.added']);
  assert.deepEqual(added, ['whole z']);
});

test('what cannot be added now stays, and is told once', async (t) => {
  const { dir, lines, open, until } = rig(t);
  await writeFile(join(dir, 'a.torrent'), 'whole, no room');
  open();
  for (let i = 0; i < 100 && lines.length === 0; i++) await sleep(20);
  await sleep(100);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /a\.torrent is not added: no room/);
  await until(['a.torrent']);
});

test('a folder that comes later is taken up', async (t) => {
  const { dir, added, lines, open } = rig(t);
  await rm(dir, { recursive: true });
  open();
  await sleep(100);
  assert.equal(lines.length, 1, 'told once');
  await mkdir(dir);
  await writeFile(join(dir, 'a.torrent'), 'whole a');
  for (let i = 0; i < 100 && added.length === 0; i++) await sleep(20);
  assert.deepEqual(added, ['whole a']);
});
