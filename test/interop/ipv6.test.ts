/** Both ways with libtorrent where everything is IPv6: the tracker, what it lists, and the links. */
import { networkInterfaces } from 'node:os';
import { describe, test } from 'node:test';
import { firstReason } from './programs/installed.ts';
import { libtorrent } from './programs/libtorrent.ts';
import { shoal } from './programs/shoal.ts';
import { openGround } from './swarm-ground.ts';

const { run } = await openGround();
const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
const hasIpv6 = addresses.some(({ address }) => address === '::1');
const skip = firstReason(
  libtorrent.missing,
  hasIpv6 ? false : 'no IPv6 here: no interface has the address ::1',
);

describe('over IPv6', { skip }, () => {
  const host = '::1';
  for (const over of ['http', 'udp'] as const) {
    test(`libtorrent seeds, announcing over ${over}`, () =>
      run({ seeder: libtorrent, getter: shoal, over, host }));
    test(`libtorrent gets, announcing over ${over}`, () =>
      run({ seeder: shoal, getter: libtorrent, over, host }));
  }
});
