import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concatBytes } from '../base/bytes.ts';
import { DecodeError } from '../base/decode-error.ts';
import { hashes } from '../base/hashes-fixture.test.ts';
import { decodeLatin1 } from '../base/text.ts';
import {
  type CreateMetainfoInput,
  createMetainfo,
  layOutFiles,
  sortFiles,
} from './create-metainfo.ts';
import { hashFileV2, merkleRoot } from './merkle.ts';
import { parseInfo, parseMetainfo, pieceVerification } from './metainfo.ts';
import type { MetainfoVersion, TorrentInfo } from './metainfo-types.ts';

interface SourceFile {
  readonly path: readonly string[];
  readonly content: Uint8Array;
}

const block = 16384;

function content(lengthBytes: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, i) => (i * 31 + (i >> 8) + seed) & 0xff);
}

function leaves(bytes: Uint8Array): Uint8Array {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += block) {
    found.push(hashes.sha256(bytes.subarray(at, at + block)));
  }
  return concatBytes(found);
}

/** Hashes everything in memory the plain way. */
function torrentOf(
  files: readonly SourceFile[],
  version: MetainfoVersion,
  pieceLength: number,
  more: Partial<CreateMetainfoInput> = {},
): Uint8Array {
  const inputs = files.map((file) => ({ ...file, lengthBytes: file.content.length }));
  const space = concatBytes(
    layOutFiles(inputs, pieceLength, version).map((file) =>
      file.padding
        ? new Uint8Array(file.lengthBytes)
        : files.find(({ path }) => path === file.path)!.content,
    ),
  );
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < space.length; at += pieceLength) {
    pieces.push(hashes.sha1(space.subarray(at, at + pieceLength)));
  }
  return createMetainfo({
    name: 'root',
    files: inputs,
    singleFile: false,
    pieceLength,
    version,
    trackers: [],
    webSeeds: [],
    ...(version === '2' ? {} : { v1Pieces: concatBytes(pieces) }),
    ...(version === '1'
      ? {}
      : {
          v2Files: files.map((file) =>
            file.content.length === 0
              ? undefined
              : hashFileV2(leaves(file.content), pieceLength, hashes),
          ),
        }),
    ...more,
  });
}

/** The piece as a downloader holds it, and whether it passes. */
function pieceIsSound(info: TorrentInfo, files: readonly SourceFile[], piece: number): boolean {
  const expectation = pieceVerification(info);
  const start = piece * info.pieceLength;
  const bytes = new Uint8Array(Math.min(info.pieceLength, info.lengthBytes - start));
  for (const file of info.files) {
    const source = files.find(({ path }) => path.join('/') === file.path.join('/'));
    if (file.padding || !source) continue;
    const from = Math.max(start, file.offsetBytes);
    const to = Math.min(start + bytes.length, file.offsetBytes + file.lengthBytes);
    if (from >= to) continue;
    const part = source.content.subarray(from - file.offsetBytes, to - file.offsetBytes);
    bytes.set(part, from - start);
  }
  if (expectation.kind === 'sha1') {
    const digest = expectation.digests.subarray(piece * 20, piece * 20 + 20);
    return decodeLatin1(hashes.sha1(bytes)) === decodeLatin1(digest);
  }
  assert.ok(expectation.known.has(piece));
  const own = bytes.subarray(0, expectation.lengths[piece]);
  const root = merkleRoot(leaves(own), hashes, 0, expectation.leafCounts[piece]);
  const expected = expectation.roots.subarray(piece * 32, piece * 32 + 32);
  return decodeLatin1(root) === decodeLatin1(expected);
}

test('the version 1 info dictionary has the keys of mktorrent, and its bytes', () => {
  const bytes = torrentOf([{ path: ['b', 'c'], content: content(3, 0) }], '1', 32768, {
    private: true,
    source: 'S',
    comment: 'c',
    createdBy: 'by',
    creationDateMs: 1_700_000_000_999,
    trackers: [['http://a/announce', 'http://b/announce'], ['udp://c:1/announce']],
    webSeeds: ['http://w/'],
  });
  const pieces = decodeLatin1(hashes.sha1(content(3, 0)));
  assert.equal(
    decodeLatin1(bytes),
    'd8:announce17:http://a/announce13:announce-listll17:http://a/announce17:http://b/announceel' +
      '18:udp://c:1/announceee7:comment1:c10:created by2:by13:creation datei1700000000e4:infod5:filesl' +
      `d6:lengthi3e4:pathl1:b1:ceee4:name4:root12:piece lengthi32768e6:pieces20:${pieces}` +
      '7:privatei1e6:source1:Se8:url-list9:http://w/e',
  );
});

test('one tracker needs no list, and off is not written unless asked for', () => {
  const files = [{ path: ['x'], content: content(5, 1) }];
  const more = { singleFile: true, name: 'x', trackers: [[], ['http://a/']] };
  const text = decodeLatin1(torrentOf(files, '1', 16384, { ...more, private: false }));
  assert.match(text, /^d8:announce9:http:\/\/a\/4:infod6:lengthi5e4:name1:x12:piece/);
  assert.doesNotMatch(text, /announce-list|private/);
  assert.match(decodeLatin1(torrentOf(files, '1', 16384, { writePublic: true })), /7:privatei0e/);
});

test('hybrid torrents pad every file to a piece boundary', () => {
  const files = ['a', 'b', 'c', 'd'].map((name, i) => ({
    path: [name],
    content: content([20_000, 0, 16_384, 5][i]!, i),
  }));
  const info = parseMetainfo(torrentOf(files, 'hybrid', 16384), hashes);
  assert.deepEqual(
    info.files.map((file) => [file.path.join('/'), file.offsetBytes, file.lengthBytes]),
    [
      ['a', 0, 20_000],
      ['.pad/12768', 20_000, 12_768],
      ['b', 32_768, 0],
      ['c', 32_768, 16_384],
      ['d', 49_152, 5],
      ['.pad/16379', 49_157, 16_379],
    ],
  );
  assert.equal(info.lengthBytes, 65_536);
  assert.equal(info.contentBytes, 36_389);
  assert.equal(info.version, 'hybrid');
  assert.equal(info.infoHash, info.infoHashV1);
  assert.equal(info.infoHashV2?.length, 64);
});

test('version 1 sorts whole paths, version 2 folder by folder', () => {
  const files = ['b/c', 'b.txt', 'b c', 'B', 'a/z', 'b'].map((path) => ({ path: path.split('/') }));
  const sorted = (version: MetainfoVersion) =>
    sortFiles(files, version).map(({ path }) => path.join('/'));
  assert.deepEqual(sorted('1'), ['B', 'a/z', 'b', 'b c', 'b.txt', 'b/c']);
  assert.deepEqual(sorted('2'), ['B', 'a/z', 'b', 'b/c', 'b c', 'b.txt']);
});

test('a bare info dictionary lacks layers until they are fetched', () => {
  const files = [
    { path: ['big'], content: content(40_000, 0) },
    { path: ['small'], content: content(100, 1) },
  ];
  const whole = parseMetainfo(torrentOf(files, '2', 16384), hashes);
  const bare = parseInfo(whole.infoBytes, hashes);
  assert.equal(bare.infoHash, whole.infoHash);
  assert.equal(whole.pieceHashes.layersMissing, false);
  assert.equal(bare.pieceHashes.layersMissing, true);
  const expectation = pieceVerification(bare);
  assert.ok(expectation.kind === 'merkle');
  assert.deepEqual([...expectation.known.indices()], [3]);
  assert.deepEqual([...expectation.lengths], [16384, 16384, 7232, 100]);
});

const sourceFiles: fc.Arbitrary<SourceFile[]> = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c/d', 'c/e', 'c/f/g', 'é', 'z z'),
      length: fc.oneof(fc.constantFrom(0, 1, 16384, 32768, 65536), fc.nat(100_000)),
    }),
    { selector: ({ name }) => name, minLength: 1, maxLength: 5 },
  )
  .filter((files) => files.some(({ length }) => length > 0))
  .map((files) =>
    files.map(({ name, length }, i) => ({ path: name.split('/'), content: content(length, i) })),
  );

test('what is created parses back, and every piece passes its check and no other', () => {
  const version = fc.constantFrom<MetainfoVersion>('1', '2', 'hybrid');
  fc.assert(
    fc.property(
      sourceFiles,
      version,
      fc.constantFrom(16384, 32768, 65536),
      (unsorted, v, length) => {
        const files = sortFiles(unsorted, v);
        const info = parseMetainfo(torrentOf(files, v, length), hashes);
        assert.equal(info.version, v);
        assert.equal(info.name, 'root');
        const real = info.files.filter(({ padding }) => !padding);
        assert.deepEqual(
          real.map(({ path }) => path),
          files.map(({ path }) => path),
        );
        for (let piece = 0; piece < info.pieceCount; piece++) {
          assert.ok(pieceIsSound(info, files, piece), `piece ${piece}`);
        }
        const broken = files.map((file) => ({
          ...file,
          content: file.content.map((byte) => byte ^ 1),
        }));
        assert.ok(!pieceIsSound(info, broken, info.pieceCount - 1));
      },
    ),
    { numRuns: 40 },
  );
});

test('damage anywhere gives a torrent or a DecodeError, never anything else', () => {
  const files = [
    { path: ['a', 'b'], content: content(40_000, 0) },
    { path: ['c'], content: content(5, 1) },
  ];
  const originals = (['1', '2', 'hybrid'] as const).map((version) =>
    torrentOf(files, version, 16384),
  );
  const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'deil0129:-.'), fc.boolean()), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(fc.constantFrom(...originals), damage, fc.nat(), (original, changes, cut) => {
      const bytes = original.slice();
      for (const [at, letter, random] of changes) {
        bytes[at % bytes.length] = random ? at >> 8 : letter.charCodeAt(0);
      }
      for (const input of [bytes, bytes.subarray(0, cut % bytes.length)]) {
        try {
          parseMetainfo(input, hashes);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String((error as Error).stack));
        }
      }
    }),
    { numRuns: 1000 },
  );
});
