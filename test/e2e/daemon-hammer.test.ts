/** Many clients that all want something else of the same torrents: everyone is answered, and what is left is whole. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DaemonClient } from '../../src/api/client/daemon-client.ts';
import { DaemonError } from '../../src/api/client/daemon-error.ts';
import { type Random, SeededRandom } from '../../src/base/random.ts';
import { openDaemon } from '../../src/daemon/daemon.ts';
import { createTorrent } from '../../src/index.ts';
import { type ContentPlan, makeContent } from './stage/content-folder.ts';
import { Stage } from './stage/stage.ts';

const clients = Number(process.env.SHOAL_HAMMER_CLIENTS ?? 200);
const seconds = Number(process.env.SHOAL_HAMMER_SECONDS ?? 3);
const torrents = 20;
const closesWithinMs = 10_000;

interface Hammered {
  readonly name: string;
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/** One wish of somebody, whatever the others did meanwhile. */
async function wish(
  client: DaemonClient,
  { hash, name, bytes }: Hammered,
  dirs: readonly string[],
  random: Random,
): Promise<unknown> {
  switch (random.below(12)) {
    case 0:
    case 1:
      return client.addFile(bytes, { paused: random.below(2) === 0 });
    case 2:
      return client.remove(hash, { data: random.below(2) === 0 });
    case 3:
      return client.act('stop', hash);
    case 4:
      return client.act('verify', hash);
    case 5:
      return client.move(hash, { dir: dirs[random.below(dirs.length)]! });
    case 6:
      return client.rename(hash, { path: name, name: `${name}${random.below(3)}` });
    case 7: {
      const path = (await client.files(hash))[0]?.path ?? name;
      return client.rename(hash, { path, name: `file${random.below(3)}` });
    }
    case 8:
      return client.setPriorities(hash, [{ first: 0, last: 0, priority: 'skip' }]);
    case 9:
      return client.actions({ action: 'force-start', hashes: [hash] });
    case 10:
      return client.torrents();
    default:
      return client.act('start', hash);
  }
}

test(`${clients} clients at ${torrents} torrents for ${seconds} s`, () =>
  Stage.set(async (stage) => {
    const errors: string[] = [];
    const daemon = await openDaemon({
      port: 0,
      peerHost: '127.0.0.1',
      dir: stage.path('downloads'),
      dataDir: stage.path('data'),
      log: (level, message) => {
        if (level === 'error') errors.push(message);
      },
    });
    stage.onEnd(() => daemon.close());
    const dirs = ['downloads', 'downloads/a', 'downloads/b'].map((name) => stage.path(name));
    for (const dir of dirs) await mkdir(dir, { recursive: true });
    const hammered = await makeTorrents(dirs[0]!);
    const token = readFileSync(daemon.tokenPath, 'utf8').trim();
    const endMs = performance.now() + seconds * 1000;
    let answers = 0;
    const hammer = async (seed: number): Promise<void> => {
      const random = new SeededRandom(seed);
      const client = new DaemonClient(daemon.url, { token });
      while (performance.now() < endMs) {
        const one = hammered[random.below(torrents)]!;
        await wish(client, one, dirs, random).catch((error: unknown) => {
          assert.ok(error instanceof DaemonError, String(error));
          assert.ok((error.status ?? 0) < 500 && error.status !== undefined, String(error));
        });
        answers++;
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, seed) => hammer(seed)));
    assert.deepEqual(errors, []);
    assert.ok(answers >= clients, `only ${answers} answers`);
    await checkWhole(new DaemonClient(daemon.url, { token }), hammered);
    const startMs = performance.now();
    await daemon.close();
    const tookMs = performance.now() - startMs;
    assert.ok(tookMs < closesWithinMs, `closing took ${Math.round(tookMs)} ms`);
    assert.deepEqual(errors, []);
  }));

async function makeTorrents(dir: string): Promise<readonly Hammered[]> {
  const made: Hammered[] = [];
  for (let index = 0; index < torrents; index++) {
    const name = `hammered-${index}`;
    const plan: ContentPlan = [
      ['one.bin', 30_000],
      ['deep/two.bin', 100],
    ];
    makeContent(join(dir, name), plan, name);
    const { bytes, metainfo } = await createTorrent(join(dir, name), { pieceLength: 16_384 });
    made.push({ name, hash: metainfo.infoHash, bytes });
  }
  return made;
}

/** All lists say the same, and every torrent can still be had in every part. */
async function checkWhole(client: DaemonClient, hammered: readonly Hammered[]): Promise<void> {
  const known = new Set(hammered.map(({ hash }) => hash));
  const left = await client.torrents();
  assert.equal((await client.session()).torrents, left.length);
  assert.equal(new Set(left.map(({ hash }) => hash)).size, left.length);
  assert.deepEqual(
    left.map(({ queuePosition }) => queuePosition).sort((a, b) => a - b),
    left.map((_, index) => index),
  );
  for (const { hash } of left) {
    assert.ok(known.has(hash));
    await client.detail(hash);
    await client.files(hash);
    await client.remove(hash, { data: true });
  }
  assert.deepEqual(await client.torrents(), []);
}
