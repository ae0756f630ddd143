import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '../base/random.ts';
import { decodeLatin1, encodeLatin1 } from '../base/text.ts';
import { clientName, makePeerId, PEER_ID_PREFIX } from './client-name.ts';
import { azureusClients } from './client-table.ts';

function nameOf(start: string): string {
  return clientName(encodeLatin1(start.padEnd(20, 'x').slice(0, 20)));
}

test('peer ids of known clients', () => {
  const cases: Record<string, string> = {
    '-qB4650-': 'qBittorrent 4.6.5',
    '-TR4060-': 'Transmission 4.0.6',
    '-TR3000-': 'Transmission 3.00',
    '-TR2940-': 'Transmission 2.94',
    '-TR294Z-': 'Transmission 2.94+',
    '-TR0072-': 'Transmission 0.72',
    '-TR0006-': 'Transmission 0.6',
    '-LT20B0-': 'libtorrent 2.0.11',
    '-lt0D80-': 'rTorrent 0.13.8',
    '-DE211s-': 'Deluge 2.1.1',
    '-DE13F0-': 'Deluge 1.3.15',
    '-UT355S-': 'µTorrent 3.5.5',
    '-UT3550A': 'µTorrent 3.5.5',
    '-AZ5760-': 'Vuze 5.7.6',
    '-AZ2304-': 'Vuze 2.3.0.4',
    '-BC0219-': 'BitComet 2.19',
    '-WW0203-': 'WebTorrent 2.3',
    '-SH0100-': 'Shoal 0.1.0',
    '-LW0001-': 'LimeWire',
    '-ZQ1234-': 'ZQ 1.2.3.4',
    'A2-1-37-0-': 'aria2 1.37.0',
    'TIX0314-': 'Tixati 3.14',
    'M4-20-8-': 'BitTorrent 4.20.8',
    'Q1-0-0--': 'Queen Bee 1.0.0',
    'S58B-----': "Shadow's client 5.8.11",
    'T03I-----': 'BitTornado 0.3.18',
    'XBT054d-': 'XBT Client 0.5.4',
    '-ML2.7.2-': 'MLDonkey 2.7.2',
    '-BOWA0C-': 'Bits on Wheels',
    AZ2500BT: 'BitTyrant',
    OP7685: 'Opera 7685',
    '\0\x03BS': 'BitSpirit',
  };
  for (const [start, name] of Object.entries(cases)) assert.equal(nameOf(start), name, start);
});

test('an unknown peer id is shown escaped', () => {
  assert.equal(nameOf('\0\x01ab %<'), '%00%01ab%20%25<x');
  assert.equal(nameOf('-zz1234x'), '-zz1234x');
});

test('every name is printable and short', () => {
  const style = fc.tuple(
    fc.constantFrom(
      '',
      '-',
      ...[...azureusClients.keys()].map((code) => `-${code}`),
      'M',
      'T',
      'TIX',
    ),
    fc.string({ unit: 'binary-ascii', maxLength: 20 }),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 20, maxLength: 20 }),
    style.map(([start, rest]) => encodeLatin1((start + rest).padEnd(20, '-').slice(0, 20))),
  );
  fc.assert(
    fc.property(bytes, (peerId) => {
      const name = clientName(peerId);
      assert.match(name, /^[\x21-\x7eµ][\x20-\x7eµ]*$/);
      assert.ok(name.length <= 48 && name === name.trim(), name);
    }),
    { numRuns: 500 },
  );
});

test('the table is read whole', () => {
  assert.ok(azureusClients.size > 110);
  for (const [code, { name }] of azureusClients) {
    assert.match(code, /^[A-Za-z0-9][A-Za-z0-9~]$/);
    assert.match(name, /^\S.*\S$/);
  }
});

test('own peer ids carry the prefix and differ between runs', () => {
  const ids = [1, 2].map((seed) => decodeLatin1(makePeerId(new SeededRandom(seed))));
  for (const id of ids) assert.match(id, /^-SH0100-[0-9A-Za-z]{12}$/);
  assert.notEqual(ids[0], ids[1]);
  assert.equal(PEER_ID_PREFIX.length, 8);
});
