/**
 * Torrents of version 2 and hybrids (BEP 52): with libtorrent both ways, made by us and by it, and
 * hybrids with clients that know only version 1.
 */
import { describe, test } from 'node:test';
import { libtorrent } from './programs/libtorrent.ts';
import { shoal } from './programs/shoal.ts';
import { openGround } from './swarm-ground.ts';

const { foreign, run } = await openGround();

for (const version of ['2', 'hybrid'] as const) {
  const skip = libtorrent.missing;
  const name = version === '2' ? 'version 2' : 'hybrid';
  describe(`${name} with libtorrent`, { concurrency: 3 }, () => {
    for (const maker of ['shoal', 'libtorrent'] as const) {
      test(`made by ${maker}, it seeds`, { skip }, () =>
        run({ seeder: libtorrent, getter: shoal, over: 'http', version, maker }),
      );
      test(`made by ${maker}, we seed`, { skip }, () =>
        run({ seeder: shoal, getter: libtorrent, over: 'udp', version, maker }),
      );
    }
    test('we get its magnet link', { skip }, () =>
      run({ seeder: libtorrent, getter: shoal, over: 'udp', version, magnet: true }),
    );
    test('it gets our magnet link', { skip }, () =>
      run({ seeder: shoal, getter: libtorrent, over: 'http', version, magnet: true }),
    );
  });
}

describe('hybrid with clients of version 1', { concurrency: 3 }, () => {
  for (const client of foreign.filter(({ name }) => name !== 'libtorrent')) {
    const skip = client.missing;
    test(`${client.name} seeds`, { skip }, () =>
      run({ seeder: client, getter: shoal, over: 'http', version: 'hybrid' }),
    );
    test(`${client.name} gets`, { skip }, () =>
      run({ seeder: shoal, getter: client, over: 'http', version: 'hybrid' }),
    );
  }
});
