import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Share, ShareRequest } from '../../api/contract/torrents.ts';
import { nodeHashes } from '../../node/hashes.ts';
import { parseMetainfo } from '../../protocol/metainfo.ts';
import { FolderLister } from '../content/folder-lister.ts';
import { SaveFolders } from '../content/save-folders.ts';
import { publishShare } from './publish-share.ts';
import { layOutShare } from './share-layout.ts';
import { Shares, type SharesOptions } from './shares.ts';

const home = 'http://127.0.0.1:6969/announce';

interface Rig {
  readonly dir: string;
  readonly data: string;
  readonly shares: Shares;
  readonly seeded: { name: string; dir: string; private: boolean; trackers: unknown }[];
  readonly published: string[];
  open(change?: Partial<SharesOptions>): Shares;
  ended(id: string): Promise<Share>;
  tree(): string[];
}

function rig(t: TestContext, change: Partial<SharesOptions> = {}): Rig {
  const root = mkdtempSync(join(tmpdir(), 'shoal-shares-'));
  t.after(() => rmSync(root, { recursive: true }));
  const dir = join(root, 'downloads');
  const data = join(dir, 'state');
  mkdirSync(data, { recursive: true });
  const seeded: Rig['seeded'] = [];
  const published: string[] = [];
  const open = (more: Partial<SharesOptions> = {}): Shares => {
    const shares = new Shares({
      folders: new FolderLister(new SaveFolders(dir, [])),
      dataDir: data,
      homeTrackers: () => [home],
      seed: async (bytes, where) => {
        const { name, private: isPrivate, trackers } = parseMetainfo(bytes, nodeHashes);
        seeded.push({ name, dir: where, private: isPrivate, trackers });
      },
      publish: async (_bytes, url) => {
        published.push(url);
        return { listed: 'http://page' };
      },
      ...change,
      ...more,
    });
    t.after(() => shares.close());
    return shares;
  };
  const shares = open();
  const ended = async (id: string): Promise<Share> => {
    for (let i = 0; i < 500; i++) {
      const share = shares.get(id);
      if (share.state === 'sharing' || share.state === 'failed') return share;
      await sleep(10);
    }
    return shares.get(id);
  };
  const tree = (): string[] =>
    readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.startsWith('state'))
      .sort((a, b) => (a < b ? -1 : 1));
  return { dir, data, shares, seeded, published, open, ended, tree };
}

async function* sent(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

const refused = (shares: Shares, request: ShareRequest, code: string): Promise<void> =>
  assert.rejects(shares.begin(request), { code }, JSON.stringify(request));

test('data of this machine is hashed, listed and seeded where it is', async (t) => {
  const { dir, shares, seeded, published, ended } = rig(t);
  mkdirSync(join(dir, 'album'));
  writeFileSync(join(dir, 'album', 'a'), 'content');
  const { id, state } = await shares.begin({ path: 'album' });
  assert.equal(state, 'hashing');
  const share = await ended(id);
  assert.deepEqual([share.state, share.name, share.lengthBytes], ['sharing', 'album', 7]);
  assert.match(share.hash ?? '', /^[0-9a-f]{40}$/);
  assert.ok(share.magnet?.includes(`btih:${share.hash}`));
  assert.equal(share.listed, 'http://page');
  assert.deepEqual(published, [home]);
  assert.deepEqual(seeded, [{ name: 'album', dir, private: false, trackers: [[home]] }]);
});

test('what is private, or announced elsewhere, is not listed', async (t) => {
  const { dir, shares, seeded, published, ended } = rig(t);
  writeFileSync(join(dir, 'a'), 'content');
  await ended((await shares.begin({ path: join(dir, 'a'), private: true })).id);
  const trackers = ['http://10.0.0.9/announce'];
  await ended((await shares.begin({ path: 'a', trackers })).id);
  assert.deepEqual(published, []);
  assert.deepEqual(
    seeded.map((each) => [each.private, each.trackers]),
    [
      [true, [[home]]],
      [false, [trackers]],
    ],
  );
});

test('nothing outside, and not the folder with the token', async (t) => {
  const { dir, data, shares } = rig(t);
  symlinkSync('/etc', join(dir, 'etc'));
  for (const path of ['../../etc', '/etc/passwd', 'etc', 'etc/passwd', '\\\\server\\share']) {
    await refused(shares, { path }, 'FORBIDDEN_DIR');
  }
  for (const path of [dir, data, join(data, 'token'), '.']) {
    if (path.endsWith('token')) writeFileSync(path, 'secret');
    await refused(shares, { path }, 'FORBIDDEN_DIR');
  }
  await refused(shares, { path: 'missing' }, 'NOT_FOUND');
  await refused(shares, {}, 'BAD_REQUEST');
  await refused(shares, { path: 'a', files: [{ path: 'a', lengthBytes: 1 }] }, 'BAD_REQUEST');
});

test('files that are sent become a folder beside the downloads', async (t) => {
  const { dir, shares, seeded, ended, tree } = rig(t);
  writeFileSync(join(dir, 'set'), 'in the way');
  const files = ['set/a', 'set/deep/b', 'set/empty', '../../etc/passwd'].map((path, index) => ({
    path: index === 3 ? `set/${path}` : path,
    lengthBytes: [3, 6, 0, 1][index] ?? 0,
  }));
  const { id, lengthBytes } = await shares.begin({ files });
  assert.equal(lengthBytes, 10);
  assert.equal((await shares.receive(id, 0, sent('a', 'bc'))).doneBytes, 3);
  await shares.receive(id, 3, sent('x'));
  const { state } = await shares.receive(id, 1, sent('123456'));
  assert.equal(state, 'hashing');
  const share = await ended(id);
  assert.deepEqual([share.state, share.name], ['sharing', 'set (2)'], JSON.stringify(share));
  assert.deepEqual(tree(), [
    'set',
    'set (2)',
    'set (2)/a',
    'set (2)/deep',
    'set (2)/deep/b',
    'set (2)/empty',
    'set (2)/etc',
    'set (2)/etc/passwd',
  ]);
  assert.equal(await readFile(join(dir, 'set (2)', 'deep', 'b'), 'utf8'), '123456');
  assert.equal(seeded[0]?.dir, dir);
  await assert.rejects(shares.receive(id, 0, sent('abc')), { code: 'BAD_REQUEST' });
});

test('one file stays one file; sizes hold to the byte', async (t) => {
  const { shares, ended, tree } = rig(t);
  const { id } = await shares.begin({ files: [{ path: 'one.iso', lengthBytes: 4 }] });
  await assert.rejects(shares.receive(id, 0, sent('abcd', 'e')), { code: 'TOO_LARGE' });
  await assert.rejects(shares.receive(id, 0, sent('abc')), { code: 'BAD_REQUEST' });
  await assert.rejects(shares.receive(id, 1, sent('')), { code: 'NOT_FOUND' });
  assert.deepEqual([shares.get(id).state, shares.get(id).doneBytes], ['receiving', 0]);
  await shares.receive(id, 0, sent('ab', 'cd'));
  assert.equal((await ended(id)).state, 'sharing');
  assert.deepEqual(tree(), ['one.iso']);
});

test('more than there is room for is refused before a byte comes', async (t) => {
  const { shares, tree } = rig(t);
  const files = [{ path: 'a', lengthBytes: Number.MAX_SAFE_INTEGER }];
  await refused(shares, { files }, 'DISK_FOLDER');
  assert.deepEqual(tree(), []);
});

test('what is taken back, given up or left by a crash is removed', async (t) => {
  const { dir, data, shares, open, tree } = rig(t);
  const files = [{ path: 'a', lengthBytes: 4 }];
  const { id } = await shares.begin({ files });
  const slow = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a');
    await sleep(50);
    yield Buffer.from('b');
  };
  const receiving = assert.rejects(shares.receive(id, 0, slow()), { code: 'CONFLICT' });
  await assert.rejects(shares.receive(id, 0, slow()), { code: 'NAME_TAKEN' });
  await shares.cancel(id);
  await receiving;
  assert.throws(() => shares.get(id), { code: 'NOT_FOUND' });
  assert.deepEqual(tree(), []);

  const idle = open({ idleMs: 30 });
  const lost = await idle.begin({ files });
  for (let i = 0; i < 100 && tree().length > 0; i++) await sleep(10);
  assert.deepEqual(tree(), []);
  assert.throws(() => idle.get(lost.id), { code: 'NOT_FOUND' });

  const left = `.shoal-share-${'ab'.repeat(16)}`;
  mkdirSync(join(dir, left, 'x'), { recursive: true });
  mkdirSync(join(dir, 'precious'));
  writeFileSync(join(data, 'uploads', 'ab'.repeat(16)), join(dir, left));
  writeFileSync(join(data, 'uploads', 'cd'), join(dir, 'precious'));
  await open().begin({ files });
  assert.deepEqual(
    tree().filter((name) => !name.startsWith('.shoal-share-') || name.startsWith(left)),
    ['precious'],
  );
  assert.equal(readdirSync(join(data, 'uploads')).length, 1);
});

test('a share that cannot be made says why', async (t) => {
  const { shares, ended } = rig(t);
  const { id } = await shares.begin({ files: [{ path: 'a', lengthBytes: 0 }] });
  const { state, problem } = await ended(id);
  assert.deepEqual([state, problem?.code], ['failed', 'CREATE_EMPTY']);
});

test('a tracker that cannot be asked keeps nothing from being shared', async (t) => {
  const dead = 'http://127.0.0.1:9/announce';
  const publish: SharesOptions['publish'] = (bytes, url, signal) =>
    publishShare(bytes, url, undefined, signal);
  const { dir, shares, ended } = rig(t, { publish, homeTrackers: () => [dead] });
  writeFileSync(join(dir, 'a'), 'content');
  const { state, problem } = await ended((await shares.begin({ path: 'a' })).id);
  assert.deepEqual([state, problem?.code], ['sharing', 'CATALOG_UNREACHABLE']);
  assert.match(problem?.message ?? '', /127\.0\.0\.1/);
});

test('names of what is sent', () => {
  const of = (request: ShareRequest) => {
    const { name, isSingleFile, files } = layOutShare(request);
    return [name, isSingleFile, ...files.map(({ path }) => path.join('/'))];
  };
  const files = (...paths: string[]) => ({
    files: paths.map((path) => ({ path, lengthBytes: 1 })),
  });
  assert.deepEqual(of(files('a.txt')), ['a.txt', true, 'a.txt']);
  assert.deepEqual(of({ name: 'set', ...files('a.txt') }), ['set', false, 'a.txt']);
  assert.deepEqual(of({ name: 'set', ...files('set/a', 'set/b') }), ['set', false, 'a', 'b']);
  assert.deepEqual(of({ name: 'other', ...files('set/a') }), ['other', false, 'set/a']);
  assert.deepEqual(of(files('set\\a', 'set/A')), ['set', false, 'a', 'A (2)']);
  assert.deepEqual(of({ name: '../x', ...files('a', '../../b') }), ['.._x', false, 'a', 'b']);
  assert.throws(() => of(files('a', 'b')), { code: 'BAD_REQUEST' });
  assert.throws(() => of({ name: '..', ...files('a', 'b') }), { code: 'BAD_REQUEST' });
});
