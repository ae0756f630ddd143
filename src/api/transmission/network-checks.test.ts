import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeDaemon, hashes } from './fake-daemon-fixture.test.ts';

test('free space is told for allowed folders', async () => {
  const daemon = new FakeDaemon({});
  assert.deepEqual(await daemon.call('free-space', { path: '/downloads/tv' }), {
    path: '/downloads/tv',
    'size-bytes': 5000,
  });
  await assert.rejects(daemon.call('free-space', { path: '/etc' }), /no allowed folder/);
  await assert.rejects(daemon.call('free-space'), /path is the path of a folder/);
});

test('the port is open when a peer came in from another machine', async () => {
  const daemon = new FakeDaemon({ peers: 1 });
  const comesFrom = (address: string, incoming = true) => {
    const peer = {
      address,
      incoming,
      client: '',
      amChoking: true,
      amInterested: false,
      peerChoking: true,
      peerInterested: false,
      downRate: 0,
      upRate: 0,
      downloadedBytes: 0,
      uploadedBytes: 0,
      progress: 0,
    };
    daemon.find(hashes[0]!).peers = [peer];
    return daemon.call('port-test');
  };
  assert.deepEqual(await comesFrom('192.0.2.1:5'), { 'port-is-open': true });
  assert.deepEqual(await comesFrom('[2001:db8::1]:5'), { 'port-is-open': true });
  await assert.rejects(comesFrom('127.0.0.1:5'), /no peer has come in to port 6881/);
  await assert.rejects(comesFrom('192.0.2.1:5', false), /asks no service outside/);
});

test('there is no blocklist, and there are no groups', async () => {
  const daemon = new FakeDaemon({});
  await assert.rejects(daemon.call('blocklist-update'), /no blocklist/);
  await assert.rejects(daemon.call('group-set', { name: 'x' }), /no bandwidth groups/);
  assert.deepEqual(await daemon.call('group-get'), { group: [] });
});
