/**
 * The same content with the same options gets the same info-hash from Shoal as from mktorrent, and as
 * from transmission-create when the files are in its order, which has no empty ones.
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
import { createMetainfo, sortFiles } from '../../src/protocol/create-metainfo.ts';
import { parseMetainfo } from '../../src/protocol/metainfo.ts';

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

function missing(program: string, argument: string): false | string {
  const found = spawnSync(program, [argument]).error === undefined;
  return found
    ? false
    : `${program} is missing: apt-get install ${program.replace('-create', '-cli')}`;
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

interface Options {
  readonly name: string;
  readonly single?: string;
  readonly private?: boolean;
  readonly writePublic?: boolean;
  readonly source?: string;
  /** Paths in their order; Shoal's own when absent. */
  readonly order?: readonly string[];
}

function ours({ name, single, order, ...options }: Options): Uint8Array {
  const chosen = single === undefined ? (order ?? names) : [single];
  const given = chosen.map((path) => ({
    path: path.split('/'),
    content: contents.get(path)!,
    lengthBytes: contents.get(path)!.length,
  }));
  const files = order ? given : sortFiles(given, '1');
  const space = Buffer.concat(files.map(({ content }) => content));
  const pieces: Buffer[] = [];
  for (let at = 0; at < space.length; at += 32768) {
    pieces.push(hash('sha1', space.subarray(at, at + 32768), 'buffer'));
  }
  return createMetainfo({
    name,
    files,
    singleFile: single !== undefined,
    pieceLength: 32768,
    version: '1',
    v1Pieces: Buffer.concat(pieces),
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
  assert.deepEqual(mine.trackers, other.trackers);
}

test('mktorrent', { skip: missing('mktorrent', '-h') }, () => {
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

test('transmission-create', { skip: missing('transmission-create', '--version') }, () => {
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
