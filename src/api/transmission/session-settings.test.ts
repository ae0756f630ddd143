import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeDaemon } from './fake-daemon-fixture.test.ts';

describe('session-get', () => {
  it('says what clients look for', async () => {
    const all = await new FakeDaemon({}).call('session-get');
    const expected = {
      version: '4.0.6 (shoal-0.1.0)',
      'rpc-version': 17,
      'rpc-version-minimum': 14,
      'download-dir': '/downloads',
      'download-dir-free-space': 5000,
      'config-dir': '/state',
      'session-id': 'the-session',
      'speed-limit-down': 100,
      'speed-limit-down-enabled': false,
      'alt-speed-down': 50,
      'alt-speed-up': 1_000_000,
      'alt-speed-time-begin': 510,
      'alt-speed-time-end': 1020,
      'alt-speed-time-day': 62,
      'download-queue-enabled': true,
      'download-queue-size': 5,
      'seed-queue-enabled': false,
      seedRatioLimited: false,
      seedRatioLimit: 2,
      'peer-port': 6881,
      'dht-enabled': false,
      'script-torrent-done-enabled': false,
      encryption: 'tolerated',
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(all[name], value, name);
  });

  it('gives only the fields that are asked for', async () => {
    const daemon = new FakeDaemon({});
    assert.deepEqual(
      await daemon.call('session-get', { fields: ['version', 'nonsense', 'toString'] }),
      { version: '4.0.6 (shoal-0.1.0)' },
    );
    assert.ok(Object.keys(await daemon.call('session-get', { fields: [] })).length > 50);
  });
});

describe('session-set', () => {
  it('takes back all that session-get says, and changes nothing by it', async () => {
    const daemon = new FakeDaemon({});
    const before = daemon.settings;
    await daemon.call('session-set', await daemon.call('session-get'));
    assert.deepEqual(daemon.settings, {
      ...before,
      alternative: { ...before.alternative, upLimit: 1_000_000_000 },
    });
  });

  it('changes limits, hours, queues, goals and the folder', async () => {
    const daemon = new FakeDaemon({});
    await daemon.call('session-set', {
      'speed-limit-down': 300,
      'speed-limit-down-enabled': true,
      'speed-limit-up': 300,
      'alt-speed-enabled': true,
      'alt-speed-up': 20,
      'alt-speed-time-begin': 600,
      'alt-speed-time-day': 65,
      'alt-speed-time-enabled': 1,
      'alt-speed-time-end': 1439,
      'download-dir': '/downloads/b',
      'download-queue-enabled': false,
      'seed-queue-enabled': true,
      'seed-queue-size': 3,
      seedRatioLimit: 1.25,
      seedRatioLimited: true,
      'idle-seeding-limit': 90,
      'idle-seeding-limit-enabled': true,
      'peer-limit-global': 0,
      'start-added-torrents': false,
      'rpc-password': 'x',
    });
    assert.deepEqual(daemon.calls, [
      [
        'settings',
        {
          downLimit: 300_000,
          alternative: {
            enabled: true,
            upLimit: 20_000,
            schedule: { enabled: true, from: '10:00', to: '23:59', days: [0, 6] },
          },
          dir: '/downloads/b',
          maxActiveDownloads: null,
          maxActiveSeeds: 3,
          seedRatio: 1.25,
          seedTimeSeconds: 5400,
          maxPeers: 1,
          startAdded: false,
        },
      ],
    ]);
  });

  it('refuses what cannot be set here, and then sets nothing', async () => {
    const bad: [object, RegExp][] = [
      [{ 'script-torrent-done-enabled': true }, /never over the network/],
      [{ 'script-torrent-done-filename': '/bin/sh' }, /never over the network/],
      [{ 'script-torrent-added-filename': 7 }, /never over the network/],
      [{ 'dht-enabled': true }, /dht-enabled cannot be set: this daemon has no DHT/],
      [{ 'pex-enabled': false }, /pex-enabled cannot be set/],
      [{ 'peer-port': 1 }, /--peer-port/],
      [{ encryption: 'required' }, /not encrypted/],
      [{ 'incomplete-dir-enabled': true, 'incomplete-dir': '/x' }, /incomplete-dir-enabled/],
      [{ 'alt-speed-time-begin': 1440 }, /alt-speed-time-begin is a number of minutes/],
    ];
    for (const [args, reason] of bad) {
      const daemon = new FakeDaemon({});
      const asked = { 'start-added-torrents': false, ...args };
      await assert.rejects(daemon.call('session-set', asked), reason);
      assert.deepEqual(daemon.calls, []);
    }
  });

  it('takes what only tunes', async () => {
    const daemon = new FakeDaemon({});
    await daemon.call('session-set', { 'cache-size-mb': 8, encryption: 'preferred' });
    assert.deepEqual(daemon.calls, []);
  });
});
