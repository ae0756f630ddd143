/** Limits on the rate, over real sockets: kept to, and shared fairly among torrents. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../src/index.ts';
import { makeContent } from './stage/content-folder.ts';
import { Stage } from './stage/stage.ts';

const MiB = 2 ** 20;
const downLimit = 4 * MiB;
/** On a busy machine two seconds are too few turns to tell a fair share. */
const measureMs = 4000;

test('a limit is kept to, and two torrents get the same part of it', () =>
  Stage.set(async (stage) => {
    const seeder = await stage.client();
    const client = await stage.client({ downLimit });
    const names = ['one', 'two'];
    const torrents = await Promise.all(names.map((name) => start(stage, seeder, client, name)));
    const fetched = () => torrents.map((torrent) => torrent.status().downloadedBytes);

    // What a bucket that was full gives at once is no rate.
    await sleep(1000);
    const before = fetched();
    const startMs = performance.now();
    await sleep(measureMs);
    const seconds = (performance.now() - startMs) / 1000;
    const [one = 0, two = 0] = fetched().map((bytes, i) => (bytes - before[i]!) / seconds);
    const share = (rate: number) => `${(rate / downLimit).toFixed(2)} of the limit`;
    assert.ok(one + two < 1.15 * downLimit, `more than the limit: ${share(one + two)}`);
    assert.ok(one + two > 0.85 * downLimit, `less than the limit: ${share(one + two)}`);
    assert.ok(Math.abs(one - two) < 0.3 * ((one + two) / 2), `${share(one)} and ${share(two)}`);

    // The limit of one torrent leaves the rest to the other.
    torrents[0]!.setLimits({ downLimit: MiB / 2 });
    await sleep(600);
    const then = fetched();
    await sleep(1000);
    const [slow = 0, fast = 0] = fetched().map((bytes, i) => bytes - then[i]!);
    assert.ok(slow < 1.3 * (MiB / 2), `${share(slow)} where an eighth is allowed`);
    assert.ok(fast > 0.6 * downLimit, `${share(fast)} where seven eighths are left`);
  }));

async function start(stage: Stage, seeder: Client, client: Client, name: string) {
  const origin = stage.path(`origin-${name}`);
  makeContent(join(origin, name), [['data.bin', 40 * MiB]], name);
  const { bytes } = await stage.torrent(join(origin, name));
  await seeder.add(bytes, { dir: origin, seedInPlace: true, alreadyVerified: true });
  const peers = [{ host: '127.0.0.1', port: seeder.port }];
  return client.add(bytes, { dir: stage.path('copy'), peers });
}
