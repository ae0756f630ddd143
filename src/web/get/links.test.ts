import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLink, linkName, linksIn, skipRanges } from './links.ts';

const hash = 'a'.repeat(40);

test('links are told apart by blanks and lines, each once', () => {
  assert.deepEqual(linksIn(`\n ${hash}\r\n http://a/b.torrent ${hash}\n`), [
    hash,
    'http://a/b.torrent',
  ]);
});

test('what the daemon would not take is known', () => {
  for (const good of [hash, `magnet:?xt=urn:btih:${hash}`, 'https://a/x', 'b'.repeat(64)]) {
    assert.ok(isLink(good), good);
  }
  for (const bad of ['hello', 'ftp://a/x', hash.slice(1), 'magnet:', 'http://']) {
    assert.ok(!isLink(bad), bad);
  }
});

test('a magnet link is called by its name', () => {
  assert.equal(linkName(`magnet:?xt=urn:btih:${hash}&dn=My+films%21`), 'My films!');
  assert.equal(linkName('magnet:?dn=%E0%A4%A'), 'magnet:?dn=%E0%A4%A');
  assert.equal(linkName('http://a/?dn=x'), 'http://a/?dn=x');
});

test('skipped files are said as ranges', () => {
  assert.equal(skipRanges([5, 3, 4, 0]), '0,3-5');
  assert.equal(skipRanges([]), '');
});
