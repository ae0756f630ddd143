import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeUtf8 } from '../../base/text.ts';
import { previewTorrent } from './read-torrent.ts';

const pieces = `6:pieces20:${'p'.repeat(20)}`;
const single = `d4:infod6:lengthi5e4:name1:x12:piece lengthi16384e${pieces}ee`;
const file = (length: number, path: string, more = '') =>
  `d${more}6:lengthi${length}e4:pathl${path.length}:${path}ee`;
const folder = `d4:infod5:filesl${file(3, 'one')}${file(2, 'pad', '4:attr1:p')}${file(5, 'two')}e4:name6:folder12:piece lengthi16384e${pieces}7:privatei1eee`;

test('a single file stands by itself', () => {
  const preview = previewTorrent(encodeUtf8(single));
  assert.deepEqual(preview, {
    name: 'x',
    lengthBytes: 5,
    isPrivate: false,
    files: [{ index: 0, path: 'x', lengthBytes: 5 }],
  });
});

test('padding is left out, and the others keep their numbers', () => {
  const preview = previewTorrent(encodeUtf8(folder));
  assert.equal(preview.isPrivate, true);
  assert.equal(preview.lengthBytes, 8);
  assert.deepEqual(
    preview.files.map(({ index, path }) => [index, path]),
    [
      [0, 'folder/one'],
      [2, 'folder/two'],
    ],
  );
});

test('what is no torrent is said so, whatever the bytes', () => {
  assert.throws(() => previewTorrent(encodeUtf8('<html>')), /This is no \.torrent/);
  assert.throws(() => previewTorrent(encodeUtf8('d1:ai1ee')), /describes no files/);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.throws(() => previewTorrent(bytes), /This is no \.torrent/);
    }),
  );
});
