import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Notice, TorrentInfo } from '../../api/contract/torrents.ts';
import { nodeHashes } from '../../node/hashes.ts';
import { parseMetainfo } from '../../protocol/metainfo.ts';
import { ServiceRig } from '../service-rig-fixture.test.ts';

const link = (digit: string) => digit.repeat(40);

test('what was wanted of torrents is there again after a restart', async (t) => {
  const rig = await ServiceRig.open(t, { maxActiveDownloads: 0 });
  const { bytes, metainfo } = await rig.content('kept', [40_000, 20_000, 5]);
  const hash = metainfo.infoHash;
  await rig.service.add({
    source: bytes,
    labels: ['a', 'b', 'a'],
    category: 'films/old',
    sequential: true,
    downLimit: 1000,
    skip: [1],
    trackers: ['http://10.0.0.1/announce'],
    paused: true,
  });
  await rig.service.add({ source: link('1'), dir: 'below' });
  await rig.service.change(hash, { upLimit: 5, seedRatio: 'unlimited', seedTimeSeconds: 60 });
  await rig.service.change(hash, { downLimit: null, category: null });
  await rig.service.setPriorities(hash, [{ first: 2, last: 2, priority: 'high' }]);
  await rig.service.setTrackers(link('1'), [['http://10.0.0.2/a', 'http://10.0.0.3/a'], []]);
  await rig.service.moveInQueue([link('1')], 'top');
  const before = rig.service.list();
  assert.deepEqual(
    before.map(({ state, queuePosition }) => [state, queuePosition]),
    [
      ['stopped', 1],
      ['queued', 0],
    ],
  );
  await rig.reopen({ maxActiveDownloads: 0 });
  await rig.until(link('1'), ({ stalled }) => stalled !== undefined);
  assert.deepEqual(rig.service.list(), before);
  const [kept] = rig.service.list();
  assert.deepEqual([kept?.labels, kept?.sequential, kept?.upLimit], [['a', 'b'], true, 5]);
  assert.deepEqual([kept?.downLimit, kept?.category], [undefined, undefined]);
  assert.deepEqual([kept?.seedRatio, kept?.seedTimeSeconds], ['unlimited', 60]);
  assert.deepEqual(
    (await rig.service.files(hash)).map(({ path, priority }) => [path, priority]),
    [
      ['kept/0.bin', 'normal'],
      ['kept/1.bin', 'skip'],
      ['kept/2.bin', 'high'],
    ],
  );
  assert.deepEqual(
    rig.service.trackers(link('1')).map(({ url, tier, state }) => [url, tier, state]),
    [
      ['http://10.0.0.2/a', 0, 'idle'],
      ['http://10.0.0.3/a', 0, 'idle'],
    ],
  );
});

test('a stopped torrent is checked and stays stopped, and knows its pieces and files', async (t) => {
  const rig = await ServiceRig.open(t);
  const { bytes, metainfo } = await rig.content('checked', [40_000, 20_000]);
  const hash = metainfo.infoHash;
  const added = await rig.service.add({ source: bytes, paused: true });
  assert.deepEqual([added.state, added.doneBytes], ['stopped', 0]);
  const checking = await rig.service.verify(hash);
  assert.equal(checking.state, 'checking');
  const checked = await rig.until(hash, ({ state }) => state === 'stopped');
  assert.deepEqual([checked.doneBytes, checked.progress], [60_000, 1]);
  await rig.service.stop(hash);

  await rig.reopen();
  assert.equal(rig.service.get(hash).doneBytes, 60_000);
  const states = Buffer.from(rig.service.pieces(hash).states, 'base64');
  assert.deepEqual([...states], [2, 2, 2, 2]);
  assert.deepEqual(
    (await rig.service.files(hash)).map(({ doneBytes }) => doneBytes),
    [40_000, 20_000],
  );
  await rm(join(rig.dir, 'downloads', 'checked', '1.bin'));
  await rig.service.verify(hash);
  const damaged = await rig.until(hash, ({ state }) => state === 'stopped');
  assert.equal(damaged.doneBytes, 2 * 16_384);
  await rig.service.setPriorities(hash, [{ first: 1, last: 1, priority: 'skip' }]);
  // The piece that both files share is still wanted.
  assert.equal(rig.service.get(hash).wantedBytes, 3 * 16_384);
  const detail = await rig.service.detail(hash);
  assert.deepEqual([detail.piecesDone, detail.pieceCount, detail.hasMetadata], [2, 4, true]);
  assert.equal(detail.contentPath, join(rig.dir, 'downloads', 'checked'));
});

test('a complete torrent of which more is wanted is a download again, also after a restart', async (t) => {
  const [seed, leech] = [await ServiceRig.open(t), await ServiceRig.open(t)];
  const { bytes, metainfo } = await seed.content('more', [16_384, 16_384]);
  const hash = metainfo.infoHash;
  await seed.service.add({ source: bytes });
  await seed.until(hash, ({ state }) => state === 'seeding');
  const connect = () =>
    leech.service.addPeers(hash, [`127.0.0.1:${seed.service.session().peerPort}`]);
  await leech.service.add({ source: bytes, skip: [1] });
  await connect();
  const some = await leech.until(hash, ({ completedAt }) => completedAt !== undefined);
  assert.deepEqual([some.state, some.doneBytes, some.wantedBytes], ['seeding', 16_384, 16_384]);
  await seed.service.stop(hash);
  await leech.service.setPriorities(hash, [{ first: 0, last: 1, priority: 'normal' }]);
  const isLacking = ({ state, completedAt }: TorrentInfo) =>
    state === 'downloading' && completedAt === undefined;
  await leech.until(hash, isLacking);
  await leech.reopen();
  await leech.until(hash, isLacking);
  const notices: Notice[] = [];
  leech.service.onNotice((notice) => notices.push(notice));
  await seed.service.start(hash);
  await connect();
  await leech.until(hash, ({ completedAt }) => completedAt !== undefined);
  assert.deepEqual(
    notices.map(({ kind }) => kind),
    ['completed'],
  );
  await leech.service.stop(hash);
  await leech.service.setPriorities(hash, [{ first: 0, last: 0, priority: 'skip' }]);
  await leech.service.start(hash);
  await leech.until(hash, ({ state }) => state === 'seeding');
});

test('data that is there is checked out of turn', async (t) => {
  const rig = await ServiceRig.open(t, { maxActiveDownloads: 0 });
  const { bytes, metainfo } = await rig.content('turn', [50_000]);
  const part = await rig.content('part', [50_000, 20_000]);
  await rm(join(rig.dir, 'downloads', 'part', '1.bin'));
  await rig.service.add({ source: link('1') });
  await rig.service.add({ source: bytes });
  await rig.service.add({ source: part.bytes });
  await rig.until(metainfo.infoHash, ({ state }) => state === 'seeding');
  const { infoHash } = part.metainfo;
  const isCounted = ({ state, doneBytes }: TorrentInfo) => state === 'queued' && doneBytes > 0;
  assert.equal((await rig.until(infoHash, isCounted)).doneBytes, 3 * 16_384);
  assert.notEqual((await rig.service.verify(infoHash)).state, 'downloading');
  await rig.until(infoHash, isCounted);
});

test('places go by the queue; forced torrents need none', async (t) => {
  const rig = await ServiceRig.open(t, { maxActiveDownloads: 1 });
  const states = () => rig.service.list().map(({ state }) => state);
  for (const digit of ['1', '2', '3']) await rig.service.add({ source: link(digit) });
  assert.deepEqual(states(), ['metadata', 'queued', 'queued']);
  assert.equal(
    rig.service.get(link('3')).stalled?.message,
    'waiting in the queue behind 1 download',
  );
  await rig.service.moveInQueue([link('3')], 'up');
  assert.deepEqual(states(), ['metadata', 'queued', 'queued']);
  await rig.service.moveInQueue([link('3')], 'top');
  await rig.until(link('1'), ({ state }) => state === 'queued');
  await rig.until(link('3'), ({ state }) => state === 'metadata');
  const forced = await rig.service.forceStart(link('2'));
  assert.deepEqual([forced.state, forced.forced], ['metadata', true]);
  await rig.settings.change({ maxActiveDownloads: 0 });
  await rig.until(link('3'), ({ state }) => state === 'queued');
  assert.deepEqual(states(), ['queued', 'metadata', 'queued']);
  assert.equal((await rig.service.start(link('2'))).forced, false);
  await rig.until(link('2'), ({ state }) => state === 'queued');
  await rig.settings.change({ maxActiveDownloads: null });
  for (const digit of ['1', '2', '3']) {
    await rig.until(link(digit), ({ state }) => state === 'metadata');
  }
});

test('a goal stops a torrent and says so; started again it seeds on', async (t) => {
  const rig = await ServiceRig.open(t, { seedRatio: 0 });
  const { bytes, metainfo } = await rig.content('goal', [1000]);
  const hash = metainfo.infoHash;
  await rig.service.add({ source: bytes });
  const stopped = await rig.until(hash, ({ state }) => state === 'stopped');
  assert.equal(stopped.stalled?.code, 'GOAL_RATIO');
  await rig.reopen({ seedRatio: 0 });
  assert.equal(rig.service.get(hash).stalled?.code, 'GOAL_RATIO');
  const again = await rig.service.start(hash);
  assert.equal(again.stalled, undefined);
  await rig.until(hash, ({ state }) => state === 'seeding');
  await new Promise((done) => setTimeout(done, 1500));
  assert.equal(rig.service.get(hash).state, 'seeding');
  await rig.service.change(hash, { seedTimeSeconds: 0, seedRatio: 'unlimited' });
  assert.equal(
    (await rig.until(hash, ({ state }) => state === 'stopped')).stalled?.code,
    'GOAL_TIME',
  );
});

test('a transfer is told as changes and notices, and remembered as speed and totals', async (t) => {
  const [seed, leech] = [await ServiceRig.open(t), await ServiceRig.open(t)];
  const { bytes, metainfo } = await seed.content('moved', [300_000, 20_000]);
  const hash = metainfo.infoHash;
  await seed.service.add({ source: bytes });
  await seed.until(hash, ({ state }) => state === 'seeding');
  const notices: Notice[] = [];
  const stop = leech.service.onNotice((notice) => notices.push(notice));
  const first = leech.service.changes(undefined);
  assert.deepEqual([first.full, first.torrents], [true, []]);

  await leech.service.add({ source: `magnet:?xt=urn:btih:${hash}` });
  assert.equal(await leech.service.torrentFile(hash), undefined);
  assert.throws(() => leech.service.pieces(hash), { code: 'NO_METADATA' });
  for (const wrong of ['1.2.3.4:5:6', '[::1:6', 'no such name:1', 'a:0']) {
    await assert.rejects(leech.service.addPeers(hash, [wrong]), { code: 'BAD_REQUEST' });
  }
  await leech.service.addPeers(hash, [`127.0.0.1:${seed.service.session().peerPort}`]);
  const done = await leech.until(hash, ({ completedAt }) => completedAt !== undefined);
  assert.deepEqual([done.name, done.state, done.doneBytes], ['moved', 'seeding', 320_000]);
  assert.ok(done.activeAt !== undefined);
  const { full, torrents, revision } = leech.service.changes(first.revision);
  assert.deepEqual([full, torrents.length, torrents[0]?.state], [false, 1, 'seeding']);
  assert.deepEqual(
    notices.map(({ kind, hash: of }) => [kind, of]),
    [
      ['added', hash],
      ['completed', hash],
    ],
  );
  stop();
  const { downloadedBytes, allDownloadedBytes } = leech.service.session();
  assert.ok(downloadedBytes >= 320_000, String(downloadedBytes));
  assert.equal(allDownloadedBytes, downloadedBytes);
  await new Promise((end) => setTimeout(end, 1100));
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  assert.ok(sum(leech.service.speed(undefined, 60).down) >= 300_000);

  const file = await leech.service.torrentFile(hash);
  assert.equal(parseMetainfo(file ?? new Uint8Array(), nodeHashes).infoHash, hash);
  const reader = await leech.service.openFile(hash, 1);
  let read = 0;
  for await (const part of reader.read(5, 20_000, AbortSignal.timeout(5000))) read += part.length;
  assert.deepEqual([reader.name, read], ['1.bin', 19_995]);

  await leech.service.remove(hash, true);
  const after = leech.service.changes(revision);
  assert.deepEqual([after.removed, after.torrents, after.full], [[hash], [], false]);
  await leech.reopen();
  const { session } = leech.service.changes(revision);
  assert.deepEqual([session.downloadedBytes, session.allDownloadedBytes], [0, allDownloadedBytes]);
  assert.equal(leech.service.changes(revision).full, true);
});

test('what fails with one of many does not keep it from the others', async (t) => {
  const rig = await ServiceRig.open(t);
  const hashes = ['1', '2', '3'].map(link);
  for (const source of hashes) await rig.service.add({ source, paused: true });
  const unknown = link('9');
  const started = await rig.service.actOnMany('start', [hashes[0]!, unknown, hashes[1]!]);
  assert.deepEqual(
    [started.done, started.failed.map(({ hash, error }) => [hash, error.code])],
    [2, [[unknown, 'NOT_FOUND']]],
  );
  const states = (): TorrentInfo['state'][] => rig.service.list().map(({ state }) => state);
  assert.deepEqual(states(), ['metadata', 'metadata', 'stopped']);
  assert.deepEqual(await rig.service.actOnMany('stop', 'all'), { done: 3, failed: [] });
  assert.deepEqual(states(), ['stopped', 'stopped', 'stopped']);
  const announced = await rig.service.actOnMany('reannounce', [hashes[2]!]);
  assert.equal(announced.failed[0]?.error.code, 'TORRENT_STOPPED');
  assert.equal((await rig.service.actOnMany('verify', [hashes[2]!])).failed.length, 1);
  assert.equal((await rig.service.actOnMany('remove', 'all')).done, 3);
  await rig.reopen();
  assert.deepEqual(rig.service.list(), []);
});
