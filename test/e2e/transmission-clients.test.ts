/**
 * The clients that people use with Transmission, asking our daemon in the order in which they ask: each
 * answer is parsed as that client parses it, field by field.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { startDaemon } from './stage/daemon-process.ts';
import { Stage } from './stage/stage.ts';
import * as flood from './transmission/flood.ts';
import { type CallerHabits, type RpcCaller, startCalledDaemon } from './transmission/rpc-caller.ts';
import * as sonarr from './transmission/sonarr.ts';
import * as trguing from './transmission/trguing.ts';

const plan = [
  ['a.bin', 400_000],
  ['sub/b.bin', 100_000],
] as const;
const stopped = 0;
const seeding = 6;

interface Scene {
  readonly stage: Stage;
  readonly rpc: RpcCaller;
  readonly dir: string;
  readonly hash: string;
  readonly announceUrl: string;
  readonly magnet: string;
  /** In base64. */
  readonly metainfo: string;
}

interface Ground extends Omit<Scene, 'rpc' | 'dir'> {
  on(habits: CallerHabits, play: (scene: Scene) => Promise<void>): () => Promise<void>;
}

/** A tracker and somebody who seeds; each client gets a daemon of its own. */
async function prepare(stage: Stage): Promise<Ground> {
  const tracker = await stage.tracker();
  const origin = await stage.content('Show', plan);
  const made = await stage.torrent(origin, { trackers: [[tracker.http]], comment: 'as seen' });
  const hash = made.metainfo.infoHash;
  const place = { data: stage.path('seeder'), dir: stage.path('origin') };
  const seeder = await startDaemon(stage, place);
  await seeder.add(made.bytes);
  const ground = {
    ...{ stage, hash, announceUrl: tracker.http },
    magnet: `magnet:?xt=urn:btih:${hash}&tr=${encodeURIComponent(tracker.http)}`,
    metainfo: Buffer.from(made.bytes).toString('base64'),
  };
  return {
    ...ground,
    on: (habits, play) => async () => {
      const { daemon, rpc, dir } = await startCalledDaemon(stage, habits);
      await play({ ...ground, rpc, dir });
      await daemon.process.kill();
    },
  };
}

async function sonarrPlays(scene: Scene): Promise<void> {
  const { rpc, hash, metainfo, dir } = scene;
  const config = await rpc.parsed(sonarr.config, 'session-get');
  const [major = 0, minor = 0] = sonarr.versionOf(config.version);
  assert.deepEqual([major, minor, config['rpc-version']], [4, 0, 17]);
  assert.equal(config['download-dir'], dir);
  const asked = { fields: sonarr.torrentFields };
  assert.deepEqual(await rpc.parsed(sonarr.torrents, 'torrent-get', asked), { torrents: [] });

  const category = `${config['download-dir']}/tv-sonarr`;
  await rpc.call('torrent-add', {
    metainfo,
    paused: false,
    'download-dir': category,
    labels: ['tv-sonarr'],
  });
  // It knows the torrent by an info-hash in upper case.
  const ids = [hash.toUpperCase()];
  const goals = { seedRatioLimit: 1.25, seedRatioMode: 1, seedIdleLimit: 2880, seedIdleMode: 1 };
  await rpc.call('torrent-set', { ids, ...goals });
  await rpc.call('queue-move-top', { ids });
  const { torrents } = await rpc.until(
    sonarr.torrents,
    'torrent-get',
    asked,
    ({ torrents: [first] }) => first?.status === seeding,
  );
  const { id, eta, secondsDownloading, secondsSeeding, downloadedEver, ...first } = torrents[0]!;
  assert.deepEqual(first, {
    hashString: hash,
    name: 'Show',
    downloadDir: category,
    totalSize: 500_000,
    leftUntilDone: 0,
    isFinished: false,
    status: seeding,
    errorString: '',
    uploadedEver: 0,
    fileCount: 2,
    'file-count': 2,
    labels: ['tv-sonarr'],
    ...goals,
  });
  assert.ok(id === 1 && eta === -1 && downloadedEver >= 500_000);
  assert.ok(secondsDownloading + secondsSeeding < 60);
  assert.ok(existsSync(join(category, 'Show', 'sub', 'b.bin')));

  await rpc.call('torrent-set', { ids, labels: ['imported'] });
  await rpc.call('torrent-remove', { ids: [hash], 'delete-local-data': true });
  assert.deepEqual(await rpc.parsed(sonarr.torrents, 'torrent-get', asked), { torrents: [] });
  assert.ok(!existsSync(join(category, 'Show')));
}

async function floodPlays({ rpc, hash, magnet, dir, announceUrl }: Scene): Promise<void> {
  const listed = { fields: flood.listFields, format: 'objects' };
  await rpc.parsed(flood.stats, 'session-stats');
  const fields = Object.keys(flood.settings.shape);
  await rpc.parsed(flood.settings, 'session-get', { fields });
  await rpc.call('session-set', {
    'speed-limit-down-enabled': true,
    'speed-limit-down': 1_000_000 / 1024,
    'seed-queue-enabled': true,
  });
  const set = await rpc.parsed(flood.settings, 'session-get', { fields });
  assert.deepEqual(
    [set['speed-limit-down'], set['seed-queue-enabled'], set['seed-queue-size']],
    [977, true, 10],
  );
  const { 'torrent-added': added } = await rpc.parsed(flood.added, 'torrent-add', {
    filename: magnet,
    'download-dir': dir,
    paused: false,
  });
  assert.equal(added.hashString, hash);
  await rpc.call('torrent-set', { ids: [hash], labels: ['one', 'two'] });
  const isDone = ({ torrents: [first] }: z.output<typeof flood.list>) => first?.status === seeding;
  const { torrents } = await rpc.until(flood.list, 'torrent-get', listed, isDone);
  const first = torrents[0]!;
  assert.equal(first.haveValid, first.totalSize);
  assert.deepEqual(first.labels, ['one', 'two']);
  assert.ok(first.doneDate >= first.addedDate && first.addedDate > 1_700_000_000);
  assert.deepEqual(
    first.trackers.map(({ announce }) => announce),
    [announceUrl],
  );

  const inside = { ids: hash, fields: ['files', 'fileStats'], format: 'objects' };
  const looked = await rpc.parsed(flood.contents, 'torrent-get', inside);
  assert.deepEqual(
    looked.torrents[0]!.files.map(({ name, length }) => [name, length]),
    [
      ['Show/a.bin', 400_000],
      ['Show/sub/b.bin', 100_000],
    ],
  );
  await rpc.call('torrent-set', { ids: hash, 'files-unwanted': [1], 'priority-normal': [1] });
  await rpc.call('torrent-set', { ids: hash, 'files-wanted': [0], 'priority-high': [0] });
  const chosen = await rpc.parsed(flood.contents, 'torrent-get', inside);
  assert.deepEqual(
    chosen.torrents[0]!.fileStats.map(({ wanted, priority }) => [wanted, priority]),
    [
      [true, 1],
      [false, 0],
    ],
  );
  await rpc.parsed(flood.peers, 'torrent-get', { ids: hash, fields: ['peers'] });

  await rpc.call('torrent-set', { ids: hash, trackerRemove: [0] });
  await rpc.call('torrent-set', { ids: [hash], trackerAdd: ['http://127.0.0.1:1/announce'] });
  const retracked = await rpc.parsed(flood.list, 'torrent-get', listed);
  assert.deepEqual(
    retracked.torrents[0]!.trackers.map(({ announce }) => announce),
    ['http://127.0.0.1:1/announce'],
  );
  for (const method of ['reannounce', 'stop', 'start-now', 'verify']) {
    await rpc.call(`torrent-${method}`, { ids: [hash] });
  }
  await rpc.call('torrent-set', { ids: [hash], bandwidthPriority: 1 });
  const location = join(dir, 'elsewhere');
  await rpc.call('torrent-set-location', { ids: [hash], location, move: true });
  await rpc.until(
    flood.list,
    'torrent-get',
    listed,
    ({ torrents: [one] }) => one?.downloadDir === location && one.status === seeding,
  );
  await rpc.call('torrent-remove', { ids: [hash], 'delete-local-data': false });
  assert.ok(existsSync(join(location, 'Show', 'a.bin')));
}

async function trguingPlays(scene: Scene): Promise<void> {
  const { rpc, metainfo, dir, announceUrl } = scene;
  const fields = trguing.sessionFields;
  const session = await rpc.parsed(trguing.sessionInfo, 'session-get', { fields });
  await rpc.call('session-set', session);
  const same = await rpc.parsed(trguing.sessionInfo, 'session-get', { fields });
  const { 'download-dir-free-space': _before, ...before } = session;
  const { 'download-dir-free-space': _after, ...after } = same;
  assert.deepEqual(after, before);
  await rpc.parsed(trguing.statistics, 'session-stats');
  assert.deepEqual(await rpc.call('group-get'), { group: [] });
  const space = await rpc.call('free-space', { path: dir });
  assert.ok(space.path === dir && Number(space['size-bytes']) > 0);

  await rpc.call('torrent-add', {
    metainfo,
    'download-dir': dir,
    'files-unwanted': [1],
    labels: [],
    paused: true,
    bandwidthPriority: 0,
  });
  const polled = { fields: trguing.polledFields };
  const { torrents } = await rpc.parsed(trguing.list, 'torrent-get', polled);
  assert.deepEqual([torrents[0]!.id, torrents[0]!.status], [1, stopped]);
  const detailed = { ids: [1], fields: trguing.detailedFields };
  const details = await rpc.parsed(trguing.details, 'torrent-get', detailed);
  assert.deepEqual(details.torrents[0]!.wanted, [1, 0]);
  assert.equal(details.torrents[0]!.trackerList, `${announceUrl}\n`);

  const edited = {
    bandwidthPriority: 0,
    downloadLimit: 900,
    downloadLimited: true,
    honorsSessionLimits: true,
    'peer-limit': 50,
    seedIdleLimit: 30,
    seedIdleMode: 0,
    seedRatioLimit: 3,
    seedRatioMode: 1,
    uploadLimit: 100,
    uploadLimited: false,
    sequentialDownload: true,
    trackerList: `${announceUrl}\n\nudp://127.0.0.1:1/announce`,
  };
  await rpc.call('torrent-set', { ...edited, ids: [1] });
  await rpc.call('torrent-set', { ids: [1], 'files-wanted': [1], 'priority-low': [1] });
  await rpc.call('torrent-start', { ids: [1] });
  const done = await rpc.until(
    trguing.details,
    'torrent-get',
    detailed,
    ({ torrents: [one] }) => one?.status === seeding && (one.trackerStats[0]?.seederCount ?? 0) > 1,
  );
  const one = done.torrents[0]!;
  assert.deepEqual(
    [one.downloadLimit, one.downloadLimited, one.seedRatioLimit, one.seedRatioMode],
    [900, true, 3, 1],
  );
  assert.deepEqual([one.percentDone, one.haveValid, one.priorities[1]], [1, 500_000, -1]);
  assert.deepEqual([one.trackerStats.length, one.trackerStats[1]!.tier], [2, 1]);
  assert.ok(one.trackerStats[0]!.lastAnnounceSucceeded);
  await rpc.call('torrent-rename-path', { ids: [1], path: 'Show/a.bin', name: 'z.bin' });
  assert.ok(existsSync(join(dir, 'Show', 'z.bin')));
  for (const to of ['top', 'up', 'down', 'bottom']) {
    await rpc.call(`queue-move-${to}`, { ids: [1] });
  }
  assert.match(await rpc.refusal('port-test'), /asks no service outside/);
  assert.match(await rpc.refusal('blocklist-update'), /no blocklist/);
  const changes = { ids: 'recently-active', fields: ['id'], format: 'table' };
  assert.deepEqual(await rpc.call('torrent-get', changes), {
    removed: [],
    torrents: [['id'], [1]],
  });
  await rpc.call('torrent-remove', { ids: [1], 'delete-local-data': true });
  assert.deepEqual(await rpc.call('torrent-get', changes), { removed: [1], torrents: [['id']] });
  assert.ok(!existsSync(join(dir, 'Show')));
}

async function crossSeedPlays(scene: Scene): Promise<void> {
  const { rpc, stage, hash, metainfo, dir } = scene;
  await cp(stage.path('origin', 'Show'), join(dir, 'linked', 'Show'), { recursive: true });
  await rpc.call('session-get', {});
  const unknown = { fields: ['downloadDir', 'percentDone'], ids: [hash] };
  assert.deepEqual(await rpc.call('torrent-get', unknown), { torrents: [] });
  const injection = {
    'download-dir': join(dir, 'linked'),
    metainfo,
    paused: true,
    labels: ['cross-seed'],
  };
  const entry = { id: 1, name: 'Show', hashString: hash };
  assert.deepEqual(await rpc.call('torrent-add', injection), { 'torrent-added': entry });
  assert.deepEqual(await rpc.call('torrent-add', injection), { 'torrent-duplicate': entry });
  await rpc.call('torrent-stop', { ids: [hash] });
  await rpc.call('torrent-verify', { ids: [hash] });
  const progress = z.strictObject({
    torrents: z.array(
      z.strictObject({ leftUntilDone: z.int(), name: z.string(), status: z.int() }),
    ),
  });
  const asked = { fields: ['leftUntilDone', 'name', 'status'], ids: [hash] };
  const checked = await rpc.until(
    progress,
    'torrent-get',
    asked,
    ({ torrents: [one] }) => one?.status === stopped && one.leftUntilDone === 0,
  );
  assert.equal(checked.torrents[0]!.name, 'Show');
  await rpc.call('torrent-start', { ids: [hash] });
  await rpc.until(progress, 'torrent-get', asked, ({ torrents: [one] }) => one?.status === seeding);

  const searched = [
    'hashString',
    'name',
    'files',
    'totalSize',
    'downloadDir',
    'labels',
    'trackers',
  ];
  const { torrents } = await rpc.call('torrent-get', { fields: searched });
  const [first] = torrents as Record<string, unknown>[];
  assert.deepEqual(Object.keys(first!).sort(), searched.toSorted());
  assert.deepEqual(first!.labels, ['cross-seed']);
}

test('clients of Transmission', (t) =>
  Stage.set(async (stage) => {
    const { on } = await prepare(stage);
    await t.test(
      'Sonarr and Radarr test the connection, add, watch, set goals and remove',
      on({ handshake: 'GET', contentType: 'application/json' }, sonarrPlays),
    );
    await t.test(
      'Flood lists, adds, looks inside, tags, moves and removes',
      on({ handshake: 'GET' }, floodPlays),
    );
    await t.test(
      'TrguiNG polls everything, edits it and sends its whole dialog back',
      on({ handshake: 'POST', contentType: 'application/json' }, trguingPlays),
    );
    await t.test(
      'cross-seed injects what is on the disk, has it checked and starts it',
      on({ handshake: 'POST', contentType: 'application/json' }, crossSeedPlays),
    );
  }));
