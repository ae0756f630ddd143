/**
 * qBittorrent's Web API as its clients use it: requests in the order in which their sources send them,
 * answered by a real daemon with a real swarm. Sources: Sonarr's QBittorrentProxyV2.cs and QBittorrent.cs,
 * VueTorrent's QbitProvider.ts, Flood's clientRequestManager.ts, cross-seed's QBittorrent.ts and autobrr's
 * go-qbittorrent.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestsOf } from './stage/content-folder.ts';
import { startDaemon } from './stage/daemon-process.ts';
import { Stage } from './stage/stage.ts';

type Fields = Record<string, string>;
type Row = Record<string, unknown>;

/** A client of qBittorrent: a cookie, forms, and answers of text or JSON. */
class Client {
  readonly #base: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.#base = `${url}/api/v2`;
    this.#headers = headers;
  }

  async get(path: string, query: Fields = {}): Promise<Response> {
    return fetch(`${this.#base}/${path}?${new URLSearchParams(query)}`, { headers: this.#headers });
  }

  async post(
    path: string,
    body: string | URLSearchParams | FormData | null = null,
  ): Promise<Response> {
    return fetch(`${this.#base}/${path}`, { method: 'POST', body, headers: this.#headers });
  }

  async text(path: string, query: Fields = {}): Promise<string> {
    const answer = await this.get(path, query);
    assert.equal(answer.status, 200, path);
    return answer.text();
  }

  async json<T = Row>(path: string, query: Fields = {}): Promise<T> {
    const answer = await this.get(path, query);
    assert.equal(answer.status, 200, path);
    return (await answer.json()) as T;
  }

  async send(path: string, fields: Fields | FormData): Promise<string> {
    const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
    const answer = await this.post(path, body);
    const text = await answer.text();
    assert.equal(answer.status, 200, `${path}: ${text}`);
    return text;
  }

  /** The cookie of the login, as clients keep it. */
  static async login(url: string, password: string): Promise<Client> {
    const body = new URLSearchParams({ username: 'anybody', password });
    const answer = await fetch(`${url}/api/v2/auth/login`, { method: 'POST', body });
    assert.equal(await answer.text(), 'Ok.');
    const cookie = answer.headers.get('set-cookie') ?? '';
    assert.match(cookie, /^SID=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/$/);
    return new Client(url, { cookie: cookie.split(';')[0] ?? '' });
  }
}

interface Ground {
  readonly stage: Stage;
  readonly url: string;
  readonly token: string;
  readonly client: Client;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/** A daemon that has nothing yet, and a torrent that another one seeds. */
async function ground(stage: Stage): Promise<Ground> {
  const tracker = await stage.tracker('--interval', '5');
  const origin = await stage.content('Shared');
  const { bytes, metainfo } = await stage.torrent(origin, { trackers: [[tracker.http]] });
  const seeding = await startDaemon(stage, { data: stage.path('s'), dir: stage.path('origin') });
  await seeding.add(bytes);
  const daemon = await startDaemon(stage, { data: stage.path('d'), dir: stage.path('copy') });
  const token = (await readFile(join(stage.path('d'), 'token'), 'utf8')).trim();
  const client = await Client.login(daemon.url, token);
  return { stage, url: daemon.url, token, client, bytes, hash: metainfo.infoHash };
}

function torrentForm(bytes: Uint8Array, fields: Fields): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('torrents', new Blob([Buffer.from(bytes)]), 'some name.torrent');
  return form;
}

async function until<T>(look: () => Promise<T>, is: (value: T) => boolean): Promise<T> {
  const endMs = performance.now() + 20_000;
  for (;;) {
    const value = await look();
    if (is(value)) return value;
    assert.ok(performance.now() < endMs, JSON.stringify(value));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('nobody gets in without the token, and everybody learns that in the way they expect', () =>
  Stage.set(async (stage) => {
    const daemon = await startDaemon(stage, { data: stage.path('d'), dir: stage.path('copy') });
    const { url } = daemon;
    const stranger = new Client(url);
    for (const path of ['app/webapiVersion', 'app/version', 'torrents/info', 'sync/maindata']) {
      assert.equal((await stranger.get(path)).status, 403, path);
    }
    assert.equal((await stranger.post('torrents/delete', 'hashes=all')).status, 403);
    const login = (fields: Fields, headers: Record<string, string> = {}) =>
      fetch(`${url}/api/v2/auth/login`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers,
      });
    const wrong = await login({ username: 'admin', password: 'adminadmin' });
    assert.deepEqual([wrong.status, await wrong.text()], [200, 'Fails.']);
    assert.equal(wrong.headers.get('set-cookie'), null);
    const foreign = await login(
      { username: 'x', password: 'y' },
      { origin: 'http://evil.example' },
    );
    assert.equal(foreign.status, 403);
    const token = (await readFile(join(stage.path('d'), 'token'), 'utf8')).trim();
    for (const authorization of [`Bearer ${token}`, `Basic ${btoa(`me:${token}`)}`]) {
      assert.equal((await new Client(url, { authorization }).get('app/version')).status, 200);
    }
    const client = await Client.login(url, token);
    assert.equal((await client.get('torrents/delete', { hashes: 'all' })).status, 405, 'POST only');
    assert.equal(await client.send('auth/logout', {}), '');
    assert.equal((await client.get('app/version')).status, 403);
  }));

test('Sonarr adds, watches and imports', () =>
  Stage.set(async (stage) => {
    const { url, client, bytes, hash } = await ground(stage);
    assert.equal((await new Client(url).get('app/webapiVersion')).status, 403);
    const version = (await client.text('app/webapiVersion')).split('.').map(Number);
    assert.deepEqual(version.slice(0, 2), [2, 11]);
    assert.match(await client.text('app/version'), /^v5\.0\./);
    const preferences = await client.json('app/preferences');
    assert.equal(typeof preferences.save_path, 'string');
    assert.equal(preferences.max_ratio_act, 0);
    assert.equal(typeof preferences.queueing_enabled, 'boolean');
    assert.deepEqual(await client.json('torrents/categories'), {});
    await client.send('torrents/createCategory', { category: 'tv-sonarr' });
    assert.deepEqual(await client.json('torrents/categories'), {
      'tv-sonarr': { name: 'tv-sonarr', savePath: '' },
    });
    assert.deepEqual(await client.json('torrents/info', { category: 'tv-sonarr' }), []);

    const wishes = { category: 'tv-sonarr', stopped: 'False', ratioLimit: '1.5' };
    const form = torrentForm(bytes, { ...wishes, contentLayout: 'Original' });
    assert.equal(await client.send('torrents/add', form), 'Ok.');
    const properties = await client.json('torrents/properties', { hash });
    assert.equal(properties.hash, hash);
    await client.send('torrents/setShareLimits', {
      hashes: hash,
      ratioLimit: '1.5',
      seedingTimeLimit: '-2',
    });
    await client.send('torrents/addTags', { hashes: hash, tags: 'series,drama' });
    await client.send('torrents/topPrio', { hashes: hash });
    await client.send('torrents/setForceStart', { hashes: hash, value: 'true' });

    const own = () => client.json<Row[]>('torrents/info', { category: 'tv-sonarr' });
    // Whatever of it is shown as completed is imported at once.
    const completed = ['forcedUP', 'uploading', 'stalledUP', 'stoppedUP', 'queuedUP'];
    const [done] = await until(own, ([torrent]) => completed.includes(String(torrent?.state)));
    assert.ok(done !== undefined);
    assert.equal(done.hash, hash);
    assert.equal(done.category, 'tv-sonarr');
    assert.equal(done.ratio_limit, 1.5);
    assert.equal(done.seeding_time_limit, -2);
    assert.equal(done.tags, 'series, drama');
    assert.equal(done.content_path, join(String(done.save_path), 'Shared'));
    assert.equal(done.progress, 1);
    const files = await client.json<Row[]>('torrents/files', { hash });
    assert.ok(
      files.every(({ name, progress }) => String(name).startsWith('Shared/') && progress === 1),
    );
    assert.deepEqual(
      await digestsOf(String(done.save_path)),
      await digestsOf(stage.path('origin')),
    );

    await client.send('torrents/setCategory', { hashes: hash, category: '' });
    assert.deepEqual(await own(), []);
    assert.equal(await client.send('torrents/add', torrentForm(bytes, {})), 'Fails.');
    await client.send('torrents/delete', { hashes: hash, deleteFiles: 'true' });
    assert.equal((await client.get('torrents/properties', { hash })).status, 404);
    assert.deepEqual(await digestsOf(stage.path('copy')), {});
  }));

test('VueTorrent opens, follows and changes everything', () =>
  Stage.set(async (stage) => {
    const { client, bytes, hash } = await ground(stage);
    assert.equal(typeof (await client.json('app/buildInfo')).bitness, 'number');
    assert.deepEqual(await client.json('rss/items', { withData: 'true' }), {});
    assert.deepEqual(await client.json('search/plugins'), []);
    const first = await client.json('sync/maindata', { rid: '0' });
    assert.equal(first.full_update, true);
    assert.deepEqual(first.torrents, {});
    const server = first.server_state as Row;
    for (const name of ['alltime_dl', 'dl_info_speed', 'free_space_on_disk', 'up_rate_limit']) {
      assert.equal(typeof server[name], 'number', name);
    }
    assert.equal(await client.send('torrents/add', torrentForm(bytes, { stopped: 'true' })), 'Ok.');
    const next = await client.json('sync/maindata', { rid: String(first.rid) });
    assert.equal(next.full_update, undefined);
    const shown = (next.torrents as Record<string, Row>)[hash];
    assert.equal(shown?.state, 'stoppedDL');
    assert.equal(shown?.total_size, shown?.size);
    assert.equal(shown?.eta, 8_640_000);

    const files = await client.json<Row[]>('torrents/files', { hash });
    const last = files.length - 1;
    assert.deepEqual(
      files.map(({ index }) => index),
      [...files.keys()],
    );
    await client.send('torrents/filePrio', { hash, id: `0|${last}`, priority: '0' });
    const priorities = (await client.json<Row[]>('torrents/files', { hash })).map(
      ({ priority }) => priority,
    );
    assert.deepEqual([priorities[0], priorities[1], priorities[last]], [0, 1, 0]);
    await client.send('torrents/filePrio', { hash, id: `0|${last}`, priority: '7' });
    assert.equal((await client.json<Row[]>('torrents/files', { hash }))[0]?.priority, 6);

    await client.send('torrents/toggleSequentialDownload', { hashes: hash });
    await client.send('torrents/setDownloadLimit', { hashes: hash, limit: '50000000' });
    await client.send('torrents/setUploadLimit', { hashes: hash, limit: '0' });
    await client.send('torrents/createTags', { tags: 'one,two' });
    await client.send('torrents/addTags', { hashes: hash, tags: 'one' });
    await client.send('torrents/createCategory', { category: 'films', savePath: 'films' });
    await client.send('torrents/editCategory', { category: 'films', savePath: 'other' });
    const more = await client.json('sync/maindata', { rid: String(next.rid) });
    const now = (more.torrents as Record<string, Row>)[hash];
    assert.deepEqual(
      [now?.seq_dl, now?.dl_limit, now?.up_limit, now?.tags],
      [true, 50_000_000, 0, 'one'],
    );
    assert.deepEqual(more.tags, ['one', 'two']);
    assert.equal((more.categories as Record<string, Row>).films?.name, 'films');

    const second = 'udp://127.0.0.1:9/announce';
    await client.send('torrents/addTrackers', { hash, urls: `${second}\n` });
    const trackers = () => client.json<Row[]>('torrents/trackers', { hash });
    assert.deepEqual(
      (await trackers()).slice(0, 3).map(({ tier }) => tier),
      [-1, -1, -1],
    );
    const added = (await trackers()).find(({ url }) => url === second);
    assert.equal(typeof added?.num_seeds, 'number');
    const third = 'udp://127.0.0.1:9/other';
    await client.send('torrents/editTracker', {
      hash,
      url: second,
      origUrl: second,
      newUrl: third,
    });
    await client.send('torrents/removeTrackers', { hash, urls: encodeURIComponent(third) });
    assert.ok((await trackers()).every(({ url }) => url !== second && url !== third));

    await client.send('torrents/start', { hashes: hash });
    const mine = async () =>
      (await client.json<Row[]>('torrents/info', { hashes: hash, sort: 'name', limit: '1' }))[0];
    await until(mine, (torrent) => Number(torrent?.completion_on) > 0);
    assert.ok(
      (await client.json<number[]>('torrents/pieceStates', { hash })).every((state) => state === 2),
    );
    const peers = await client.json('sync/torrentPeers', { hash, rid: '0' });
    assert.equal(peers.full_update, true);
    assert.equal(typeof peers.peers, 'object');
    const exported = await client.get('torrents/export', { hash });
    assert.equal(exported.headers.get('content-type'), 'application/x-bittorrent');
    assert.ok((await exported.arrayBuffer()).byteLength > 100);

    await client.send('torrents/rename', { hash, name: 'Renamed' });
    assert.equal((await mine())?.name, 'Renamed');
    await client.send('torrents/stop', { hashes: 'all' });
    await until(mine, (torrent) => torrent?.state === 'stoppedUP');
    await client.send('transfer/toggleSpeedLimitsMode', {});
    assert.equal(await client.text('transfer/speedLimitsMode'), '1');
    await client.send('transfer/setDownloadLimit', { limit: '123456' });
    assert.equal((await client.json('app/preferences')).dl_limit, 123_456);
    await client.send('app/setPreferences', {
      json: JSON.stringify({ max_ratio_enabled: true, max_ratio: 3, autorun_program: 'true' }),
    });
    const changed = await client.json('app/preferences');
    assert.deepEqual([changed.max_ratio, changed.autorun_enabled], [3, false]);
    await client.send('torrents/deleteTags', { tags: 'one' });
    await client.send('torrents/removeCategories', { categories: 'films' });
    assert.deepEqual(await client.json('torrents/tags'), ['two']);
    assert.equal((await mine())?.tags, '');
    assert.ok(Array.isArray(await client.json('log/main', { last_known_id: '-1' })));
    await client.send('torrents/delete', { hashes: hash, deleteFiles: 'false' });
    const end = await client.json('sync/maindata', { rid: String(more.rid) });
    assert.deepEqual(end.torrents_removed, [hash]);
    assert.deepEqual(end.tags_removed, ['one']);
  }));

test('Flood reads by POST, with no body and with forms', () =>
  Stage.set(async (stage) => {
    const { client, bytes, hash } = await ground(stage);
    const read = async <T>(path: string, fields?: Fields): Promise<T> => {
      const answer = await client.post(
        path,
        fields === undefined ? null : new URLSearchParams(fields),
      );
      assert.equal(answer.status, 200, path);
      return (await answer.json()) as T;
    };
    assert.equal(typeof (await read<Row>('app/preferences')).listen_port, 'number');
    assert.equal(typeof (await read<Row>('transfer/info')).connection_status, 'string');
    const options = { savepath: stage.path('copy'), tags: 'a,b', paused: 'true', stopped: 'true' };
    const form = torrentForm(bytes, { ...options, root_folder: 'true' });
    assert.equal(await client.send('torrents/add', form), 'Ok.');
    const main = await read<Row>('sync/maindata', { rid: '0' });
    assert.deepEqual(Object.keys(main.torrents as object), [hash]);
    assert.equal((await read<Row[]>('torrents/info'))[0]?.tags, 'a, b');
    assert.equal((await read<Row[]>('torrents/files', { hash })).length > 0, true);
    assert.equal((await read<Row>('torrents/properties', { hash })).pieces_have, 0);
    await client.send('torrents/resume', { hashes: hash });
    await until(
      async () => (await read<Row[]>('torrents/info'))[0],
      (torrent) => torrent?.progress === 1,
    );
    const { peers } = await read<Row>('sync/torrentPeers', { hash, rid: '0' });
    assert.equal(typeof peers, 'object');
    await client.send('torrents/setLocation', {
      hashes: hash,
      location: join(stage.path('copy'), 'moved'),
    });
    await until(
      async () => (await read<Row[]>('torrents/info'))[0],
      (torrent) => String(torrent?.save_path).endsWith('moved') && torrent?.state !== 'moving',
    );
    await client.send('torrents/removeTags', { hashes: hash, tags: '' });
    assert.equal((await read<Row[]>('torrents/info'))[0]?.tags, '');
    await client.send('torrents/pause', { hashes: hash });
    await client.send('torrents/delete', { hashes: hash, deleteFiles: 'true' });
  }));

test('cross-seed injects what is there already, and autobrr asks for rates', () =>
  Stage.set(async (stage) => {
    const { client, bytes, hash } = await ground(stage);
    const origin = stage.path('origin');
    await client.send('torrents/createTags', { tags: 'cross-seed' });
    const outside = torrentForm(bytes, {
      savepath: origin,
      tags: 'cross-seed',
      skip_checking: 'true',
    });
    assert.equal(
      await client.send('torrents/add', outside),
      'Fails.',
      'outside of allowed folders',
    );
    const form = torrentForm(bytes, {
      savepath: stage.path('copy'),
      tags: 'cross-seed',
      skip_checking: 'true',
      stopped: 'true',
      contentLayout: 'Original',
    });
    assert.equal(await client.send('torrents/add', form), 'Ok.');
    await client.send('torrents/recheck', { hashes: hash });
    const mine = async () => (await client.json<Row[]>('torrents/info', { hashes: hash }))[0];
    await until(mine, (torrent) => torrent?.state === 'stoppedDL');
    await client.send('torrents/resume', { hashes: hash });
    await until(mine, (torrent) => torrent?.progress === 1);
    assert.equal(typeof (await client.json('transfer/info')).dl_info_speed, 'number');
    await client.send('torrents/bottomPrio', { hashes: hash });
    await client.send('torrents/reannounce', { hashes: hash });
    assert.equal(await client.text('torrents/count'), '1');
  }));
