import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeDaemon, hashes } from './fake-daemon-fixture.test.ts';

const bytes = Buffer.from('d4:infode');
const metainfo = bytes.toString('base64');

describe('torrent-add', () => {
  it('takes a .torrent in base64 and answers its id, name and info-hash', async () => {
    const daemon = new FakeDaemon({});
    const answer = await daemon.call('torrent-add', {
      metainfo,
      filename: '',
      'download-dir': '/downloads/tv',
      paused: 1,
      labels: ['tv', 'tv'],
      cookies: 'a=b',
      bandwidthPriority: 0,
      'peer-limit': 50,
      'files-unwanted': [],
    });
    assert.deepEqual(answer, {
      'torrent-added': { id: 1, name: 'added', hashString: hashes[3] },
    });
    assert.deepEqual(daemon.calls, [
      [
        'add',
        { source: new Uint8Array(bytes), dir: '/downloads/tv', paused: true, labels: ['tv'] },
      ],
    ]);
  });

  it('leaves to the daemon whether it starts, unless told', async () => {
    const daemon = new FakeDaemon();
    await daemon.call('torrent-add', { filename: hashes[0], paused: null });
    await daemon.call('torrent-add', { filename: hashes[1], paused: false });
    assert.deepEqual(daemon.calls, [
      ['add', { source: hashes[0] }],
      ['add', { source: hashes[1], paused: false }],
    ]);
  });

  it('answers success for what is here already', async () => {
    const daemon = new FakeDaemon({ name: 'old' });
    assert.deepEqual(await daemon.call('torrent-add', { filename: hashes[0] }), {
      'torrent-duplicate': { id: 1, name: 'old', hashString: hashes[0] },
    });
  });

  it('starts a torrent only after its files are chosen', async () => {
    const daemon = new FakeDaemon();
    await daemon.call('torrent-add', { metainfo, 'files-unwanted': [1], 'priority-high': [0] });
    assert.deepEqual(daemon.calls, [
      ['add', { source: new Uint8Array(bytes), paused: true }],
      [
        'priorities',
        hashes[3],
        [
          { first: 0, last: 0, priority: 'high' },
          { first: 2, last: 2, priority: 'skip' },
        ],
      ],
      ['start', hashes[3]],
    ]);
    const paused = new FakeDaemon();
    await paused.call('torrent-add', { metainfo, 'files-unwanted': [1], paused: true });
    assert.ok(paused.calls.every(([name]) => name !== 'start'));
  });

  it('adds nothing when a chosen file is none', async () => {
    const daemon = new FakeDaemon();
    const asked = { metainfo, 'files-unwanted': [7] };
    await assert.rejects(daemon.call('torrent-add', asked), /there is no file 7/);
    assert.equal(daemon.torrents.size, 0);
    await assert.rejects(
      daemon.call('torrent-add', { filename: hashes[0], 'files-unwanted': [7] }),
      /are not known yet/,
    );
  });

  it('reads no file of the machine, and wants something to add', async () => {
    const daemon = new FakeDaemon();
    for (const filename of ['/etc/passwd', 'file:///etc/passwd', 'x.torrent']) {
      await assert.rejects(daemon.call('torrent-add', { filename }), /filename is a magnet link/);
    }
    await assert.rejects(daemon.call('torrent-add'), /no filename or metainfo specified/);
    await assert.rejects(daemon.call('torrent-add', { metainfo: '!' }), /no .torrent in base64/);
    assert.deepEqual(daemon.calls, []);
  });
});
