import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TorrentInfo } from '../contract/torrents.ts';
import { FakeDaemon, fakeFiles, hashes } from './fake-daemon-fixture.test.ts';

async function fieldsOf(daemon: FakeDaemon, ...fields: string[]): Promise<Record<string, unknown>> {
  const { torrents } = await daemon.call('torrent-get', { ids: 1, fields });
  return (torrents as Record<string, unknown>[])[0]!;
}

async function fieldOf(change: Partial<TorrentInfo>, field: string): Promise<unknown> {
  return (await fieldsOf(new FakeDaemon(change), field))[field];
}

test('the plain fields of a download', async () => {
  const daemon = new FakeDaemon({
    downRate: 99.6,
    etaSeconds: 6.2,
    completedAt: '2026-01-02T00:00:00.500Z',
    private: true,
    labels: ['x'],
    downLimit: 1500,
  });
  const expected = {
    id: 1,
    hashString: hashes[0],
    addedDate: 1767225600,
    doneDate: 1767312000,
    activityDate: 0,
    dateCreated: 1767225599,
    leftUntilDone: 600,
    sizeWhenDone: 800,
    totalSize: 1000,
    haveValid: 200,
    percentDone: 0.25,
    percentComplete: 0.2,
    metadataPercentComplete: 1,
    rateDownload: 100,
    eta: 6,
    isPrivate: true,
    labels: ['x'],
    downloadLimit: 2,
    downloadLimited: true,
    uploadLimit: 100,
    uploadLimited: false,
    comment: 'a comment',
    creator: 'maker',
    corruptEver: 10,
    secondsDownloading: 60,
    secondsSeeding: 0,
    isFinished: false,
    pieceCount: 4,
    pieceSize: 250,
    magnetLink: 'magnet:?xt=urn:btih:x&ws=http%3A%2F%2Fw%2F',
    webseeds: ['http://w/'],
    'peer-limit': 200,
  };
  assert.deepEqual(await fieldsOf(daemon, ...Object.keys(expected)), expected);
});

test('states have the numbers of Transmission', async () => {
  const done = { doneBytes: 800 };
  const cases: [Partial<TorrentInfo>, number][] = [
    [{ state: 'stopped' }, 0],
    [{ state: 'error' }, 0],
    [{ state: 'checking' }, 2],
    [{ state: 'moving', ...done }, 2],
    [{ state: 'queued' }, 3],
    [{ state: 'queued', ...done }, 5],
    [{ state: 'metadata' }, 4],
    [{ state: 'downloading' }, 4],
    [{ state: 'seeding', ...done }, 6],
  ];
  for (const [change, status] of cases) assert.equal(await fieldOf(change, 'status'), status);
});

test('only what halts a torrent is its error', async () => {
  const halted = new FakeDaemon({ state: 'error', error: { code: 'DISK_FULL', message: 'full' } });
  assert.deepEqual(await fieldsOf(halted, 'error', 'errorString'), {
    error: 3,
    errorString: 'full',
  });
  const lonely = new FakeDaemon({ trackerFailed: true, stalled: { code: 'X', message: 'y' } });
  assert.deepEqual(await fieldsOf(lonely, 'error', 'errorString', 'isStalled'), {
    error: 0,
    errorString: '',
    isStalled: true,
  });
});

test('an ETA is a number of seconds, -1 for none and -2 for not known', async () => {
  assert.equal(await fieldOf({ etaSeconds: 1e12 }, 'eta'), 2 ** 31 - 1);
  assert.equal(await fieldOf({}, 'eta'), -2);
  assert.equal(await fieldOf({ state: 'seeding', doneBytes: 800, etaSeconds: 0 }, 'eta'), -1);
});

test('a magnet link without its metadata has nothing, and a size of 0', async () => {
  const daemon = new FakeDaemon({
    state: 'metadata',
    name: hashes[0]!,
    lengthBytes: 0,
    wantedBytes: 0,
    doneBytes: 0,
  });
  daemon.find(hashes[0]!).files = [];
  const expected = {
    totalSize: 0,
    metadataPercentComplete: 0,
    percentDone: 0,
    percentComplete: 0,
    files: [],
    fileCount: 0,
    wanted: [],
  };
  assert.deepEqual(await fieldsOf(daemon, ...Object.keys(expected)), expected);
});

test('a torrent is finished when it was stopped for its goal', async () => {
  const done = { doneBytes: 800, state: 'stopped', ratio: 1.5 } as const;
  assert.equal(await fieldOf(done, 'isFinished'), false);
  assert.equal(await fieldOf({ ...done, seedRatio: 1.5 }, 'isFinished'), true);
  assert.equal(await fieldOf({ ...done, seedRatio: 1.6 }, 'isFinished'), false);
  assert.equal(await fieldOf({ ...done, seedTimeSeconds: 0 }, 'isFinished'), true);
  assert.equal(await fieldOf({ ...done, state: 'seeding', seedRatio: 1 }, 'isFinished'), false);
  const ofSession = new FakeDaemon(done, { ...done, seedRatio: 'unlimited' });
  ofSession.settings = { ...ofSession.settings, seedRatio: 1 };
  const { torrents } = await ofSession.call('torrent-get', { fields: ['isFinished'] });
  assert.deepEqual(torrents, [{ isFinished: true }, { isFinished: false }]);
});

test('files, their priorities and whether they are wanted', async () => {
  const daemon = new FakeDaemon({});
  daemon.find(hashes[0]!).files = fakeFiles('skip', 'low', 'high');
  const { files, ...rest } = await fieldsOf(
    daemon,
    ...['files', 'fileStats', 'priorities', 'wanted', 'file-count'],
  );
  assert.deepEqual((files as unknown[])[0], {
    name: 'film/0.bin',
    length: 400,
    bytesCompleted: 200,
  });
  assert.deepEqual(rest, {
    fileStats: [
      { bytesCompleted: 200, wanted: false, priority: 0 },
      { bytesCompleted: 0, wanted: true, priority: -1 },
      { bytesCompleted: 0, wanted: true, priority: 1 },
    ],
    priorities: [0, -1, 1],
    wanted: [0, 1, 1],
    'file-count': 3,
  });
});

test('pieces are a bitfield, and availability counts peers', async () => {
  const daemon = new FakeDaemon({ peers: 1 });
  assert.deepEqual(await fieldsOf(daemon, 'pieces', 'availability', 'desiredAvailable'), {
    pieces: Buffer.from([0b1000_0000]).toString('base64'),
    availability: [-1, 0, 2, 1],
    desiredAvailable: 250,
  });
  assert.equal(await fieldOf({ peers: 1, seeds: 1 }, 'desiredAvailable'), 600);
  assert.equal(await fieldOf({}, 'desiredAvailable'), 0);
});

test('peers, with the letters of their state', async () => {
  const daemon = new FakeDaemon({ peers: 2 });
  const peer = {
    address: '[2001:db8::1]:6881',
    client: 'Shoal 0.1.0',
    incoming: true,
    amChoking: false,
    amInterested: true,
    peerChoking: false,
    peerInterested: true,
    downRate: 5.5,
    upRate: 0,
    downloadedBytes: 1,
    uploadedBytes: 2,
    progress: 0.5,
  };
  const quiet = { ...peer, address: '192.0.2.1:1', incoming: false, amInterested: false };
  daemon.find(hashes[0]!).peers = [
    peer,
    { ...quiet, peerChoking: true, peerInterested: false, amChoking: true, downRate: 0 },
  ];
  const got = await fieldsOf(
    daemon,
    ...['peers', 'peersFrom', 'peersSendingToUs', 'peersGettingFromUs', 'peersConnected'],
  );
  const [first, second] = got.peers as Record<string, unknown>[];
  assert.deepEqual(first, {
    address: '2001:db8::1',
    port: 6881,
    clientName: 'Shoal 0.1.0',
    clientIsChoked: false,
    clientIsInterested: true,
    flagStr: 'DUI',
    isDownloadingFrom: true,
    isEncrypted: false,
    isIncoming: true,
    isUploadingTo: true,
    isUTP: false,
    peerIsChoked: false,
    peerIsInterested: true,
    progress: 0.5,
    rateToClient: 6,
    rateToPeer: 0,
  });
  assert.deepEqual([second!.address, second!.flagStr], ['192.0.2.1', '']);
  assert.deepEqual([got.peersSendingToUs, got.peersGettingFromUs, got.peersConnected], [1, 0, 2]);
  assert.deepEqual((got.peersFrom as Record<string, number>).fromIncoming, 1);
});
