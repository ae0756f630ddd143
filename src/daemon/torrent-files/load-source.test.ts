import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { folderBeside, loadSource, loadTorrent, maxTorrentFileBytes } from './load-source.ts';

let dir = '';

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shoal-load-'));
});
after(() => rm(dir, { recursive: true }));

test('links and bare hashes of every form are magnets', async () => {
  const v1 = 'ab'.repeat(20);
  const v2 = 'cd'.repeat(32);
  const cases: [string, string][] = [
    [`magnet:?xt=urn:btih:${v1}`, v1],
    [`MAGNET:?xt=urn:btih:${v1}`, v1],
    [v1, v1],
    [v1.toUpperCase(), v1],
    ['vov2xk5lvov2xk5lvov2xk5lvov2xk5l', v1],
    [v2, v2.slice(0, 40)],
    [`1220${v2}`, v2.slice(0, 40)],
  ];
  for (const [source, infoHash] of cases) {
    const loaded = await loadSource(source);
    assert.equal(loaded.kind === 'magnet' && loaded.magnet.infoHash, infoHash, source);
  }
});

test('what cannot be loaded is named, with its code and the way out', async () => {
  const page = join(dir, 'page.torrent');
  await writeFile(page, '<html>');
  const unsound = join(dir, 'unsound.torrent');
  await writeFile(unsound, 'd4:infod4:name1:x12:piece lengthi0e6:pieces0:6:lengthi1eee');
  const huge = join(dir, 'huge.torrent');
  await writeFile(huge, '');
  await truncate(huge, maxTorrentFileBytes + 1);
  const cases: [string, string, RegExp][] = [
    [page, 'METAINFO_NOT_A_TORRENT', /page\.torrent is not a torrent: .*web page/],
    [unsound, 'METAINFO_PIECE_LENGTH', /unsound\.torrent is not a sound torrent: /],
    [huge, 'SOURCE_TOO_LARGE', /larger than 128 MiB.*shoal seed/],
    [join(dir, 'none'), 'SOURCE_NOT_FOUND', /none: there is no such file/],
    [dir, 'SOURCE_IS_FOLDER', /is a folder.*shoal seed or shoal create/],
    ['magnet:?dn=x', 'MAGNET_NO_TOPIC', /^magnet:\?dn=x is not a usable link: /],
  ];
  for (const [source, code, message] of cases) {
    await assert.rejects(loadSource(source), { code, message }, source);
  }
  await assert.rejects(loadTorrent(`magnet:?xt=urn:btih:${'ab'.repeat(20)}`), {
    code: 'SOURCE_NEEDS_FILE',
  });
});

test('content is looked for beside a local file, and here for anything else', () => {
  assert.equal(folderBeside('x/y.torrent'), 'x');
  assert.equal(folderBeside('-'), '.');
  assert.equal(folderBeside('https://a.example/b/c.torrent'), '.');
});
