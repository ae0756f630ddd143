import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { refuses } from '../base/decode-error-fixture.test.ts';
import { hashes } from '../base/hashes-fixture.test.ts';
import { decodeLatin1, encodeLatin1, encodeUtf8 } from '../base/text.ts';
import { type BencodeInput, encodeBencode } from './bencode.ts';
import { type MetainfoOptions, parseInfo, parseMetainfo } from './metainfo.ts';

type Plain = Record<string, BencodeInput>;

function map(entries: Plain): Map<string, BencodeInput> {
  return new Map(Object.entries(entries));
}

const single: Plain = { name: 'x', length: 5, 'piece length': 4, pieces: new Uint8Array(40) };

function torrent(info: Plain, root: Plain = {}): Uint8Array {
  return encodeBencode(map({ ...root, info: map(info) }));
}

function file(path: BencodeInput, length: BencodeInput = 1, more: Plain = {}): BencodeInput {
  return map({ path, length, ...more });
}

/** A torrent of these entries with a single piece. */
function multi(files: BencodeInput, more: Plain = {}): Uint8Array {
  return torrent({
    name: 'root',
    files,
    'piece length': 2 ** 20,
    pieces: new Uint8Array(20),
    ...more,
  });
}

function parse(bytes: Uint8Array, options?: MetainfoOptions) {
  return parseMetainfo(bytes, hashes, options);
}

function pathsOf(bytes: Uint8Array, options?: MetainfoOptions): string[] {
  return parse(bytes, options).files.map(({ path }) => path.join('/'));
}

function fails(bytes: Uint8Array | string, code: string, message?: RegExp): void {
  const input = typeof bytes === 'string' ? encodeLatin1(bytes) : bytes;
  refuses(() => parse(input), code, message);
}

test('a single-file torrent, all told', () => {
  const bytes = torrent(
    { ...single, private: 1, source: 'S', attr: 'x' },
    { announce: 'http://t/', comment: 'é', 'created by': 'me', 'creation date': 1_700_000_000 },
  );
  const { infoBytes, pieceHashes, infoHash, ...rest } = parse(bytes);
  assert.deepEqual(rest, {
    name: 'x',
    version: '1',
    infoHashV1: infoHash,
    pieceLength: 4,
    pieceCount: 2,
    lengthBytes: 5,
    contentBytes: 5,
    files: [
      {
        path: ['x'],
        lengthBytes: 5,
        offsetBytes: 0,
        padding: false,
        executable: true,
        hidden: false,
        symlink: false,
      },
    ],
    singleFile: true,
    private: true,
    source: 'S',
    trackers: [['http://t/']],
    webSeeds: [],
    nodes: [],
    comment: 'é',
    createdBy: 'me',
    creationDateMs: 1_700_000_000_000,
  });
  assert.equal(infoHash, hash('sha1', infoBytes));
  assert.deepEqual(pieceHashes, { v1: new Uint8Array(40), layersMissing: false });
  const { trackers, webSeeds, nodes, comment, createdBy, creationDateMs, ...info } = parse(bytes);
  assert.deepEqual(parseInfo(infoBytes, hashes), info);
});

test('the info-hash is of the raw bytes, whatever their order', () => {
  const info = 'd4:name1:x6:lengthi1e12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaae';
  const { infoBytes, infoHash } = parse(encodeLatin1(`d1:zi1e4:info${info}1:ai1ee\r\n`));
  assert.equal(decodeLatin1(infoBytes), info);
  assert.equal(infoHash, hash('sha1', info));
});

test('files that are no torrents say what they are', () => {
  fails(
    '<!DOCTYPE html>',
    'METAINFO_NOT_A_TORRENT',
    /^expected a dictionary \(found "<"\) at byte 0\. It looks like a web page; was it downloaded while logged out\?$/,
  );
  fails('', 'METAINFO_NOT_A_TORRENT', /^the file is empty$/);
  fails('\x1f\x8b\x08', 'METAINFO_NOT_A_TORRENT', /gzip/);
  fails('PK\x03\x04', 'METAINFO_NOT_A_TORRENT', /zip archive/);
  fails('magnet:?xt=', 'METAINFO_NOT_A_TORRENT', /magnet link/);
  fails('\xff\xfe', 'METAINFO_NOT_A_TORRENT', /byte 0xff/);
  fails('i1e', 'METAINFO_NOT_A_TORRENT');
  fails('d14:failure reason2:noe', 'METAINFO_NOT_A_TORRENT', /"info"/);
  fails('d4:infoi1ee', 'METAINFO_NOT_A_TORRENT');
  fails('d4:info', 'BENCODE_TRUNCATED');
  fails('d4:infodee garbage', 'BENCODE_TRAILING_DATA');
});

test('required keys', () => {
  for (const key of ['name', 'piece length', 'pieces', 'length']) {
    const { [key]: _, ...rest } = single;
    fails(torrent(rest), 'METAINFO_MISSING_KEY');
  }
  fails(torrent({ ...single, name: 1 }), 'METAINFO_WRONG_TYPE', /"name" is not a string/);
  fails(torrent({ ...single, pieces: [] }), 'METAINFO_WRONG_TYPE');
  fails(torrent({ ...single, 'piece length': 'x' }), 'METAINFO_WRONG_TYPE');
  fails(torrent({ ...single, files: 'x' }), 'METAINFO_WRONG_TYPE');
  fails(multi(['x']), 'METAINFO_WRONG_TYPE');
  fails(torrent({ ...single, 'meta version': 3 }), 'METAINFO_VERSION', /version 3/);
});

test('piece lengths and counts', () => {
  for (const length of [0, -1, 2 ** 30 + 1, 2 ** 31, 2 ** 53]) {
    fails(
      torrent({ ...single, 'piece length': length === 2 ** 53 ? 2n ** 53n : length }),
      'METAINFO_PIECE_LENGTH',
    );
  }
  assert.equal(parse(torrent({ ...single, 'piece length': 3 })).pieceCount, 2);
  assert.equal(
    parse(torrent({ ...single, 'piece length': 2 ** 30, pieces: new Uint8Array(20) })).pieceCount,
    1,
  );
  for (const size of [0, 20, 39, 41, 60]) {
    fails(torrent({ ...single, pieces: new Uint8Array(size) }), 'METAINFO_PIECES', /need 40/);
  }
});

test('lengths', () => {
  fails(torrent({ ...single, length: -1 }), 'METAINFO_BAD_LENGTH');
  fails(torrent({ ...single, length: 2n ** 53n }), 'METAINFO_TOO_LARGE');
  fails(multi([file(['a'], Number.MAX_SAFE_INTEGER), file(['b'], 1)]), 'METAINFO_TOO_LARGE');
  fails(multi([map({ path: ['a'] })]), 'METAINFO_BAD_LENGTH');
  fails(torrent({ ...single, length: 0, pieces: '' }), 'METAINFO_EMPTY');
  fails(multi([], { pieces: '' }), 'METAINFO_EMPTY');
});

test('hostile paths stay inside and apart', () => {
  const hostile = multi([
    file(['..', '..', 'etc', 'passwd']),
    file(['/abs/olute']),
    file(['..\\..\\win']),
    file([]),
    file(['..']),
    file(['CON']),
    file(['a']),
    file(['A']),
    file(['a', 'b']),
    file(['foo... bar']),
  ]);
  assert.deepEqual(pathsOf(hostile), [
    'etc/passwd',
    '_abs_olute',
    '.._.._win',
    'unnamed',
    'unnamed (2)',
    '_CON',
    'a',
    'A (2)',
    'a (3)/b',
    'foo... bar',
  ]);
  assert.deepEqual(pathsOf(hostile, { pathRules: 'exact' }).slice(5, 9), [
    'CON',
    'a',
    'A',
    'a (2)/b',
  ]);
  for (const path of ['x', 1, map({}), [1], [['x']]])
    fails(multi([file(path)]), 'METAINFO_BAD_PATH');
});

test('the torrent name is one safe component, or the info-hash', () => {
  const nameOf = (name: string) => parse(torrent({ ...single, name })).name;
  assert.equal(nameOf('../../x'), '.._.._x');
  assert.match(nameOf('..'), /^[0-9a-f]{40}$/);
  assert.match(nameOf(''), /^[0-9a-f]{40}$/);
});

test('UTF-8 variants are preferred where they are sound', () => {
  const cp1252 = encodeLatin1('caf\xe9');
  assert.deepEqual(pathsOf(multi([file([cp1252], 1, { 'path.utf-8': ['café'] })])), ['café']);
  assert.deepEqual(pathsOf(multi([file([cp1252], 1, { 'path.utf-8': [cp1252] })])), ['caf_']);
  assert.deepEqual(pathsOf(multi([file(['p'], 1, { 'path.utf-8': 'no list' })])), ['p']);
  assert.equal(parse(torrent({ ...single, name: cp1252, 'name.utf-8': 'café' })).name, 'café');
  assert.equal(parse(torrent(single, { comment: cp1252 })).comment, 'caf\ufffd');
});

test('padding files and links of BEP 47', () => {
  const { files, contentBytes, lengthBytes } = parse(
    multi([
      file(['a'], 5, { attr: 'h' }),
      map({ length: 11, attr: 'p' }),
      file(['b'], 3, { attr: 'xq' }),
      file(['.pad', '11'], 11, { attr: 'p' }),
      map({ path: ['link'], attr: 'l', 'symlink path': ['..', 'etc', 'passwd'] }),
      file(['link2'], 99, { attr: 'l' }),
    ]),
  );
  assert.deepEqual(
    files.map((f) => [
      f.path.join('/'),
      f.offsetBytes,
      f.lengthBytes,
      ['padding', 'executable', 'hidden', 'symlink']
        .filter((key) => f[key as keyof typeof f])
        .join(),
    ]),
    [
      ['a', 0, 5, 'hidden'],
      ['.pad/11', 5, 11, 'padding'],
      ['b', 16, 3, 'executable'],
      ['.pad/11', 19, 11, 'padding'],
      ['link', 30, 0, 'symlink'],
      ['link2', 30, 0, 'symlink'],
    ],
  );
  assert.equal(contentBytes, 8);
  assert.equal(lengthBytes, 30);
});

test('padding as BitComet names it', () => {
  const name = '_____padding_file_0_if you see this file, please update____';
  const { files } = parse(
    multi([file(['a'], 5), file(['d', name], 11), file(['padding_file'], 1)]),
  );
  assert.deepEqual(
    files.map(({ padding }) => padding),
    [false, true, false],
  );
});

test('trackers: tiers, distinct, only what can be announced to', () => {
  const trackersOf = (root: Plain) => parse(torrent(single, root)).trackers;
  assert.deepEqual(
    trackersOf({
      announce: 'http://ignored/',
      'announce-list': [
        ['http://a/', 'udp://b:1', 'http://a/'],
        [],
        ['ftp://x/', 'http://', 'dht://', ' https://c/ ', 1, encodeLatin1('http://\xff/')],
        ['javascript:alert(1)', 'http://a/', 'http://l/\r\nHost: x'],
        'wss://d/',
        ['WS://e/'],
      ],
    }),
    [['http://a/', 'udp://b:1'], ['https://c/'], ['wss://d/'], ['WS://e/']],
  );
  assert.deepEqual(trackersOf({ announce: 'http://a/', 'announce-list': [['x']] }), [
    ['http://a/'],
  ]);
  assert.deepEqual(trackersOf({ announce: 'http://a/', 'announce-list': 'x' }), [['http://a/']]);
  assert.deepEqual(trackersOf({ announce: ['http://a/'] }), []);
  const many = Array.from({ length: 3000 }, (_, i) => [`http://t/${i}`]);
  assert.equal(trackersOf({ 'announce-list': many }).length, 1000);
  assert.equal(trackersOf({ 'announce-list': [many.flat()] })[0]?.length, 1000);
});

test('web seeds and nodes', () => {
  const parsed = (root: Plain) => parse(torrent(single, root));
  assert.deepEqual(parsed({ 'url-list': 'http://w/a b' }).webSeeds, ['http://w/a%20b']);
  assert.deepEqual(parsed({ 'url-list': '' }).webSeeds, []);
  assert.deepEqual(
    parsed({ 'url-list': ['http://w/', 'file:///etc/passwd', 'http://w/', 1] }).webSeeds,
    ['http://w/'],
  );
  const nodes = [['h.example', 1], ['', 1], ['h', 0], ['h', 65536], [1, 1], 'x', ['::1', 65535]];
  assert.deepEqual(parsed({ nodes }).nodes, [
    { host: 'h.example', port: 1 },
    { host: '::1', port: 65535 },
  ]);
});

test('optional values of a wrong type are ignored', () => {
  const { comment, createdBy, creationDateMs, ...rest } = parse(
    torrent(
      { ...single, private: 'x', source: 1 },
      {
        comment: 1,
        'created by': [],
        'creation date': 2n ** 60n,
      },
    ),
  );
  assert.deepEqual([comment, createdBy, creationDateMs], [undefined, undefined, undefined]);
  assert.equal(rest.private, false);
  assert.equal(rest.source, undefined);
});

test('many files', () => {
  const entry = (i: number) => file([`dir${i % 100}`, encodeUtf8(`file ${i}`)], 10);
  const bytes = multi(Array.from({ length: 20_000 }, (_, i) => entry(i)));
  const { files } = parse(bytes);
  assert.equal(files.length, 20_000);
  assert.deepEqual(files[19_999]?.path, ['dir99', 'file 19999']);
});
