/** Making, reading, changing and checking .torrent files with the real command line. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { jsonLines, shoal, temporaryFolder } from './shoal-process.ts';

const url = 'http://127.0.0.1:6969/announce';
let cwd = '';
let removeFolder = async (): Promise<void> => {};

before(async () => {
  const folder = await temporaryFolder();
  cwd = folder.path;
  removeFolder = folder.remove;
  await mkdir(join(cwd, 'holiday', 'été'), { recursive: true });
  await writeFile(join(cwd, 'holiday', 'a.bin'), Buffer.alloc(100_000, 1));
  await writeFile(join(cwd, 'holiday', 'été', 'b c.bin'), Buffer.alloc(50_000, 2));
  await writeFile(join(cwd, 'holiday', 'empty'), '');
  await writeFile(join(cwd, 'holiday', 'Thumbs.db'), 'x');
  const { code, stderr } = await shoal(
    [
      'create',
      'holiday',
      '-a',
      url,
      '-a',
      'udp://b.example:1,udp://c.example:1',
      '-e',
      'Thumbs.db',
    ],
    { cwd },
  );
  assert.equal(code, 0, stderr);
});
after(() => removeFolder());

function inFolder(...args: string[]) {
  return shoal(args, { cwd });
}

async function shown(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await inFolder('show', '--json', ...args);
  assert.equal(code, 0, stdout + stderr);
  return jsonLines(stdout)[0] ?? {};
}

test('create says what it made, and show says the same', async () => {
  const { code, stdout, stderr } = await inFolder(
    ...['create', 'holiday', '-o', 'said.torrent', '-a', url, '-l', '32KiB', '--no-date'],
  );
  assert.equal(code, 0, stderr);
  const infoHash = /info-hash ([0-9a-f]{40})\n/.exec(stdout)?.[1];
  assert.match(stdout, / {2}torrent {3}said\.torrent\n/);
  assert.match(stdout, new RegExp(`link {6}magnet:\\?xt=urn:btih:${infoHash}&dn=holiday&`));
  assert.match(stderr, /holiday {3}4 files {3}146\.5 KiB {3}32 KiB pieces {3}hashing .*100%/);
  assert.equal((await shown('said.torrent')).infoHash, infoHash);
});

test('show --json keeps its contract', async () => {
  const { creationDate, createdBy, infoHash, ...rest } = await shown('holiday.torrent');
  assert.match(String(infoHash), /^[0-9a-f]{40}$/);
  assert.match(String(creationDate), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  assert.match(String(createdBy), /^shoal\/\d/);
  assert.deepEqual(rest, {
    source: 'holiday.torrent',
    name: 'holiday',
    version: '1',
    pieceLength: 16384,
    pieceCount: 10,
    lengthBytes: 150_000,
    files: [
      { path: 'a.bin', lengthBytes: 100_000 },
      { path: 'empty', lengthBytes: 0 },
      { path: 'été/b c.bin', lengthBytes: 50_000 },
    ],
    private: false,
    trackers: [[url], ['udp://b.example:1', 'udp://c.example:1']],
    webSeeds: [],
  });
});

test('create takes every version and option', async () => {
  const make = async (name: string, ...args: string[]): Promise<Record<string, unknown>> => {
    const made = await inFolder('create', 'holiday', '-o', name, '--json', ...args);
    assert.equal(made.code, 0, made.stdout + made.stderr);
    const [object] = jsonLines(made.stdout);
    assert.equal(object?.path, name);
    const { source, ...fromFile } = await shown(name);
    const { path, magnet, ...fromCreate } = object ?? {};
    assert.match(String(magnet), /^magnet:\?xt=urn:bt/);
    assert.deepEqual(fromCreate, fromFile);
    return fromFile;
  };
  const v2 = await make('v2.torrent', '--v2', '-l', '17');
  assert.equal(v2.version, '2');
  assert.equal(v2.infoHash, undefined);
  assert.match(String(v2.infoHashV2), /^[0-9a-f]{64}$/);
  assert.equal(v2.pieceLength, 2 ** 17);
  const hybrid = await make('hybrid.torrent', '--hybrid', '--no-date');
  assert.equal(hybrid.version, 'hybrid');
  assert.equal(hybrid.creationDate, undefined);
  assert.equal(hybrid.lengthBytes, 150_001);
  const all = await make(
    'all.torrent',
    ...['-P', '-n', 'other name', '-c', 'a comment', '-s', 'TAG', '-w', 'http://web.example/'],
  );
  assert.equal(all.private, true);
  assert.equal(all.name, 'other name');
  assert.equal(all.comment, 'a comment');
  assert.equal(all.sourceTag, 'TAG');
  assert.deepEqual(all.webSeeds, ['http://web.example/']);
});

test('create never overwrites unless told to, and writes nothing on a dry run', async () => {
  const taken = await inFolder('create', 'holiday');
  assert.equal(taken.code, 5);
  assert.match(taken.stderr, /holiday\.torrent exists already\. Overwrite it with --force/);
  const forced = await inFolder('create', 'holiday', '-e', 'Thumbs.db', '-a', url, '--force');
  assert.equal(forced.code, 0, forced.stderr);
  const before = await readdir(cwd);
  const dry = await inFolder('create', join('holiday', 'a.bin'), '--dry-run');
  assert.equal(dry.code, 0, dry.stderr);
  assert.match(dry.stdout, /torrent {3}not written \(--dry-run\)/);
  assert.deepEqual(await readdir(cwd), before);
});

test('create refuses what cannot be shared or written', async () => {
  await mkdir(join(cwd, 'hollow'));
  const cases: [string[], number, RegExp][] = [
    [['create', 'nowhere'], 4, /nowhere.* is missing/],
    [['create', 'hollow'], 4, /holds no files to share/],
    [['create', join('holiday', 'empty')], 4, /nothing to share/],
    [['create', 'holiday', '-o', 'no/such/x.torrent'], 5, /there is no folder no\/such/],
    [['create', 'holiday', '-n', '../x'], 2, /A name is a single file or folder name/],
  ];
  for (const [args, expected, pattern] of cases) {
    const { code, stderr, stdout } = await inFolder(...args);
    assert.equal(code, expected, args.join(' ') + stderr);
    assert.match(stderr, pattern);
    assert.equal(stdout, '');
  }
  assert.ok(!(await readdir(cwd)).some((name) => name.endsWith('.tmp')));
});

test('the .torrent of the folder one stands in does not become a part of it', async () => {
  const standing = join(cwd, 'holiday');
  const { code, stdout } = await shoal(['create', '.', '-e', 'Thumbs.db', '-f'], { cwd: standing });
  assert.equal(code, 0);
  assert.match(stdout, /torrent {3}\.\.\/holiday\.torrent\n/);
  assert.ok(!(await readdir(standing)).includes('holiday.torrent'));
  await inFolder('create', 'holiday', '-e', 'Thumbs.db', '-a', url, '--force');
});

test('torrents go through pipes', async () => {
  const made = await inFolder('create', 'holiday', '-o', '-');
  assert.equal(made.code, 0);
  assert.equal(made.stdoutBytes[0], 0x64);
  const link = await shoal(['magnet', '-'], { cwd, input: made.stdoutBytes });
  assert.match(link.stdout, /^magnet:\?xt=urn:btih:[0-9a-f]{40}&dn=holiday&xl=150001\n$/);
  const edited = await shoal(['edit', '-', '-a', url], { cwd, input: made.stdoutBytes });
  assert.equal(edited.code, 0, edited.stderr);
  const show = await shoal(['show', '--json', '-'], { cwd, input: edited.stdoutBytes });
  assert.deepEqual(jsonLines(show.stdout)[0]?.trackers, [[url]]);
});

test('names that begin with - work behind --', async () => {
  await writeFile(join(cwd, '-rf'), 'content');
  const { code, stderr } = await inFolder('create', '--', '-rf');
  assert.equal(code, 0, stderr);
  assert.equal((await shown('--', '-rf.torrent')).name, '-rf');
  // A magnet link is data wherever it stands; one that begins with a dash is only a bad name.
  const odd = await inFolder('show', '--', '-magnet:?xt=urn:btih:x');
  assert.equal(odd.code, 4);
});

test('show reports a bad source and still shows the rest', async () => {
  await writeFile(join(cwd, 'page.torrent'), '<html>please log in</html>');
  const magnet = `magnet:?xt=urn:btih:${'AB'.repeat(20)}&dn=x%1Bname&tr=${encodeURIComponent(url)}`;
  const args = ['page.torrent', 'holiday.torrent', 'missing.torrent', 'holiday', magnet];
  const objects = await inFolder('show', '--json', ...args);
  assert.equal(objects.code, 4);
  const lines = jsonLines(objects.stdout);
  assert.deepEqual(
    lines.map(({ source }) => source),
    args,
  );
  assert.deepEqual(
    lines.map(({ error }) => (error as { code: string } | undefined)?.code),
    ['METAINFO_NOT_A_TORRENT', undefined, 'SOURCE_NOT_FOUND', 'SOURCE_IS_FOLDER', undefined],
  );
  assert.equal(lines[4]?.infoHash, 'ab'.repeat(20));
  assert.deepEqual(lines[4]?.trackers, [[url]]);

  const text = await inFolder('show', ...args);
  assert.equal(text.code, 4);
  assert.match(text.stderr, /^shoal: page\.torrent is not a torrent: expected .* at byte 0/m);
  assert.match(text.stderr, /looks like a web page/);
  assert.match(text.stderr, /^shoal: missing\.torrent: there is no such file/m);
  assert.match(text.stdout, /^holiday\n {2}info-hash /m);
  assert.ok(!text.stdout.includes('\u001b'));
});

test('a .torrent can be read from a web server, within limits', async () => {
  const torrent = await readFile(join(cwd, 'holiday.torrent'));
  const server = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/t' }).end();
    else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
    else if (request.url === '/file') response.writeHead(302, { location: 'file:///x' }).end();
    else if (request.url === '/t') response.end(torrent);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  try {
    assert.equal((await shown(`${base}/moved`)).name, 'holiday');
    const cases: [string, RegExp][] = [
      ['/none', /HTTP 404/],
      ['/loop', /more than 5 times/],
      ['/file', /redirects to file: which is not fetched/],
    ];
    for (const [path, pattern] of cases) {
      const { code, stderr } = await inFolder('show', base + path);
      assert.equal(code, 8);
      assert.match(stderr, pattern);
    }
  } finally {
    server.close();
  }
});

test('edit changes what it names and nothing else', async () => {
  const before = await shown('holiday.torrent');
  const copy = await inFolder(
    ...['edit', 'holiday.torrent', '-o', 'edited.torrent', '--add-tracker', 'udp://d.example:1'],
    ...['--remove-tracker', url, '-c', 'new', '--json'],
  );
  assert.equal(copy.code, 0, copy.stdout);
  assert.equal(jsonLines(copy.stdout)[0]?.infoHashChanged, false);
  assert.deepEqual(await shown('edited.torrent'), {
    ...before,
    source: 'edited.torrent',
    trackers: [['udp://d.example:1']],
    comment: 'new',
  });
  const tagged = await inFolder('edit', 'edited.torrent', '-s', 'TAG', '--private', '-c', '');
  assert.equal(tagged.code, 0, tagged.stderr);
  assert.match(tagged.stdout, /the info-hash changed/);
  const after = await shown('edited.torrent');
  assert.equal(after.sourceTag, 'TAG');
  assert.equal(after.private, true);
  assert.equal(after.comment, undefined);
  assert.notEqual(after.infoHash, before.infoHash);
  assert.deepEqual(after.files, before.files);

  const nothing = await inFolder('edit', 'edited.torrent');
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /nothing to change/);
  const absent = await inFolder('edit', 'edited.torrent', '--remove-tracker', 'udp://d.example:2');
  assert.equal(absent.code, 4);
  assert.match(
    absent.stderr,
    /no tracker udp:\/\/d\.example:2\. Did you mean udp:\/\/d\.example:1\?/,
  );
  const onto = await inFolder('edit', 'edited.torrent', '-c', 'x', '-o', 'holiday.torrent');
  assert.equal(onto.code, 5);
});

test('verify names what is damaged, and changes nothing', async () => {
  await mkdir(join(cwd, 'data', 'holiday', 'été'), { recursive: true });
  const place = (...names: string[]): string => join(cwd, 'data', 'holiday', ...names);
  await writeFile(place('a.bin'), Buffer.alloc(100_000, 1));
  await writeFile(place('été', 'b c.bin'), Buffer.alloc(50_000, 2));
  await writeFile(place('empty'), '');
  const verify = (...args: string[]) =>
    inFolder('verify', 'holiday.torrent', '--dir', 'data', ...args);
  const good = await verify();
  assert.equal(good.code, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /holiday {3}complete {3}10 of 10 pieces are right/);

  const damaged = Buffer.alloc(100_000, 1);
  damaged[20_000] = 7;
  await writeFile(place('a.bin'), damaged);
  await truncate(place('été', 'b c.bin'), 49_000);
  await unlink(place('empty'));
  const bad = await verify();
  assert.equal(bad.code, 6);
  assert.match(bad.stdout, / {2}a\.bin {3}damaged {3}bad pieces 1\n/);
  assert.match(bad.stdout, / {2}été\/b c\.bin {3}.*too short {3}bad pieces 9\n/);
  assert.match(bad.stdout, / {2}empty {3}.*missing\n/);
  assert.match(bad.stdout, /not complete {3}8 of 10 pieces/);
  const [object] = jsonLines((await verify('--json')).stdout);
  assert.equal(object?.ok, false);
  const files = object?.files as { path: string; ok: boolean; badPieces: number[] }[];
  assert.deepEqual(
    files.map(({ path, ok, badPieces }) => [path, ok, badPieces]),
    [
      ['a.bin', false, [1]],
      ['empty', false, []],
      ['été/b c.bin', false, [9]],
    ],
  );
  await assert.rejects(stat(place('empty')));
  assert.equal((await stat(place('été', 'b c.bin'))).size, 49_000);

  const nowhere = await inFolder('verify', 'holiday.torrent', '--dir', 'none');
  assert.equal(nowhere.code, 6);
  assert.match(nowhere.stderr, /there is no folder/);
  const magnet = await inFolder('verify', `magnet:?xt=urn:btih:${'ab'.repeat(20)}`);
  assert.equal(magnet.code, 4);
  assert.match(magnet.stderr, /needs a \.torrent file/);
});
