/** Foreign clients seed, we get: the .torrent file and the magnet link, through our tracker. */
import { describe, test } from 'node:test';
import { shoal } from './programs/shoal.ts';
import { openGround } from './swarm-ground.ts';

const { foreign, run } = await openGround();

describe('they seed, we get', { concurrency: 4 }, () => {
  for (const seeder of foreign) {
    const skip = seeder.missing;
    for (const over of ['http', 'udp'] as const) {
      test(`${seeder.name}, announcing over ${over}`, { skip }, () =>
        run({ seeder, getter: shoal, over }),
      );
    }
    test(`${seeder.name}, by magnet link`, { skip }, () =>
      run({ seeder, getter: shoal, over: 'http', magnet: true }),
    );
  }
});
