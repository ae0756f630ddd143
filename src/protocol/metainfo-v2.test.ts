import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { refuses } from '../base/decode-error-fixture.test.ts';
import { hashes } from '../base/hashes-fixture.test.ts';
import { toHex } from '../base/hex.ts';
import { decodeLatin1, encodeLatin1 } from '../base/text.ts';
import { type BencodeInput, encodeBencode } from './bencode.ts';
import { merkleRoot } from './merkle.ts';
import { parseMetainfo } from './metainfo.ts';

type Plain = Record<string, BencodeInput>;

function map(entries: Plain): Map<string, BencodeInput> {
  return new Map(Object.entries(entries));
}

const block = 16384;
/** Two pieces of one block each. */
const layer = new Uint8Array(64).fill(7);
const root = merkleRoot(layer, hashes);
const other = new Uint8Array(32).fill(1);

/** A file of the tree: of two pieces with `root`, or of one with `other`. */
function leaf(length: number, more?: Plain): BencodeInput {
  const own = { 'pieces root': length > block ? root : other };
  return map({ '': map({ length, ...(more ?? own) }) });
}

function torrent(tree: Plain, info: Plain = {}, top: Plain = {}): Uint8Array {
  const base: Plain = {
    name: 'root',
    'piece length': block,
    'meta version': 2,
    'file tree': map(tree),
  };
  return encodeBencode(map({ ...top, info: map({ ...base, ...info }) }));
}

const layers: Plain = { 'piece layers': map({ [decodeLatin1(root)]: layer }) };

function parse(bytes: Uint8Array) {
  return parseMetainfo(bytes, hashes);
}

function fails(bytes: Uint8Array, code: string, message?: RegExp): void {
  refuses(() => parse(bytes), code, message);
}

test('files are aligned to pieces in the order of the tree', () => {
  const tree = {
    a: leaf(5),
    d: map({ e: leaf(0, {}), f: leaf(20_000) }),
    z: leaf(1, { 'pieces root': other, attr: 'x' }),
  };
  const info = parse(torrent(tree, {}, layers));
  assert.deepEqual(
    info.files.map((f) => [f.path.join('/'), f.offsetBytes, f.lengthBytes, f.executable]),
    [
      ['a', 0, 5, false],
      ['d/e', 5, 0, false],
      ['d/f', block, 20_000, false],
      ['z', 3 * block, 1, true],
    ],
  );
  assert.equal(info.pieceCount, 4);
  assert.equal(info.lengthBytes, 3 * block + 1);
  assert.equal(info.contentBytes, 20_006);
  assert.equal(info.infoHashV1, undefined);
  assert.equal(info.infoHashV2, hash('sha256', info.infoBytes));
  assert.equal(info.infoHash, info.infoHashV2?.slice(0, 40));
  assert.equal(info.singleFile, false);
});

test('a single file is one that has the name of the torrent', () => {
  assert.equal(parse(torrent({ root: leaf(5) })).singleFile, true);
  assert.equal(parse(torrent({ other: leaf(5) })).singleFile, false);
  assert.equal(parse(torrent({ root: map({ root: leaf(5) }) })).singleFile, false);
});

test('hostile trees', () => {
  const tree = {
    '..': map({ '..': map({ etc: leaf(1) }) }),
    a: leaf(1),
    A: leaf(1),
    'b/c': leaf(1),
  };
  assert.deepEqual(
    parse(torrent(tree)).files.map(({ path }) => path.join('/')),
    ['etc', 'A', 'a (2)', 'b_c'],
  );
  fails(torrent({ '': map({ length: 1, 'pieces root': root }) }), 'METAINFO_BAD_TREE');
  fails(torrent({ a: 1 }), 'METAINFO_BAD_TREE');
  fails(torrent({ a: map({ '': 1 }) }), 'METAINFO_BAD_TREE');
  fails(
    torrent({ a: map({ '': map({ length: 1, 'pieces root': root }), b: leaf(1) }) }),
    'METAINFO_BAD_TREE',
  );
  fails(torrent({ a: leaf(1, { 'pieces root': root, attr: 'p' }) }), 'METAINFO_BAD_TREE');
  fails(torrent({}), 'METAINFO_EMPTY');
  const sorted = decodeLatin1(torrent({ a: leaf(1), b: leaf(1) }));
  const unsorted = sorted.replace('1:ad0:', '1:cd0:');
  fails(encodeLatin1(unsorted), 'BENCODE_KEY_ORDER');
  fails(torrent({}, { 'file tree': [] }), 'METAINFO_WRONG_TYPE');
  let deep: BencodeInput = leaf(1);
  for (let i = 0; i < 250; i++) deep = map({ d: deep });
  fails(torrent({ deep }), 'BENCODE_DEPTH');
});

test('version, piece length, roots', () => {
  fails(torrent({ a: leaf(1) }, { 'meta version': 3 }), 'METAINFO_VERSION');
  for (const length of [8192, 16385, 3 * block]) {
    fails(torrent({ a: leaf(1) }, { 'piece length': length }), 'METAINFO_PIECE_LENGTH');
  }
  fails(torrent({ a: leaf(1, {}) }), 'METAINFO_PIECES_ROOT');
  fails(torrent({ a: leaf(1, { 'pieces root': 'short' }) }), 'METAINFO_PIECES_ROOT');
  fails(torrent({ a: leaf(1, { 'pieces root': new Uint8Array(32) }) }), 'METAINFO_PIECES_ROOT');
  fails(torrent({ a: leaf(-1) }), 'METAINFO_BAD_LENGTH');
  fails(torrent({ a: leaf(Number.MAX_SAFE_INTEGER), b: leaf(1) }), 'METAINFO_TOO_LARGE');
});

test('piece layers belong to their roots', () => {
  const tree = { a: leaf(20_000) };
  const key = decodeLatin1(root);
  const small = { b: leaf(5) };
  const withLayers = (entries: Plain) =>
    torrent({ ...tree, ...small }, {}, { 'piece layers': map(entries) });
  assert.deepEqual(parse(torrent(tree, {}, layers)).pieceHashes, {
    layers: new Map([[toHex(root), layer]]),
    layersMissing: false,
  });
  assert.equal(
    parse(withLayers({ [key]: layer, [decodeLatin1(other)]: other })).pieceHashes.layers?.size,
    1,
  );
  const code = 'METAINFO_PIECE_LAYERS';
  fails(withLayers({ [key]: layer.subarray(32) }), code, /length/);
  fails(withLayers({ [key]: map({}) }), code, /length/);
  fails(withLayers({ [key]: new Uint8Array(64) }), code, /match/);
  fails(withLayers({ [key]: layer, [decodeLatin1(other)]: layer.subarray(32) }), code, /match/);
  fails(withLayers({ [key]: layer, x: layer }), code, /of no file/);
  fails(torrent(tree, {}, { 'piece layers': 'x' }), 'METAINFO_WRONG_TYPE');
  // One root cannot stand for files of different numbers of pieces.
  fails(torrent({ ...tree, b: leaf(40_000) }, {}, layers), code, /different lengths/);
});

test('layers may be missing, and then that is said', () => {
  const missing = (bytes: Uint8Array) => parse(bytes).pieceHashes.layersMissing;
  assert.equal(missing(torrent({ a: leaf(20_000) })), true);
  assert.equal(missing(torrent({ a: leaf(20_000) }, {}, { 'piece layers': map({}) })), true);
  assert.equal(missing(torrent({ a: leaf(block) })), false);
});

test('a length alone does not claim memory', () => {
  fails(torrent({ a: leaf(2 ** 50) }), 'METAINFO_TOO_MANY_PIECES');
  assert.equal(parse(torrent({ a: leaf(2 ** 35) })).pieceCount, 2 ** 21);
  fails(torrent({ a: leaf(2 ** 35 + 1) }), 'METAINFO_TOO_MANY_PIECES');
});

const pieces = new Uint8Array(60);
const hybridTree = { a: leaf(5), b: leaf(20_000) };
const padding = map({ length: block - 5, path: ['.pad', `${block - 5}`], attr: 'p' });
const a = map({ length: 5, path: ['a'] });
const b = map({ length: 20_000, path: ['b'] });

function hybrid(files: readonly BencodeInput[], more: Plain = {}): Uint8Array {
  return torrent(hybridTree, { files, pieces, ...more }, layers);
}

test('hybrid: both halves describe the same files', () => {
  const info = parse(hybrid([a, padding, b]));
  assert.equal(info.version, 'hybrid');
  assert.deepEqual(
    info.files.map((f) => f.padding),
    [false, true, false],
  );
  assert.deepEqual(info.files[2]?.piecesRoot, root);
  // A tail of padding after the last file is harmless, and some programs write it.
  const tail = map({ length: 3 * block - 36_384, attr: 'p' });
  assert.equal(parse(hybrid([a, padding, b, tail])).lengthBytes, 3 * block);
});

test('hybrid: any difference is refused', () => {
  const code = 'METAINFO_HYBRID_MISMATCH';
  fails(hybrid([a, b], { pieces: pieces.subarray(20) }), code, /"b" is not padded/);
  fails(hybrid([b, padding, a]), code, /another name/);
  fails(hybrid([a, padding]), code, /tree has more/);
  fails(hybrid([a, padding, b, map({ length: 0, path: ['c'] })]), code, /list has more/);
  fails(hybrid([map({ length: 5, path: ['A'] }), padding, b]), code, /"A" stands/);
  fails(hybrid([a, padding, map({ length: 20_001, path: ['b'] })]), code, /differs in length/);
  fails(hybrid([a, padding, b, map({ length: block, attr: 'p' })]), code, /padding/);
  fails(torrent(hybridTree, { length: 5, pieces }, layers), code);
});
