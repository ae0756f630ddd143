/** Names, numbers and obstacles that the file system has in store. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { LogEntry } from '../../src/index.ts';
import { digestOf, digestsOf, makeContent, patternedBytes } from './stage/content-folder.ts';
import { Stage } from './stage/stage.ts';

const KiB = 1024;
const timeout = () => AbortSignal.timeout(15_000);

/** A seeder of a folder `content` with these files, and what a leecher needs. */
async function share(stage: Stage, plan: readonly (readonly [string, number])[]) {
  const folder = await stage.content('content', plan);
  const { bytes, file } = await stage.torrent(folder, { pieceLength: 32 * KiB });
  const seeder = await stage.client();
  await seeder.add(bytes, { dir: stage.path('origin'), seedInPlace: true, alreadyVerified: true });
  const peers = [{ host: '127.0.0.1', port: seeder.port }];
  return { bytes, file, peers, peer: `127.0.0.1:${seeder.port}` };
}

test('a file called -rf is a file like any other, from the command line too', () =>
  Stage.set(async (stage) => {
    const cwd = stage.path('here');
    await mkdir(cwd);
    await writeFile(join(cwd, '-rf'), patternedBytes('rf', 100_000));
    const seeder = stage.transfer(['seed', './-rf', '-o', 'x.torrent'], { cwd });
    const { port } = await seeder.until('started');
    await seeder.until('complete');
    const get = ['get', 'x.torrent', '-o', 'copy', '--peer', `127.0.0.1:${port}`, '--exit'];
    const leecher = stage.transfer(get, { cwd });
    await leecher.until('complete');
    assert.equal(digestOf(join(cwd, 'copy', '-rf')), digestOf(join(cwd, '-rf')));
  }));

const haveFewFiles = await promisify(execFile)('prlimit', ['--nofile=64:64', 'true']).then(
  () => true,
  () => false,
);

test(
  'a torrent of 2,000 files completes with 64 open files allowed',
  { skip: haveFewFiles ? false : 'prlimit is missing: apt-get install util-linux' },
  () =>
    Stage.set(async (stage) => {
      const plan = Array.from({ length: 2000 }, (_, i) => [`${i % 20}/${i}.bin`, 700 + i] as const);
      const { file, peer } = await share(stage, plan);
      const copy = stage.path('copy');
      const leecher = stage.transfer(['get', file, '-o', copy, '--peer', peer, '--exit'], {
        under: ['prlimit', '--nofile=64:64'],
      });
      await leecher.until('complete', 25_000);
      assert.equal(await leecher.ended, 0);
      assert.deepEqual(await digestsOf(copy), await digestsOf(stage.path('origin')));
    }),
);

test('a longer file in the place of one is not cut before it is known for ours', () =>
  Stage.set(async (stage) => {
    const { bytes, peers } = await share(stage, [['a.bin', 100_000]]);
    const copy = stage.path('copy');
    const own = patternedBytes('own', 150_000);
    await mkdir(join(copy, 'content'), { recursive: true });
    await writeFile(join(copy, 'content', 'a.bin'), own);
    const log: LogEntry[] = [];
    const client = await stage.client({ log: (entry) => log.push(entry) });
    const torrent = await client.add(bytes, { dir: copy, peers });
    const outcome = await torrent.completed(timeout()).then(
      () => 'complete',
      () => 'not complete',
    );
    const found = await readFile(join(copy, 'content', 'a.bin'));
    const lengthKept = found.length === own.length;
    const sound = found.subarray(0, 100_000);
    const wanted = await readFile(stage.path('origin', 'content', 'a.bin'));
    // Either the user's file is left alone, or it holds the whole content; never half of each.
    assert.ok(found.equals(own) || (outcome === 'complete' && sound.equals(wanted)), outcome);
    assert.ok(lengthKept || outcome === 'complete', 'nothing is cut off without the content');
  }));

test('a symbolic link in the place of a file or folder is not followed', () =>
  Stage.set(async (stage) => {
    const { bytes, peers } = await share(stage, [
      ['linked.bin', 50_000],
      ['folder/inner.bin', 50_000],
    ]);
    const copy = stage.path('copy');
    const elsewhere = stage.path('elsewhere');
    await mkdir(join(copy, 'content'), { recursive: true });
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'secret'), 'mine');
    await symlink(join(elsewhere, 'secret'), join(copy, 'content', 'linked.bin'));
    await symlink(elsewhere, join(copy, 'content', 'folder'));
    const client = await stage.client();
    const torrent = await client.add(bytes, { dir: copy, peers });
    const { promise: halted, resolve } = Promise.withResolvers<void>();
    const watch = async () => {
      for await (const { phase } of torrent.updates({ intervalMs: 20, signal: timeout() })) {
        if (phase === 'error') return resolve();
      }
    };
    void watch();
    await Promise.race([halted, torrent.completed(timeout())]);
    const { error } = torrent.status();
    assert.match(error?.message ?? '', /link/);
    assert.match(error?.path ?? '', /content/);
    assert.equal(await readFile(join(elsewhere, 'secret'), 'utf8'), 'mine');
    assert.equal(await readlink(join(copy, 'content', 'folder')), elsewhere);
    await assert.rejects(stat(join(elsewhere, 'inner.bin')), /ENOENT/);
    await assert.rejects(stat(join(elsewhere, 'inner.bin.part')), /ENOENT/);
  }));

test('a folder in the place of a file halts the download and is named', () =>
  Stage.set(async (stage) => {
    const { bytes, peers } = await share(stage, [['a.bin', 50_000]]);
    const copy = stage.path('copy');
    await mkdir(join(copy, 'content', 'a.bin', 'inside'), { recursive: true });
    const client = await stage.client();
    const torrent = await client.add(bytes, { dir: copy, peers });
    for await (const { phase } of torrent.updates({ intervalMs: 20, signal: timeout() })) {
      if (phase === 'error') break;
    }
    const { error } = torrent.status();
    assert.equal(error?.code, 'EISDIR');
    assert.match(error.message, /content\/a\.bin/);
  }));

test('two torrents of one client do not write over each other', () =>
  Stage.set(async (stage) => {
    const copy = stage.path('copy');
    const log: LogEntry[] = [];
    const client = await stage.client({ log: (entry) => log.push(entry) });
    const torrents = [];
    for (const seed of ['one', 'two']) {
      const origin = stage.path(seed);
      makeContent(join(origin, 'content'), [['a.bin', 300_000]], seed);
      const { bytes } = await stage.torrent(join(origin, 'content'), { pieceLength: 32 * KiB });
      const seeder = await stage.client();
      await seeder.add(bytes, { dir: origin, seedInPlace: true, alreadyVerified: true });
      const peers = [{ host: '127.0.0.1', port: seeder.port }];
      torrents.push(await client.add(bytes, { dir: copy, peers }));
    }
    await torrents[0]!.completed(timeout());
    const [, second] = torrents;
    for await (const { phase } of second!.updates({ intervalMs: 20, signal: timeout() })) {
      if (phase === 'error' || phase === 'seeding') break;
    }
    assert.match(second!.status().error?.message ?? '', /another torrent uses it/);
    const kept = join(copy, 'content', 'a.bin');
    assert.equal(digestOf(kept), digestOf(stage.path('one', 'content', 'a.bin')));
  }));
