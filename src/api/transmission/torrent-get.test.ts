import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeDaemon, hashes } from './fake-daemon-fixture.test.ts';

const names = async (daemon: FakeDaemon, ids?: unknown) => {
  const { torrents } = await daemon.call('torrent-get', { ids, fields: ['name'] });
  return (torrents as { name: string }[]).map(({ name }) => name);
};

describe('torrent-get', () => {
  const daemon = new FakeDaemon({ name: 'a' }, { name: 'b' }, { name: 'c' });

  it('takes ids in all the forms that clients send', async () => {
    assert.deepEqual(await names(daemon), ['a', 'b', 'c']);
    assert.deepEqual(await names(daemon, 2), ['b']);
    assert.deepEqual(await names(daemon, [3, 1, 3]), ['c', 'a']);
    assert.deepEqual(await names(daemon, hashes[1]!.toUpperCase()), ['b']);
    assert.deepEqual(await names(daemon, [hashes[2], 1]), ['c', 'a']);
    assert.deepEqual(await names(daemon, '2'), ['b']);
    assert.deepEqual(await names(daemon, []), []);
    assert.deepEqual(await names(daemon, [99, 'ff'.repeat(20), -1]), []);
    await assert.rejects(names(daemon, { id: 1 }), /^DaemonRefusal: ids is an id/);
  });

  it('knows a number before anything was listed', async () => {
    assert.deepEqual(await names(new FakeDaemon({ name: 'a' }, { name: 'b' }), [2]), ['b']);
  });

  it('leaves out fields that it does not know', async () => {
    const { torrents } = await daemon.call('torrent-get', {
      ids: 1,
      fields: ['id', 'no-such-field', '__proto__', 'name', 'name'],
    });
    assert.deepEqual(torrents, [{ id: 1, name: 'a' }]);
  });

  it('answers a table whose first row has the names', async () => {
    const { torrents } = await daemon.call('torrent-get', {
      ids: [1, 2],
      fields: ['name', 'no-such-field', 'id', 'fileCount'],
      format: 'table',
    });
    assert.deepEqual(torrents, [
      ['name', 'id', 'fileCount'],
      ['a', 1, 3],
      ['b', 2, 3],
    ]);
  });

  it('wants fields', async () => {
    await assert.rejects(daemon.call('torrent-get'), /no fields specified/);
    await assert.rejects(daemon.call('torrent-get', { fields: 'id' }), /fields is a list/);
  });

  it('passes over a torrent that goes while its details are read', async () => {
    const going = new FakeDaemon({ name: 'a' }, { name: 'b' });
    const { torrents } = going.context.ports;
    Object.assign(torrents, {
      outline: async (hash: string) => {
        going.torrents.delete(hashes[0]!);
        return { ...going.find(hash).detail, fileCount: 3 };
      },
    });
    const answer = await going.call('torrent-get', { fields: ['name', 'file-count'] });
    assert.deepEqual(answer.torrents, [{ name: 'b', 'file-count': 3 }]);
  });
});
