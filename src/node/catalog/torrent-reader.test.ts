import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DecodeError } from '../../base/decode-error.ts';
import { type BencodeInput, encodeBencode } from '../../protocol/bencode.ts';
import { CatalogStoreError } from './catalog-store.ts';
import { sampleTorrent } from './sample-torrent-fixture.test.ts';
import { TorrentReader } from './torrent-reader.ts';

const reader = new TorrentReader();
after(() => reader.close());

test('facts are of the content, without padding', async () => {
  const files = ['a.txt', 'deep/b.txt'];
  const facts = await reader.read(
    sampleTorrent({ name: 'Two Files', version: 'hybrid', files, comment: 'a\0b' }),
  );
  assert.match(facts.infoHash, /^[0-9a-f]{40}$/);
  assert.match(facts.infoHashV2!, /^[0-9a-f]{64}$/);
  assert.notEqual(facts.infoHashV2!.slice(0, 40), facts.infoHash);
  assert.deepEqual([facts.fileCount, facts.lengthBytes], [2, 2000]);
  assert.deepEqual(facts.files.map(({ path }) => path).toSorted(), files);
  assert.equal(facts.comment, 'a\ufffdb');
  assert.equal(facts.nameTokens, 'two files');
  assert.equal(facts.fileTokens, 'a txt deep b txt');
  const modern = await reader.read(sampleTorrent({ name: 'm', version: '2', isPrivate: true }));
  assert.equal(modern.infoHash, modern.infoHashV2!.slice(0, 40));
  assert.equal(modern.isPrivate, true);
});

test('names keep what any file system could have', async () => {
  const name = 'What? <a|b>: "\u202egnp" ...';
  assert.equal((await reader.read(sampleTorrent({ name }))).name, name);
  assert.equal((await reader.read(sampleTorrent({ name: 'a/b\nc\0' }))).name, 'a_b_c_');
});

test('what is no torrent rejects with the reason', async () => {
  await assert.rejects(reader.read(Buffer.from('<html>')), (error: unknown) => {
    assert.ok(error instanceof DecodeError);
    assert.equal(error.code, 'METAINFO_NOT_A_TORRENT');
    assert.match(error.message, /web page/);
    return true;
  });
});

test('what is kept of a large torrent is bounded, and reading it holds up nobody', async () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `${'long name '.repeat(20)}${i}.bin`);
  const list: BencodeInput[] = names.map((file) => {
    return new Map<string, BencodeInput>([
      ['length', 1],
      ['path', ['folder', file]],
    ]);
  });
  const info = new Map<string, BencodeInput>([
    ['files', list],
    ['name', 'large'],
    ['piece length', 32_768],
    ['pieces', new Uint8Array(20)],
  ]);
  const torrent = encodeBencode(
    new Map<string, BencodeInput>([
      ['comment', 'x'.repeat(1_000_000)],
      ['info', info],
    ]),
  );
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  const facts = await reader.read(torrent);
  clearInterval(counting);
  assert.equal(facts.fileCount, 20_000);
  assert.ok(facts.files.length <= 1000);
  assert.ok(JSON.stringify(facts).length < 400_000);
  assert.ok(turns > 5, `this thread ran ${turns} times meanwhile`);
});

test('calls that wait when the thread ends are told so, and the next starts another', async () => {
  const own = new TorrentReader();
  const waiting = own.read(sampleTorrent({ name: 'first' }));
  const told = assert.rejects(waiting, CatalogStoreError);
  await own.close();
  await told;
  assert.equal((await own.read(sampleTorrent({ name: 'next' }))).name, 'next');
  await own.close();
});
