import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeError, parseInfo, parseMetainfo } from './metainfo.ts';

const info = `d6:lengthi5e4:name1:x12:piece lengthi16384e6:pieces20:${'\x01'.repeat(20)}e`;

test('a torrent and its info dictionary are read with nothing but their bytes', () => {
  const torrent = parseMetainfo(Buffer.from(`d4:info${info}e`, 'latin1'));
  assert.equal(torrent.name, 'x');
  assert.match(torrent.infoHash, /^[0-9a-f]{40}$/);
  assert.equal(parseInfo(Buffer.from(info, 'latin1')).infoHash, torrent.infoHash);
});

test('path rules can be chosen', () => {
  const odd = Buffer.from(`d4:info${info.replace('1:x', '6:What?!')}e`, 'latin1');
  assert.equal(parseMetainfo(odd).name, 'What_!');
  assert.equal(parseMetainfo(odd, { pathRules: 'exact' }).name, 'What?!');
});

test('what is no torrent throws a DecodeError', () => {
  assert.throws(() => parseMetainfo(Buffer.from('de')), DecodeError);
});
