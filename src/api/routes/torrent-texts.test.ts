import assert from 'node:assert/strict';
import { test } from 'node:test';
import { info } from './recording-ports-fixture.test.ts';
import { TorrentTexts } from './torrent-texts.ts';

test('the list is what it is, and made once as long as it stays', () => {
  const texts = new TorrentTexts();
  const second = { ...info, name: 'räka "🦐"\n' };
  assert.deepEqual(JSON.parse(texts.listOf([]).toString()), { torrents: [] });
  const both = texts.listOf([info, second]);
  assert.deepEqual(JSON.parse(both.toString()), { torrents: [info, second] });
  assert.equal(texts.listOf([info, second]), both);
  const changed = { ...info, downRate: 5 };
  assert.deepEqual(JSON.parse(texts.listOf([changed, second]).toString()), {
    torrents: [changed, second],
  });
  assert.deepEqual(JSON.parse(texts.listOf([second]).toString()), { torrents: [second] });
  assert.deepEqual(JSON.parse(texts.textOf([changed])), [changed]);
});
