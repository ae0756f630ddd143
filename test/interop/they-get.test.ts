/** We seed, foreign clients get: the .torrent file and the magnet link, through our tracker. */
import { describe, test } from 'node:test';
import { shoal } from './programs/shoal.ts';
import { openGround } from './swarm-ground.ts';

const { foreign, run } = await openGround();

describe('we seed, they get', { concurrency: 4 }, () => {
  for (const getter of foreign) {
    const skip = getter.missing;
    for (const over of ['http', 'udp'] as const) {
      test(`${getter.name}, announcing over ${over}`, { skip }, () =>
        run({ seeder: shoal, getter, over }),
      );
    }
    test(`${getter.name}, by magnet link`, { skip }, () =>
      run({ seeder: shoal, getter, over: 'http', magnet: true }),
    );
  }
});
