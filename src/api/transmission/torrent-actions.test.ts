import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeDaemon, hashes } from './fake-daemon-fixture.test.ts';

describe('methods for several torrents', () => {
  it('become actions of the daemon', async () => {
    const actions = {
      'torrent-start': 'start',
      'torrent-start-now': 'force-start',
      'torrent-stop': 'stop',
      'torrent-verify': 'verify',
      'torrent-reannounce': 'reannounce',
    };
    for (const [method, action] of Object.entries(actions)) {
      const daemon = new FakeDaemon({}, {});
      assert.deepEqual(await daemon.call(method, { ids: [2] }), {});
      await daemon.call(method);
      assert.deepEqual(daemon.calls, [
        [action, [hashes[1]]],
        [action, [hashes[0], hashes[1]]],
      ]);
    }
  });

  it('do nothing for an empty list, or for torrents that are not here', async () => {
    const daemon = new FakeDaemon({});
    await daemon.call('torrent-remove', { ids: [] });
    await daemon.call('torrent-remove', { ids: ['ff'.repeat(20)], 'delete-local-data': true });
    await daemon.call('queue-move-top', { ids: [9] });
    assert.deepEqual(daemon.calls, []);
  });

  it('say what failed, but not what does not apply to a stopped torrent', async () => {
    const daemon = new FakeDaemon({ name: 'halted' }, { name: 'broken' });
    await daemon.call('torrent-reannounce', { ids: 1 });
    await assert.rejects(daemon.call('torrent-verify'), /^DaemonRefusal: broken is stuck/);
  });

  it('remove with or without the data, and forget the number', async () => {
    const daemon = new FakeDaemon({}, {}, {});
    await daemon.call('torrent-remove', { ids: [1] });
    await daemon.call('torrent-remove', { ids: [2], 'delete-local-data': true });
    assert.deepEqual(daemon.calls, [
      ['remove', [hashes[0]]],
      ['remove-with-data', [hashes[1]]],
    ]);
    assert.deepEqual(daemon.context.ids.gone(), [1, 2]);
  });

  it('move the data or only look there', async () => {
    const daemon = new FakeDaemon({});
    const location = '/downloads/x';
    await daemon.call('torrent-set-location', { ids: 1, location, move: true });
    await daemon.call('torrent-set-location', { ids: 1, location });
    assert.deepEqual(daemon.calls, [
      ['move', hashes[0], { dir: location, data: true }],
      ['move', hashes[0], { dir: location, data: false }],
    ]);
    await assert.rejects(daemon.call('torrent-set-location', { ids: 1 }), /location is the path/);
  });

  it('rename a path of one torrent', async () => {
    const daemon = new FakeDaemon({}, {});
    const asked = { path: 'film/a', name: 'b' };
    assert.deepEqual(await daemon.call('torrent-rename-path', { ids: [2], ...asked }), {
      id: 2,
      ...asked,
    });
    assert.deepEqual(daemon.calls, [['rename', hashes[1], asked]]);
    await assert.rejects(daemon.call('torrent-rename-path', asked), /takes the id of one torrent/);
  });

  it('order the queue', async () => {
    const daemon = new FakeDaemon({}, {}, {});
    await daemon.call('queue-move-bottom', { ids: [1, 2] });
    assert.deepEqual(daemon.calls, [['queue', [hashes[0], hashes[1]], 'bottom']]);
  });
});
