/**
 * A daemon with fifty torrents in every state that is killed at any time while people change them. More
 * rounds with `npm run crash`.
 */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TorrentFile, TorrentInfo } from '../../src/api/contract/torrents.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { RestlessTorrents } from '../crash/restless-torrents.ts';
import type { WishBook } from '../crash/wishes.ts';
import { type RunningDaemon, startDaemon } from './stage/daemon-process.ts';
import { Stage } from './stage/stage.ts';

const rounds = Number(process.env.SHOAL_CRASH_ROUNDS ?? 3);
const seed = Number(process.env.SHOAL_CRASH_SEED ?? 7);

test(`fifty torrents come back as they were, ${rounds} times (seed ${seed})`, () =>
  Stage.set(async (stage) => {
    const place = { data: stage.path('data'), dir: stage.path('origin') };
    const random = new SeededRandom(seed);
    const torrents = new RestlessTorrents(stage, random);
    for (let round = 0; round <= rounds; round++) {
      const daemon = await startDaemon(stage, place);
      if (round === 0) await torrents.begin(daemon);
      else await expectBack(daemon, torrents.book);
      if (round === rounds) break;
      await torrents.connect(daemon);
      const changing = torrents.change(daemon);
      await sleep(100 + random.below(900));
      remember(await daemon.list(), torrents.book);
      await sleep(random.below(200));
      await daemon.process.kill();
      await changing;
      if (round === 0) await takeAway(stage, torrents.book);
    }
  }));

/** What is verified is written, and may be found again. */
function remember(list: readonly TorrentInfo[], book: WishBook): void {
  for (const { hash, state, doneBytes } of list) {
    const expected = book.torrents.get(hash);
    const isKnown = state === 'downloading' || state === 'seeding';
    if (expected !== undefined && isKnown) expected.doneBytes = doneBytes;
  }
}

async function expectBack(daemon: RunningDaemon, book: WishBook): Promise<void> {
  book.settle(await daemon.list());
  for (const [hash, { wishes, doneBytes }] of book.torrents) {
    if (wishes.priorities !== undefined) {
      const reply = await daemon.ask('GET', `/torrents/${hash}/files`);
      const { files } = reply.body as { files: readonly TorrentFile[] };
      assert.deepEqual(
        files.map(({ priority }) => priority),
        wishes.priorities,
        hash,
      );
    }
    const torrent = await daemon.until(hash, ({ state }) => state !== 'checking');
    if (torrent.state !== 'downloading' && torrent.state !== 'seeding') continue;
    assert.ok(torrent.doneBytes >= doneBytes, `${torrent.name} lost pieces`);
  }
}

/** The files of two seeds go while the daemon is away. */
async function takeAway(stage: Stage, book: WishBook): Promise<void> {
  for (const name of ['seed 0', 'seed 1']) {
    await rm(stage.path('origin', name), { recursive: true, force: true });
  }
  for (const expected of book.torrents.values()) {
    if (expected.states.includes('error')) expected.doneBytes = 0;
  }
}
