/** The catalog from the command line: published, found, fetched, downloaded by name, and refused. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { jsonLines, type RunningShoal, shoal, startShoal } from './shoal-process.ts';

let folder = '';
const running: RunningShoal[] = [];
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-catalog-'));
  await writeFile(join(folder, 'holiday.bin'), Buffer.alloc(200_000, 7));
});
after(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGTERM');
    await ended;
  }
  await rm(folder, { recursive: true });
});

async function start(args: readonly string[]): Promise<RunningShoal> {
  const started = startShoal(args, { cwd: folder });
  running.push(started);
  return started;
}

async function startTracker(more: readonly string[] = []): Promise<string> {
  const args = ['tracker', '--host', '127.0.0.1', '--port', '0', '--json', ...more];
  const tracker = await start(args);
  const [line] = await tracker.stdoutMatches(/^.*\n/);
  return (JSON.parse(line) as { announceUrls: string[] }).announceUrls[0]!;
}

test('what one seeds, another finds by words and gets by name', async () => {
  const url = await startTracker();
  const seeder = await start(['seed', 'holiday.bin', '-a', url, '--json']);
  const [, listed] = await seeder.stdoutMatches(/(\{"event":"listed".*\})\n/);
  const {
    id,
    url: page,
    isNew,
  } = JSON.parse(listed!) as { id: number; url: string; isNew: boolean };
  assert.ok(isNew);
  assert.match(await (await fetch(page)).text(), /holiday\.bin/);

  const found = await shoal(['search', 'holi', '-a', url, '--json']);
  assert.deepEqual(
    jsonLines(found.stdout).map(({ name, id: found }) => [name, found]),
    [['holiday.bin', id]],
  );
  const forPeople = await shoal(['search', '-a', url]);
  assert.match(forPeople.stdout, /id {3}name .*\n.*holiday\.bin {3}195\.3 KiB/);

  const fetched = await shoal(['fetch', String(id), '-a', url, '-o', 'copy.torrent'], {
    cwd: folder,
  });
  assert.equal(fetched.code, 0, fetched.stderr);
  const [copy, original] = await Promise.all(
    ['copy.torrent', 'holiday.bin.torrent'].map((name) => readFile(join(folder, name))),
  );
  assert.deepEqual(copy, original);
  const again = await shoal(['fetch', 'holiday.bin', '-a', url, '-o', 'copy.torrent'], {
    cwd: folder,
  });
  assert.equal(again.code, 5);
  assert.match(again.stderr, /copy\.torrent exists already/);

  const elsewhere = join(folder, 'got');
  await mkdir(elsewhere);
  const got = await shoal(['get', 'holiday.bin', '-a', url, '-e', '--json'], { cwd: elsewhere });
  assert.equal(got.code, 0, got.stdout);
  assert.deepEqual(await readFile(join(elsewhere, 'holiday.bin')), Buffer.alloc(200_000, 7));
  const infoHash = jsonLines(found.stdout)[0]!.infoHash as string;
  await mkdir(join(folder, 'byhash'));
  const byHash = await shoal(['get', infoHash, '-a', url, '-o', 'byhash', '-e'], { cwd: folder });
  assert.equal(byHash.code, 0, byHash.stderr);
});

test('nothing of that name, no tracker, no catalog: each is said', async () => {
  const url = await startTracker(['--catalog', 'none']);
  const absent = await shoal(['search', '-a', url]);
  assert.equal(absent.code, 8);
  assert.match(absent.stderr, /catalog/);
  const nobody = await shoal(['get', 'film', '-a', 'http://127.0.0.1:1/announce']);
  assert.equal(nobody.code, 8);
  assert.match(nobody.stderr, /film is no file here, and no catalog gave it: .*127\.0\.0\.1:1/);
  const file = await shoal(['get', 'absent.torrent', '-a', url]);
  assert.equal(file.code, 4);
  assert.match(file.stderr, /there is no such file/);
  const alike = await shoal(['seed', 'holiday.bin', '-a', url, '--json'], { cwd: folder });
  assert.equal(alike.code, 1, 'the first test still seeds it');
  assert.match(alike.stdout, /STATE_IN_USE/);
  const own = ['--state-dir', join(folder, 'state')];
  const seeder = await start(['seed', 'holiday.bin', '-a', url, '--json', ...own]);
  const [said] = await seeder.stdoutMatches(/^.*"complete".*\n/ms);
  assert.doesNotMatch(said, /listed/i);
});

test('private torrents are not published, and a tracker with tokens wants one', async () => {
  const tokenFile = join(folder, 'tokens');
  await writeFile(tokenFile, 'a-token-that-is-long-enough\n');
  const url = await startTracker(['--token-file', tokenFile]);
  const made = await shoal(['create', 'holiday.bin', '-P', '-a', url, '-o', 'private.torrent'], {
    cwd: folder,
  });
  assert.equal(made.code, 0, made.stderr);
  const refused = await shoal(['publish', 'private.torrent', '-a', url, '--json'], { cwd: folder });
  assert.equal(refused.code, 4, refused.stdout);
  const [line] = jsonLines(refused.stdout);
  assert.equal((line!.error as { code: string }).code, 'CATALOG_PRIVATE_TORRENT');
  const wrong = await shoal(
    ['publish', 'private.torrent', '-a', url, '--token', 'another-token-altogether'],
    { cwd: folder },
  );
  assert.equal(wrong.code, 9, wrong.stderr);
});
