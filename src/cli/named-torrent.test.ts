/** Whom a person means: never two for one, and never the wrong one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError, presentError } from './cli-error.ts';
import { type NumberedTorrent, torrentNamed } from './named-torrent.ts';
import { sampleTorrent } from './sample-torrent-fixture.test.ts';

const hashes = ['abcd1', 'abcd2', 'beef0', '12340', '2222'].map((start) => start.padEnd(40, '7'));
const names = ['holiday', 'holiday', 'beef.iso', '3', 'Ünïcode name'];
const torrents: NumberedTorrent[] = hashes.map((hash, i) => ({
  ...sampleTorrent(i + 1, names[i]!),
  hash,
}));

const numberOf = (reference: string): number => torrentNamed(torrents, reference).number;

test('by hash, by a beginning of it, by exact name, by number', () => {
  assert.equal(numberOf(hashes[0]!), 1);
  assert.equal(numberOf(hashes[1]!.toUpperCase()), 2);
  assert.equal(numberOf(`${hashes[1]!}${'0'.repeat(24)}`), 2, 'a v2 hash, by its first 40 digits');
  assert.equal(numberOf('abcd2'), 2);
  assert.equal(numberOf('BEEF'), 3);
  assert.equal(numberOf('beef.iso'), 3);
  assert.equal(numberOf('Ünïcode name'), 5);
  assert.equal(numberOf('5'), 5);
  assert.equal(numberOf('1234'), 4);
});

test('what could be two names both, and the way out', () => {
  for (const reference of ['abcd', 'holiday', '3']) {
    assert.throws(
      () => torrentNamed(torrents, reference),
      (error: unknown) => {
        assert.ok(error instanceof CliError);
        assert.equal(error.code, 'TORRENT_AMBIGUOUS');
        assert.equal(presentError(error).exitCode, 4);
        const expected =
          reference === '3' ? /3 beef\.iso .*, 4 3 \(/ : /1 holiday \(abcd17.*2 holiday \(abcd27/;
        assert.match(error.message, expected);
        assert.match(error.message, /more of the info-hash/);
        return true;
      },
    );
  }
  const many = Array.from({ length: 9 }, (_, i) => sampleTorrent(i + 1, 'same'));
  assert.throws(() => torrentNamed(many, 'same'), /5 same .*, and 4 others\./);
});

test('what is none is said, with a guess where one is near', () => {
  const cases: [string, RegExp][] = [
    ['holidey', /Did you mean holiday\? See shoal ls/],
    ['abc', /at least 4 digits/],
    ['99', /no torrent "99"\./],
    ['0', /no torrent/],
    ['', /no torrent ""/],
    ['constructor', /no torrent/],
    ['f'.repeat(40), /no torrent/],
    ['Holiday', /Did you mean holiday/],
  ];
  for (const [reference, words] of cases) {
    assert.throws(
      () => torrentNamed(torrents, reference),
      (error: unknown) => {
        assert.ok(error instanceof CliError);
        assert.equal(error.code, 'TORRENT_NOT_FOUND');
        assert.match(error.message, words);
        return true;
      },
      reference,
    );
  }
});
