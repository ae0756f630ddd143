/** Files that change, shrink or vanish under a running client: named, never served wrong, and mended. */
import assert from 'node:assert/strict';
import { rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { ClientTorrent } from '../../src/index.ts';
import { digestsOf } from './stage/content-folder.ts';
import { Stage } from './stage/stage.ts';

const MiB = 2 ** 20;
const timeout = () => AbortSignal.timeout(15_000);

async function phaseReached(torrent: ClientTorrent, wanted: string): Promise<void> {
  for await (const { phase } of torrent.updates({ intervalMs: 20, signal: timeout() })) {
    if (phase === wanted) return;
  }
}

async function share(stage: Stage, upLimit?: number) {
  const folder = await stage.content('content', [['a.bin', 4 * MiB]]);
  const { bytes } = await stage.torrent(folder, { pieceLength: MiB / 8 });
  const seeder = await stage.client(upLimit === undefined ? {} : { upLimit });
  const place = { dir: stage.path('origin'), seedInPlace: true, alreadyVerified: true };
  const seeding = await seeder.add(bytes, place);
  const peers = [{ host: '127.0.0.1', port: seeder.port }];
  const file = stage.path('origin', 'content', 'a.bin');
  return { bytes, seeding, peers, file };
}

for (const [what, spoil] of [
  ['vanishes', (file: string) => rename(file, `${file}.away`)],
  ['is cut short', (file: string) => truncate(file, 1000)],
] as const) {
  test(`a file that ${what} while it is shared stops the sharing, and is named`, () =>
    Stage.set(async (stage) => {
      const { bytes, seeding, peers, file } = await share(stage);
      await spoil(file);
      const client = await stage.client();
      await client.add(bytes, { dir: stage.path('copy'), peers });
      await phaseReached(seeding, 'error');
      const { error, uploadedBytes } = seeding.status();
      assert.match(error?.path ?? '', /a\.bin/);
      assert.match(error?.message ?? '', /a\.bin/);
      assert.ok(uploadedBytes <= 1000);
    }));
}

test('data that was changed under a seeder is refused by whoever gets it', () =>
  Stage.set(async (stage) => {
    const { bytes, peers, file } = await share(stage);
    await writeFile(file, Buffer.alloc(4 * MiB, 7));
    const client = await stage.client();
    const torrent = await client.add(bytes, { dir: stage.path('copy'), peers });
    for await (const { wastedBytes } of torrent.updates({ intervalMs: 20, signal: timeout() })) {
      if (wastedBytes > 0) break;
    }
    assert.equal(torrent.status().doneBytes, 0);
  }));

async function untilSomeIsHere(torrent: ClientTorrent): Promise<void> {
  for await (const { doneBytes } of torrent.updates({ intervalMs: 20, signal: timeout() })) {
    if (doneBytes > 0) return;
  }
}

test('a download whose folder is moved away is not complete until it is back', () =>
  Stage.set(async (stage) => {
    const { bytes, peers } = await share(stage, 2 * MiB);
    const client = await stage.client();
    const copy = stage.path('copy');
    const torrent = await client.add(bytes, { dir: copy, peers });
    let isComplete = false;
    const completed = torrent.completed(timeout()).then(() => {
      isComplete = true;
    });
    await untilSomeIsHere(torrent);
    await rename(copy, `${copy}-away`);
    await phaseReached(torrent, 'error');
    assert.match(torrent.status().error?.path ?? '', /copy/);
    assert.equal(isComplete, false);
    await rename(`${copy}-away`, copy);
    await completed;
    assert.equal(torrent.status().phase, 'seeding');
    assert.deepEqual(await digestsOf(copy), await digestsOf(stage.path('origin')));
  }));

test('a folder that is removed during the download is named, and not made anew', () =>
  Stage.set(async (stage) => {
    const { bytes, peers } = await share(stage, 2 * MiB);
    const client = await stage.client();
    const copy = stage.path('copy');
    const torrent = await client.add(bytes, { dir: copy, peers });
    await untilSomeIsHere(torrent);
    await rm(copy, { recursive: true });
    await phaseReached(torrent, 'error');
    const { error } = torrent.status();
    assert.equal(error?.code, 'ENOENT');
    assert.match(error.message, /a\.bin(\.part)? was removed while in use/);
    await assert.rejects(stat(copy), /ENOENT/);
  }));
