/**
 * The same content with the same options gets the same info-hash from Shoal as from mktorrent, and as
 * from transmission-create when the files are in its order, which has no empty ones. Version 2 and
 * hybrid torrents are compared with libtorrent's.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import type { Hashes } from '../../src/base/hashes.ts';
import { decodeLatin1 } from '../../src/base/text.ts';
import { createMetainfo, layOutFiles, sortFiles } from '../../src/protocol/create-metainfo.ts';
import { hashFileV2 } from '../../src/protocol/merkle.ts';
import { type MetainfoVersion, parseMetainfo } from '../../src/protocol/metainfo.ts';

const hashes: Hashes = {
  sha1: (bytes) => hash('sha1', bytes, 'buffer'),
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
};

const folder = mkdtempSync(join(tmpdir(), 'shoal-interop-'));
after(() => rmSync(folder, { recursive: true }));

const names = [
  'a.txt',
  'B.txt',
  'b/c/x.bin',
  'b/z',
  'b.txt',
  'b c',
  'b-c/y',
  'Zoë/é.txt',
  'empty',
  '日本語',
  'aux.c',
  'foo... bar',
];
const contents = new Map(
  names.map((name, i) => [name, Buffer.alloc(name === 'empty' ? 0 : 9_973 * (i + 1), name)]),
);
for (const [name, content] of contents) {
  const path = join(folder, 'content', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function missing(program: string, debianPackage: string): false | string {
  const found = spawnSync(program, ['-h']).error === undefined;
  return found ? false : `${program} is missing: apt-get install ${debianPackage}`;
}

/** Runs a creator and returns what it wrote. */
function theirs(program: string, options: readonly string[], target: string): Uint8Array {
  const output = join(folder, 'theirs.torrent');
  rmSync(output, { force: true });
  const run = spawnSync(program, [...options, '-o', output, join(folder, target)], {
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stdout + run.stderr);
  return new Uint8Array(readFileSync(output));
}

/** Debian installs libtorrent's bindings for its own Python, which need not be the first in PATH. */
const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import libtorrent']).status === 0,
);

const libtorrentScript = `
import sys, libtorrent as lt
output, parent, version = sys.argv[1:]
files = lt.file_storage()
lt.add_files(files, parent + '/content')
torrent = lt.create_torrent(files, 32768, lt.create_torrent.v2_only if version == '2' else 0)
lt.set_piece_hashes(torrent, parent)
open(output, 'wb').write(lt.bencode(torrent.generate()))
`;

function libtorrents(version: '2' | 'hybrid'): Uint8Array {
  const output = join(folder, 'libtorrent.torrent');
  const run = spawnSync(python!, ['-c', libtorrentScript, output, folder, version], {
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stderr);
  return new Uint8Array(readFileSync(output));
}

interface Options {
  readonly name: string;
  readonly version?: MetainfoVersion;
  readonly single?: string;
  readonly private?: boolean;
  readonly writePublic?: boolean;
  readonly source?: string;
  /** Paths in their order; Shoal's own when absent. */
  readonly order?: readonly string[];
}

const pieceLength = 32768;

/** Digests of each part of so many bytes. */
function digests(algorithm: string, bytes: Uint8Array, partLength: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += partLength) {
    parts.push(hash(algorithm, bytes.subarray(at, at + partLength), 'buffer'));
  }
  return Buffer.concat(parts);
}

function ours({ name, single, order, version = '1', ...options }: Options): Uint8Array {
  const chosen = single === undefined ? (order ?? names) : [single];
  const given = chosen.map((path) => ({
    path: path.split('/'),
    content: contents.get(path)!,
    lengthBytes: contents.get(path)!.length,
  }));
  const files = order ? given : sortFiles(given, version);
  const space = layOutFiles(files, pieceLength, version).map((file) =>
    file.padding
      ? Buffer.alloc(file.lengthBytes)
      : files.find(({ path }) => path === file.path)!.content,
  );
  const v2Files = files.map(({ content }) =>
    content.length === 0
      ? undefined
      : hashFileV2(digests('sha256', content, 16384), pieceLength, hashes),
  );
  return createMetainfo({
    name,
    files,
    singleFile: single !== undefined,
    pieceLength,
    version,
    ...(version === '2' ? {} : { v1Pieces: digests('sha1', Buffer.concat(space), pieceLength) }),
    ...(version === '1' ? {} : { v2Files }),
    trackers: [['http://tracker.example/announce']],
    webSeeds: [],
    ...options,
  });
}

function assertSameInfo(actual: Uint8Array, expected: Uint8Array): void {
  const mine = parseMetainfo(actual, hashes, { pathRules: 'exact' });
  const other = parseMetainfo(expected, hashes, { pathRules: 'exact' });
  assert.deepEqual(
    mine.files.map(({ path }) => path.join('/')),
    other.files.map(({ path }) => path.join('/')),
  );
  assert.equal(decodeLatin1(mine.infoBytes), decodeLatin1(other.infoBytes));
  assert.equal(mine.infoHash, other.infoHash);
  assert.equal(mine.infoHashV2, other.infoHashV2);
  assert.deepEqual(mine.pieceHashes, other.pieceHashes);
}

test('mktorrent', { skip: missing('mktorrent', 'mktorrent') }, () => {
  const options = ['-l', '15', '-a', 'http://tracker.example/announce'];
  assertSameInfo(ours({ name: 'content' }), theirs('mktorrent', options, 'content'));
  assertSameInfo(
    ours({ name: 'other', private: true, source: 'TAG' }),
    theirs('mktorrent', [...options, '-p', '-s', 'TAG', '-n', 'other'], 'content'),
  );
  assertSameInfo(
    ours({ name: 'x.bin', single: 'b/c/x.bin' }),
    theirs('mktorrent', options, 'content/b/c/x.bin'),
  );
});

test('transmission-create', { skip: missing('transmission-create', 'transmission-cli') }, () => {
  const options = ['-s', '32', '-t', 'http://tracker.example/announce'];
  const open = theirs('transmission-create', options, 'content');
  const order = parseMetainfo(open, hashes, { pathRules: 'exact' }).files.map(({ path }) =>
    path.join('/'),
  );
  assert.deepEqual(new Set([...order, 'empty']), new Set(names));
  assertSameInfo(ours({ name: 'content', order, writePublic: true }), open);
  assertSameInfo(
    ours({ name: 'content', order, private: true }),
    theirs('transmission-create', [...options, '-p'], 'content'),
  );
  assertSameInfo(
    ours({ name: 'x.bin', single: 'b/c/x.bin', writePublic: true }),
    theirs('transmission-create', options, 'content/b/c/x.bin'),
  );
});

const noLibtorrent = python ? false : 'libtorrent is missing: apt-get install python3-libtorrent';

test('libtorrent', { skip: noLibtorrent }, () => {
  assertSameInfo(ours({ name: 'content', version: '2' }), libtorrents('2'));
  assertSameInfo(ours({ name: 'content', version: 'hybrid' }), libtorrents('hybrid'));
});
