/** `shoal up` as a process: what it prints, that all of it answers, two beside each other, and how it ends. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { shoal } from './shoal-process.ts';
import { Stage } from './stage/stage.ts';
import type { TransferProcess } from './stage/transfer-process.ts';

interface Listening {
  readonly pid: number;
  readonly url: string;
  readonly pageUrl: string;
  readonly announceUrls: readonly string[];
  readonly catalogUrl: string;
  readonly trackerPort: number;
}

async function up(
  stage: Stage,
  name: string,
  ...more: readonly string[]
): Promise<{ process: TransferProcess; said: Listening; data: string; dir: string }> {
  const [data, dir] = [stage.path(name, 'state'), stage.path(name, 'downloads')];
  await mkdir(dir, { recursive: true });
  const ports = ['--port', '0', '--tracker-port', '0', '--peer-port', '0'];
  const process = stage.start(['up', '--data', data, '--dir', dir, ...ports, ...more]);
  const said: Listening = JSON.parse(JSON.stringify(await process.until('listening')));
  return { process, said, data, dir };
}

test('tracker, catalog, daemon and page answer, and Ctrl-C leaves nothing', async () => {
  await Stage.set(async (stage) => {
    const startedAtMs = performance.now();
    const { process, said, data, dir } = await up(stage, 'one');
    const page = await fetch(said.url);
    assert.ok(performance.now() - startedAtMs < 10_000);
    assert.notEqual(page.status, 404);
    const token = (await readFile(`${data}/daemon/token`, 'utf8')).trim();
    assert.equal(said.pageUrl, `${said.url}/#token=${token}`);
    // Links that leave this machine name it as others see it.
    for (const url of said.announceUrls) assert.match(url, /^http:\/\/[\d.]+:\d+\/announce$/);
    assert.equal((await fetch(`${said.catalogUrl}api/v1/catalog`)).status, 200);

    // What the daemon shares is listed without anybody handling a token.
    await writeFile(`${dir}/film.bin`, Buffer.alloc(100_000, 3));
    const env = { SHOAL_DAEMON_DATA: data };
    const seed = await program('torrent-seed', ['--input', `${dir}/film.bin`, '--json'], env);
    assert.equal(seed.code, 0, seed.stdout + seed.stderr);
    const share = JSON.parse(seed.stdout) as { magnet: string; listed: string };
    assert.match(share.magnet, new RegExp(encodeURIComponent(said.announceUrls[0]!)));
    assert.ok(share.listed.startsWith(new URL(said.announceUrls[0]!).origin));
    const listed = await program('torrent-fetch', ['--json'], env);
    assert.equal((JSON.parse(listed.stdout) as { name: string }).name, 'film.bin');

    // A name is looked up in the catalog of the daemon's own tracker, wherever that is.
    const again = await shoal(['add', 'film.bin', '--json'], { env });
    assert.match(again.stdout, /"code":"DAEMON_TORRENT_DUPLICATE"/);
    const unknown = await shoal(['add', 'flim', '--json'], { env });
    assert.equal(unknown.code, 4);
    assert.match(unknown.stdout, /"SOURCE_NOT_FOUND".*the daemon's tracker, http:.* has no/);

    const pageLink = await shoal(['ui', '--json'], { env });
    assert.equal((JSON.parse(pageLink.stdout) as { pageUrl: string }).pageUrl, said.pageUrl);
    process.child.kill('SIGINT');
    assert.equal(await process.ended, 0);
    await assert.rejects(fetch(said.url));
    await assert.rejects(fetch(said.catalogUrl));
  });
});

test('what one shares a second one gets by its link, and goes on sharing', async () => {
  await Stage.set(async (stage) => {
    const [one, two] = [await up(stage, 'one'), await up(stage, 'two')];
    const film = Buffer.alloc(300_000, 9);
    await writeFile(`${one.dir}/film.bin`, film);
    const first = { SHOAL_DAEMON_DATA: one.data };
    const second = { SHOAL_DAEMON_DATA: two.data };
    const input = ['--input', `${one.dir}/film.bin`, '--piece-length', '32KiB'];
    const seed = await program('torrent-seed', [...input, '--json'], first);
    const { magnet } = JSON.parse(seed.stdout) as { magnet: string };
    const added = await shoal(['add', '--json', '--', magnet], { env: second });
    assert.equal(added.code, 0, added.stdout);
    for (;;) {
      const { stdout } = await shoal(['ls', '--json'], { env: second });
      const { state } = JSON.parse(stdout) as { state: string };
      if (state === 'seeding') break;
    }
    assert.deepEqual(await readFile(`${two.dir}/film.bin`), film);
    const status = await program('torrent-status', [], second);
    assert.match(status.stdout, /film\.bin.*100%.*seeding/);
  });
});

test('a port that is taken is named with who has it and how to choose', async () => {
  await Stage.set(async (stage) => {
    const { said } = await up(stage, 'one');
    const port = new URL(said.url).port;
    const own = ['--data', stage.path('two'), '--dir', stage.dir];
    const api = await shoal(['up', ...own, '--port', port, '--tracker-port', '0']);
    assert.equal(api.code, 1);
    const holder = process.platform === 'linux' ? `shoal up \\(process ${said.pid}\\)` : '.*';
    assert.match(
      api.stderr,
      new RegExp(`port ${port} for the page and the API is used by ${holder}.*--port`),
    );
    const tracker = ['--port', '0', '--tracker-port', String(said.trackerPort)];
    const other = await shoal(['up', ...own, ...tracker, '--json']);
    assert.equal(other.code, 1);
    assert.match(other.stdout, /"code":"EADDRINUSE".*for the tracker is used by.*--tracker-port/);
    const folder = await shoal([
      ...['up', '--data', stage.path('one', 'state'), '--port', '0', '--tracker-port', '0'],
    ]);
    assert.match(folder.stderr, new RegExp(`in use by .*\\(pid ${said.pid}\\)`));
  });
});

test('programs of the old names say what is wrong with their exit status', async () => {
  const nowhere = { SHOAL_DAEMON_DATA: '/nonexistent', SHOAL_PORT: '1' };
  const names = ['tracker', 'daemon', 'test', 'seed', 'fetch', 'leech', 'status'];
  for (const name of names) {
    const help = await program(`torrent-${name}`, ['--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, new RegExp(`Usage: torrent-${name}[\\s\\S]*--port`));
  }
  const wrong = await program('torrent-leech', ['--torrnet', 'x']);
  assert.deepEqual([wrong.code, /--torrent\?/.test(wrong.stderr)], [2, true]);
  assert.equal((await program('torrent-test', [], nowhere)).code, 8);
  assert.equal((await program('torrent-fetch', [], nowhere)).code, 8);
  assert.equal((await program('torrent-status', ['--json'], nowhere)).code, 8);
  assert.equal((await program('torrent-seed', [], nowhere)).code, 2);
  assert.equal((await program('torrent-leech', ['--torrent', '/nonexistent'], nowhere)).code, 4);
  assert.equal((await program('torrent-seed', ['--input', '/nonexistent'], nowhere)).code, 4);
});

function program(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ReturnType<typeof shoal> {
  return shoal(args, { env, program: `programs/${name}` });
}
