/** A short run of every fuzz target; `npm run fuzz` goes further. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FuzzTarget, runCampaign } from './campaign.ts';
import { targets } from './targets.ts';

const count = 2000;
const seed = Number(process.env.SHOAL_TEST_SEED ?? 1);

describe(`up to ${count} random and mutated inputs each`, () => {
  for (const target of targets) {
    const options = { seed, count: target.quickCount ?? count };
    test(target.name, () => runCampaign(target, options).then(() => {}));
  }

  test('a crash, a hang and waste are noticed', async () => {
    const make = (take: FuzzTarget['take']) => ({
      name: 'bad',
      samples: [new Uint8Array(8)],
      take,
    });
    const options = { seed, count: 2 };
    const crash = make(() => {
      throw new TypeError('undefined is not a function');
    });
    await assert.rejects(runCampaign(crash, options), /bad, input 0.*--seed \d+ --input 0/s);
    const kept: Uint8Array[] = [];
    const waste = make(() => kept.push(new Uint8Array(64 * 2 ** 20)));
    await assert.rejects(runCampaign(waste, options), /bytes of memory/);
    const talk = (toldBytes: number) =>
      make(() => {
        kept.splice(0, kept.length, new Uint8Array(16 * 2 ** 20));
        return toldBytes;
      });
    await runCampaign(talk(4 * 2 ** 20), options);
    await assert.rejects(runCampaign(talk(2 ** 20), options), /bytes of memory/);
    const slow = make(() => {
      const endMs = performance.now() + 11;
      while (performance.now() < endMs);
    });
    await assert.rejects(runCampaign(slow, { ...options, mostMs: 10 }), /took \d+ ms/);
  });
});
