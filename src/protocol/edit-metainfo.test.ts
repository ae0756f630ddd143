import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeError } from '../base/decode-error.ts';
import { decodeLatin1, encodeLatin1 } from '../base/text.ts';
import { editMetainfo, type MetainfoEdits } from './edit-metainfo.ts';

/** Keys out of order and unknown ones, in the root and in `info`, as sloppy programs write them. */
const info =
  'd4:name1:x6:lengthi1e12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaa1:zd1:bi1e1:ai2eee';
const torrent = encodeLatin1(`d8:announce9:http://a/4:info${info}7:comment1:c8:x-customli1eee\n`);

function edited(edits: MetainfoEdits): { text: string; infoHashChanged: boolean } {
  const { bytes, infoHashChanged } = editMetainfo(torrent, edits);
  return { text: decodeLatin1(bytes), infoHashChanged };
}

test('without edits every value keeps its bytes', () => {
  assert.deepEqual(edited({}), {
    text: `d8:announce9:http://a/7:comment1:c4:info${info}8:x-customli1eee`,
    infoHashChanged: false,
  });
});

test('what surrounds the info dictionary can be set and removed', () => {
  const edits: MetainfoEdits = {
    trackers: [['http://b/'], ['http://c/']],
    webSeeds: ['http://w/', 'http://v/'],
    comment: null,
    createdBy: 'é',
    creationDateMs: 1999,
  };
  assert.deepEqual(edited(edits), {
    text: `d8:announce9:http://b/13:announce-listll9:http://b/el9:http://c/ee10:created by2:\xc3\xa913:creation datei1e4:info${info}8:url-listl9:http://w/9:http://v/e8:x-customli1eee`,
    infoHashChanged: false,
  });
  assert.doesNotMatch(edited({ trackers: [], webSeeds: [] }).text, /announce|url-list/);
});

test('source and private are part of the info-hash', () => {
  const withSource = edited({ source: 'S' });
  assert.equal(withSource.infoHashChanged, true);
  assert.match(withSource.text, /6:source1:S1:zd1:bi1e1:ai2ee/);
  assert.match(edited({ private: true }).text, /7:privatei1e/);
  const unsorted = editMetainfo(torrent, { private: true }).bytes;
  assert.equal(editMetainfo(unsorted, { private: true }).infoHashChanged, false);
  assert.equal(editMetainfo(unsorted, { private: false, source: null }).infoHashChanged, true);
});

test('what is no torrent is refused', () => {
  for (const text of ['', 'le', 'de', 'd4:infolee', 'd4:info3:abce', '<html>']) {
    assert.throws(() => editMetainfo(encodeLatin1(text), {}), DecodeError, text);
  }
});
