import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TorrentPeer } from '../../api/contract/torrents.ts';
import { peerFlags } from './peer-flags.ts';
import { tiersAsText, tiersIn } from './tracker-tiers-text.ts';

test('tiers are parted by empty lines, and come back as they were', () => {
  const tiers = [['http://a/announce', 'udp://b:1'], ['http://c/announce']];
  const text = tiersAsText(tiers.flatMap((urls, tier) => urls.map((url) => ({ url, tier }))));
  assert.equal(text, 'http://a/announce\nudp://b:1\n\nhttp://c/announce');
  assert.deepEqual(tiersIn(`\n\n${text}\n \n\n`), tiers);
  assert.deepEqual(tiersIn('  \n'), []);
});

test('each side of a peer has its letter', () => {
  const silent = {
    amInterested: false,
    peerInterested: false,
    amChoking: true,
    peerChoking: true,
    incoming: false,
  } as TorrentPeer;
  const letters = (peer: Partial<TorrentPeer>) =>
    peerFlags({ ...silent, ...peer })
      .map(({ letter }) => letter)
      .join('');
  assert.equal(letters({}), '');
  assert.equal(letters({ amInterested: true }), 'd');
  assert.equal(letters({ amInterested: true, peerChoking: false, incoming: true }), 'DI');
  assert.equal(letters({ peerInterested: true, amChoking: false, peerChoking: false }), 'KU');
  assert.equal(letters({ amChoking: false }), '?');
});
