/**
 * Torrents of version 2 and hybrids (BEP 52): with libtorrent both ways, made by us and by it, and
 * a hybrid with a client of version 1.
 */
import { describe, test } from 'node:test';
import { libtorrent } from './programs/libtorrent.ts';
import { shoal } from './programs/shoal.ts';
import { webtorrent } from './programs/webtorrent.ts';
import { openGround } from './swarm-ground.ts';

const { run } = await openGround();

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

// The other clients of version 1 do not come this far: aria2 1.36 computes another info-hash, because it
// leaves out the empty keys of the file tree, and Transmission 3.00 refuses the file.
test('webtorrent, which knows version 1 only, gets our hybrid', { skip: webtorrent.missing }, () =>
  run({ seeder: shoal, getter: webtorrent, over: 'http', version: 'hybrid' }),
);
